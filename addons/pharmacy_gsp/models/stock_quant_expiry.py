# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    # what expires is looked for every night and every month, among all that never does
    _gsp_expiry_idx = models.Index("(company_id, expiration_date) WHERE expiration_date IS NOT NULL")
