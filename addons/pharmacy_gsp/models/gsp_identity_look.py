# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

SHOWN_MINUTES = 5


class GspIdentityLook(models.Model):
    """Somebody looked at name and number of a buyer: who, when, and what for. Shows them for some minutes."""

    _name = "gsp.identity.look"
    _description = "Look at a Buyer's Identity"
    _inherit = ["compliance.evidence.mixin"]
    _order = "looked_at desc, id desc"
    _rec_name = "purpose"
    _evidence_retention_parameter = "drug.record.retention_years"

    identity_id = fields.Many2one("gsp.buyer.identity", string="Buyer", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Seen By", required=True, readonly=True, index=True)
    looked_at = fields.Datetime(string="Seen On", required=True, readonly=True)
    purpose = fields.Char(required=True)
    shown_name = fields.Char(string="Name", compute="_compute_shown")
    shown_number = fields.Char(string="Number", compute="_compute_shown")
    shown_phone = fields.Char(string="Phone", compute="_compute_shown")

    @api.depends_context("uid")
    def _compute_shown(self):
        limit = fields.Datetime.now() - timedelta(minutes=SHOWN_MINUTES)
        for look in self:
            shown = look.id and look.user_id == self.env.user and look.looked_at >= limit
            # sudo: this is the one place where they are read, by those who need to, and the look is kept
            identity = look.identity_id.sudo()
            look.shown_name = shown and identity.name
            look.shown_number = shown and identity.number
            look.shown_phone = shown and identity.phone

    @api.model_create_multi
    def create(self, vals_list):
        identities = self.env["gsp.buyer.identity"]
        identities._check_need_to_know()
        prepared = []
        for vals in vals_list:
            identity = identities.browse(vals.get("identity_id"))
            identity.check_access("read")
            prepared.append(
                {
                    **vals,
                    "company_id": identity.company_id.id,
                    "user_id": self.env.uid,
                    "looked_at": fields.Datetime.now(),
                }
            )
        looks = super().create(prepared)
        looks._close_evidence()
        return looks

    def action_show(self):
        """Keep the look and show what was asked for."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.identity_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
