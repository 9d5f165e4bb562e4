# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Posting an invoice starts the cover that runs from the invoice date."""
        posted = super()._post(soft=soft)
        sale_lines = posted.filtered(
            lambda move: move.move_type == "out_invoice"
        ).invoice_line_ids.sale_line_ids
        if sale_lines:
            # Whoever invoices has no right on registrations; the invoice itself is the proof that starts them.
            self.env["warranty.registration"].sudo().search(
                [
                    ("state", "=", "draft"),
                    ("start_event", "=", "invoice"),
                    ("sale_line_id", "in", sale_lines.ids),
                ]
            )._start_from_invoices()
        return posted
