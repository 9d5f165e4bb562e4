# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.constrains("image_1920")
    def _check_gsp_chain_logo(self):
        """The logo of a store is also the picture of its contact: it is not changed there either."""
        # sudo: the companies count, whoever edits the contact
        self.env["res.company"].sudo().search([("partner_id", "in", self.ids)])._gsp_check_identity()
