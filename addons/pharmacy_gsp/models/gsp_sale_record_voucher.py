# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class GspSaleRecord(models.Model):
    """The sales voucher (GSP 17101): what one delivery left in the register, under the number of its transfer.

    Its lines are the records themselves, so that voucher and register cannot differ; it is kept as long as they are.
    """

    _inherit = "gsp.sale.record"

    def action_print_voucher(self):
        """Print the vouchers these records belong to, each with all of its lines."""
        self.check_access("read")
        return self.env.ref("pharmacy_gsp.gsp_sale_record_report_voucher").report_action(
            self._check_voucher(), config=False
        )

    def action_view_voucher(self):
        """Open all lines of these vouchers."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=self._get_voucher_domain(), context={})

    def _check_voucher(self):
        """No voucher without lines, nor of a drug without lot."""
        if not self:
            raise UserError(
                self.env._(
                    "Nothing has been handed over yet: a sales voucher needs the delivery, with the lot of each drug."
                )
            )
        for record in self:
            if record.kind != "device" and not record.lot_name:
                raise UserError(
                    self.env._(
                        "%(record)s: a drug needs its lot before the sales voucher is printed.",
                        record=record.display_name,
                    )
                )
        return self

    def _get_voucher_domain(self):
        return [
            ("company_id", "in", self.company_id.ids),
            ("voucher_number", "in", [number for number in self.mapped("voucher_number") if number]),
        ]

    def _get_vouchers(self):
        """List of (number, records) for print: of each voucher of these records all lines, in the order of delivery."""
        self._check_voucher()
        records = self.search(self._get_voucher_domain(), order="id") | self
        records._check_voucher()
        groups = records.grouped(
            lambda record: (record.company_id, record.voucher_number or record.document_name)
        )
        return [(number, group) for (_company, number), group in groups.items()]

    def _get_voucher_lang(self):
        """The buyer's language, else that of the seller."""
        return self[:1].partner_id.lang or self[:1].company_id.partner_id.lang or self.env.lang
