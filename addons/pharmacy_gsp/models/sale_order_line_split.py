# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Part of a pack on an order: recognized by its quantity, so that nobody forgets to say so."""

    _inherit = "sale.order.line"

    gsp_is_split = fields.Boolean(
        string="Split Sale",
        compute="_compute_gsp_is_split",
        help="The quantity is no whole number of packs: it comes out of an opened pack.",
    )
    gsp_split_usage = fields.Char(string="Usage on the Bag", help="For example oral, after meals.")
    gsp_split_dosage = fields.Char(
        string="Dosage on the Bag", help="For example 1 tablet, three times a day."
    )

    @api.depends("product_id", "product_uom_qty", "product_uom_id", "company_id.gsp_company_kind")
    def _compute_gsp_is_split(self):
        for line in self:
            product = line.product_id
            line.gsp_is_split = bool(
                line.company_id.gsp_company_kind
                and product.gsp_kind
                and not line.display_type
                and product._gsp_is_part_pack(
                    line.product_uom_id._compute_quantity(line.product_uom_qty, product.uom_id, round=False)
                )
            )

    @api.onchange("gsp_is_split")
    def _onchange_gsp_is_split(self):
        """What the physician wrote is a good start for what goes on the bag."""
        for line in self.filtered("gsp_is_split"):
            prescribed = line.order_id.gsp_prescription_id.line_ids.filtered(
                lambda item, line=line: item.product_id == line.product_id
            )[:1]
            line.gsp_split_usage = line.gsp_split_usage or prescribed.usage
            line.gsp_split_dosage = line.gsp_split_dosage or " ".join(
                filter(None, (prescribed.dose, prescribed.frequency))
            )

    def _gsp_with_line_facts(self, facts):
        facts = super()._gsp_with_line_facts(facts)
        if not self:
            return facts
        return replace(facts, usage=self.gsp_split_usage, dosage=self.gsp_split_dosage)
