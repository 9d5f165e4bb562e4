# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class StockLot(models.Model):
    """A unit that was taken back under the law is marked as such for good."""

    _inherit = "stock.lot"

    return_certificate_ids = fields.One2many(
        "warranty.return.certificate", "lot_id", string="Certificates of Return", readonly=True
    )
    is_returned_by_law = fields.Boolean(
        string="Returned Unit", compute="_compute_is_returned_by_law", compute_sudo=True
    )

    @api.depends("return_certificate_ids")
    def _compute_is_returned_by_law(self):
        for lot in self:
            lot.is_returned_by_law = bool(lot.return_certificate_ids)

    def action_view_return_certificates(self):
        """Open the certificates of these units' returns, from where the next buyer is told."""
        self.check_access("read")
        return self.return_certificate_ids._get_records_action(name=self.env._("Certificates"))
