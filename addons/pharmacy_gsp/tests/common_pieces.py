# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
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
        cls.scale = cls._get_scale()

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
