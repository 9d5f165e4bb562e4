# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..register import Column, Register

WHAT = (
    Column("generic_name", 22),
    Column("strength", 15),
    Column("lot_name", 13),
    Column("expiry_date", 11),
    Column("manufacturer_name", 20),
    Column("approval_number", 17),
)
SOLD = (
    Column("quantity", 9, total=True),
    Column("uom_name", 8),
    Column("unit_price", 10),
    Column("amount", 11, total=True),
    Column("buyer_name", 14),
    Column("salesperson_name", 12),
)
WHEN = (Column("date", 11), Column("voucher_number", 17))
QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"


class GspRegister(models.AbstractModel):
    """Registers made of the register of sales: by kind, of buyers, and of returns."""

    _inherit = "gsp.register"

    @api.model
    def _get_registers(self):
        return [*super()._get_registers(), *self._get_sale_registers(), *self._get_return_registers()]

    @api.model
    def _get_sale_registers(self):
        paper = Column("prescription_name", 14)
        kinds = (
            ("retail", self.env._("Retail Sale Record"), ()),
            ("prescription", self.env._("Prescription Drug Sale Record"), (paper,)),
            (
                "special",
                self.env._("Special Drug Register"),
                (
                    Column("special_class", 14),
                    Column("packs", 8, total=True),
                    Column("masked_buyer", 22),
                    paper,
                    Column("operator_name", 12),
                ),
            ),
        )
        return [
            self._make_sale_register(
                "sale", self.env._("Sale Record"), (*WHEN, Column("kind", 10), *WHAT, *SOLD)
            ),
            *(
                self._make_sale_register(
                    f"sale_{kind}", title, (*WHEN, *WHAT, *SOLD, *extra), (("kind", "=", kind),)
                )
                for kind, title, extra in kinds
            ),
            self._make_sale_register(
                "sale_device",
                self.env._("Medical Device Sale Record"),
                (
                    Column("product_name", 24),
                    Column("manufacturer_name", 20),
                    Column("holder_name", 20, self.env._("Registrant")),
                    Column("approval_number", 17, self.env._("Registration Number")),
                    Column("strength", 15, self.env._("Specification or Model")),
                    Column("production_date", 11),
                    Column("lot_name", 15, self.env._("Lot or Serial Number")),
                    Column("expiry_date", 11),
                    Column("service_life_end", 11),
                    Column("date", 11),
                    Column("buyer_name", 16),
                    Column("quantity", 9, total=True),
                    Column("uom_name", 8),
                    Column("salesperson_name", 12, self.env._("Handled By")),
                ),
                (("kind", "=", "device"),),
            ),
            self._make_split_register(),
            Register(
                code="buyer",
                title=self.env._("Buyer Register"),
                model="gsp.sale.record",
                period="date",
                domain=(("identity_id", "!=", False),),
                identity="identity_id",
                columns=(
                    Column("date", 11),
                    Column("masked_buyer", 24),
                    Column("generic_name", 22),
                    Column("strength", 15),
                    Column("lot_name", 13),
                    Column("packs", 8, total=True),
                    Column("quantity", 9, total=True),
                    Column("uom_name", 8),
                    Column("voucher_number", 17),
                    Column("salesperson_name", 12),
                    Column("operator_name", 12),
                ),
            ),
        ]

    @api.model
    def _make_split_register(self):
        """The ten fields of GSP *17203, in its order."""
        return Register(
            code="sale_split",
            title=self.env._("Split Sale Record"),
            model="gsp.split.record",
            period="sale_date",
            domain=(("state", "=", "sold"),),
            columns=(
                Column("start_date", 11),
                Column("generic_name", 22),
                Column("strength", 15),
                Column("lot_name", 13),
                Column("manufacturer_name", 20),
                Column("expiry_date", 11),
                Column("quantity", 9, total=True),
                Column("uom_name", 8),
                Column("sale_date", 11),
                Column("splitter_id", 12),
                Column("checker_id", 12),
                Column("name", 14),
            ),
        )

    @api.model
    def _make_sale_register(self, code, title, columns, domain=()):
        return Register(
            code=code, title=title, model="gsp.sale.record", period="date", domain=domain, columns=columns
        )

    @api.model
    def _get_return_registers(self):
        return [
            Register(
                code="return",
                title=self.env._("Return Register"),
                model="gsp.return.record",
                period="date",
                columns=(
                    Column("date", 11),
                    Column("product_name", 22),
                    Column("manufacturer_name", 18),
                    Column("supplier_name", 18),
                    Column("strength", 14),
                    Column("lot_name", 14),
                    Column("production_date", 11),
                    Column("returned_by", 14),
                    Column("quantity", 9, total=True),
                    Column("uom_name", 8),
                    Column("reason", 13),
                    Column("reason_note", 20),
                    Column("verified_by_id", 12),
                    Column("handling", 14),
                    Column("handling_note", 22),
                    Column("handled_by_id", 12),
                ),
            ),
            Register(
                code="refusal",
                title=self.env._("Refusal Register"),
                model="compliance.refusal",
                period="refused_at",
                domain=(("rule", "=like", "gsp.%"),),
                groups=QUALITY,
                columns=(
                    Column("refused_at", 16),
                    Column("user_name", 12),
                    Column("res_name", 16),
                    Column("partner_name", 14),
                    Column("rule", 22),
                    Column("message", 48),
                    Column("remedy", 32),
                    Column("reference", 14),
                ),
            ),
        ]
