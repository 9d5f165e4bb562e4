# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from .common_master import SCAN, MasterCommon

TOPICS = {
    "covers_regulations": True,
    "covers_policies": True,
    "covers_procedures": True,
    "covers_records": True,
    "covers_knowledge": True,
}


class SplitCommon(MasterCommon):
    """A store that splits packs of one drug: counted in tablets, bought and sold in boxes of 24."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = cls.env["uom.uom"].create(
            {
                "name": "Test Box of 24",
                "relative_uom_id": cls.env.ref("uom.product_uom_unit").id,
                "relative_factor": 24,
            }
        )
        cls.tablets = cls._create_drug(
            "Test Tablets",
            "otc_b",
            uom_ids=cls.box.ids,
            gsp_minimum_pack_uom_id=cls.box.id,
            gsp_may_split=True,
            gsp_leaflet=SCAN,
        )
        cls.lot = cls._create_lot(cls.tablets, "TAB-1", 400, quantity=96)
        cls.splitter = cls._create_user("gsp_splitter", "clerk")
        cls.splitter_employee = cls._staff(cls.splitter, "splitter")
        cls.split_training = cls._training(cls.splitter_employee, 20, is_split=True, kind="prejob", **TOPICS)
        cls._make_handling_staff()
        cls.bench = cls.warehouse._gsp_get_zone("split", cls.company)

    @classmethod
    def _clean(cls, user=None, answer="yes"):
        log = cls.env["gsp.split.cleaning"].with_user(user or cls.splitter)._get_today(cls.bench, create=True)
        if log.state == "draft":
            log.checklist_ids.line_ids.answer_yes_no = answer
            log.checklist_ids.action_done()
            log.action_clean()
        return log

    @classmethod
    def _create_pack(cls, lot=None, user=None, **vals):
        lot = lot or cls.lot
        return (
            cls.env["gsp.split.pack"]
            .with_user(user or cls.splitter)
            .create(
                {
                    "company_id": cls.company.id,
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "original_pack_kept": True,
                    "leaflet_kept": True,
                    **vals,
                }
            )
        )

    @classmethod
    def _open_pack(cls, lot=None, **vals):
        cls._clean()
        pack = cls._create_pack(lot, **vals)
        pack.action_open()
        return pack

    @classmethod
    def _order_tablets(cls, quantity=6, **vals):
        words = {"gsp_split_usage": "oral, after meals", "gsp_split_dosage": "1 tablet, 3 times a day"}
        return cls._create_order((cls.tablets, quantity, {**words, **vals}))

    @classmethod
    def _sell_tablets(cls, quantity=6):
        order = cls._order_tablets(quantity)
        order.action_confirm()
        return order

    @classmethod
    def _create_record(cls, pack, order, **vals):
        move = order.sudo().picking_ids.move_ids.filtered(lambda item: item.state not in ("done", "cancel"))
        return (
            cls.env["gsp.split.record"]
            .with_user(cls.splitter)
            .create(
                {
                    "company_id": cls.company.id,
                    "pack_id": pack.id,
                    "move_id": move.id,
                    "leaflet_given": "copy",
                    "clean_tool": True,
                    **vals,
                }
            )
        )

    @classmethod
    def _split(cls, pack, order, check=True, **vals):
        record = cls._create_record(pack, order, **vals)
        cls._sign(record, "split", cls.splitter)
        if check:
            cls._sign(record, "check", cls.checker)
        return record
