# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..roles import RECEPTION


class RepairOrder(models.Model):
    """VAT invoice requests of a repair."""

    _inherit = "repair.order"

    invoice_request_ids = fields.One2many(
        "service.invoice.request", "repair_id", string="VAT Invoice Requests"
    )

    def action_request_invoice(self):
        """Open the VAT invoice request of this repair, a new one with the customer's known data if there is none.
        Reception."""
        self.ensure_one()
        self._check_service_role(RECEPTION)
        self.check_access("write")
        request = self.invoice_request_ids.filtered(lambda r: r.state != "canceled")[:1]
        if not request:
            request = self._create_invoice_request(
                self.env["service.invoice.request"]._prepare_buyer_vals(self.partner_id)
            )
        return request._get_records_action()

    def _request_vat_invoice(self, vals):
        """A customer's own request from the portal; the caller has checked whose repair it is.

        :param dict vals: the buyer's data, texts
        :raise UserError: nothing was billed, data are missing, or a request is open already
        """
        self.ensure_one()
        if self.service_stage not in ("settled", "delivered") or not self._get_bills():
            raise UserError(
                self.env._("%s: there is no bill yet for which an invoice could be issued.", self.name)
            )
        if self.invoice_request_ids.filtered(lambda request: request.state == "requested"):
            raise UserError(self.env._("%s: an invoice has been requested already.", self.name))
        request = self._create_invoice_request(vals)
        if problems := request._get_data_problems():
            raise UserError("\n".join(problems))
        return request

    def _create_invoice_request(self, vals):
        bills = self._get_bills().filtered(lambda move: move.state == "posted")
        return self.env["service.invoice.request"].create(
            {**vals, "repair_id": self.id, "move_id": bills.id if len(bills) == 1 else False}
        )
