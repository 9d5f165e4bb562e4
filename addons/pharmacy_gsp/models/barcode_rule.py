# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class BarcodeRule(models.Model):
    _inherit = "barcode.rule"

    type = fields.Selection(
        selection_add=[("gsp_trace", "Drug Trace Code"), ("gsp_production_date", "Production Date")],
        ondelete={"gsp_trace": "set default", "gsp_production_date": "set default"},
    )
