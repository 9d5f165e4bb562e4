# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ReportSaleVoucher(models.AbstractModel):
    """Sales voucher: one page for each delivery, whichever of its records was chosen (GSP 17101)."""

    _name = "report.pharmacy_gsp.report_sale_voucher"
    _description = "Sales Voucher"

    @api.model
    def _get_report_values(self, docids, data=None):
        records = self.env["gsp.sale.record"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "gsp.sale.record",
            "docs": records,
            "vouchers": records._get_vouchers(),
        }
