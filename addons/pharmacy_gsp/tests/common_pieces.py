# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.fields import Command

from .common_master import SCAN, MasterCommon


class PiecesCommon(MasterCommon):
    """A store with decoction pieces counted in grams, a verified scale, and people for each step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gram = cls.env.ref("uom.product_uom_gram")
        vals = {"gsp_drug_type": "pieces", "gsp_approval_number": False, "uom_id": gram.id}
        cls.root = cls._create_drug("Test Root", False, **vals)
        cls.shell = cls._create_drug("Test Oyster Shell", False, **vals)
        cls.root_lot = cls._create_lot(cls.root, "ROOT-1", 400, quantity=1000)
        cls.shell_lot = cls._create_lot(cls.shell, "SHELL-1", 400, quantity=1000)
        employee = cls._staff(cls.pharmacist, "pharmacist")
        cls._license("pharmacist", employee, registered_unit_id=cls.company.partner_id.id)
        cls._make_handling_staff()
        cls.scale = cls._create_scale("Test Balance 1")
        cls._verify(cls.scale)
        cls._zero(cls.scale)

    @classmethod
    def _create_scale(cls, name):
        return (
            cls.env["gsp.scale"].with_user(cls.quality).create({"name": name, "company_id": cls.company.id})
        )

    @classmethod
    def _verify(cls, scale, days_ago=10, **vals):
        verification = (
            cls.env["gsp.scale.verification"]
            .with_user(cls.quality)
            .create(
                {
                    "scale_id": scale.id,
                    "company_id": cls.company.id,
                    "name": "TEST-CERT",
                    "institution": "Test Institute of Metrology",
                    "date": cls.today - timedelta(days=days_ago),
                    "result": "passed",
                    "scan": SCAN,
                    **vals,
                }
            )
        )
        verification.action_confirm()
        return verification

    @classmethod
    def _zero(cls, scale, result="ok", user=None):
        return (
            cls.env["gsp.scale.check"]
            .with_user(user or cls.dispenser)
            .create({"scale_id": scale.id, "result": result})
        )

    @classmethod
    def _pieces(cls, doses=3, footnote="first", **vals):
        """Reviewed prescription: per dose 10 g of root and 20 g of oyster shell with a footnote."""
        return cls._reviewed(
            (cls.root, 10 * doses, {"days": doses}),
            (cls.shell, 20 * doses, {"days": doses, "footnote": footnote}),
            category="pieces",
            dose_count=doses,
            **vals,
        )

    @classmethod
    def _start_weighing(cls, prescription, fill=True, **vals):
        """Weighing of the doses, with what the scale should show; each line as its ticks ask."""
        action = prescription.with_user(cls.dispenser).action_weigh()
        dispensing = cls.env["gsp.dispensing"].with_user(cls.dispenser).browse(action["res_id"])
        if not fill:
            return dispensing
        dispensing.scale_id = cls.scale
        for line in dispensing.line_ids:
            line.write(
                {
                    "weighed_weight": line.target_weight,
                    "reweighed": True,
                    "packed_apart": line._needs_own_pack(),
                    "external_mark": line.footnote == "external",
                }
            )
        dispensing.dose_ids.weight = dispensing.dose_target
        return dispensing

    @classmethod
    def _weigh(cls, prescription):
        dispensing = cls._start_weighing(prescription)
        dispensing.action_weigh()
        cls._dispense(prescription)
        return dispensing

    @classmethod
    def _recheck(cls, dispensing):
        dispensing = dispensing.with_user(cls.checker)
        dispensing.line_ids.filtered("footnote").rechecked = True
        dispensing.write({"name_verified": True, "doses_verified": True})
        dispensing.action_check()
        cls._check(dispensing.prescription_id)

    @classmethod
    def _advise(cls, dispensing):
        dispensing = dispensing.with_user(cls.dispenser)
        dispensing.write(
            {
                "decoction_method": "Soak, decoct twice",
                "precautions": "No cold food",
                "advice_given": True,
            }
        )
        dispensing.action_advise()

    @classmethod
    def _sell_pieces(cls, prescription, doses=3):
        lines = [(cls.root, 10 * doses), (cls.shell, 20 * doses)]
        return cls._sell(*lines, prescription=prescription)

    def _deliver_as_is(self, order):
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()

    @classmethod
    def _approve_documents(cls, *topics, **vals):
        documents = cls.env["gsp.document"].with_user(cls.quality)
        for topic in topics:
            document = documents.create(
                {
                    "name": f"Test {topic}",
                    "code": f"T-{topic}",
                    "topic": topic,
                    "company_id": cls.company.id,
                    "file": SCAN,
                    **vals,
                }
            )
            cls._sign(document, "approve", cls.quality)
            documents |= document
        return documents

    @classmethod
    def _group_posts(cls, *posts):
        return [Command.set([cls.env.ref(f"pharmacy_gsp.gsp_post_{post}").id for post in posts])]
