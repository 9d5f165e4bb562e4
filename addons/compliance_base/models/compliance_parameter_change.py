# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import is_uninstalling


class ComplianceParameterChange(models.Model):
    """Who changed a legal figure, when, from what to what, and why. Lines are only ever added."""

    _name = "compliance.parameter.change"
    _description = "Change of a Legal Figure"
    _order = "changed_at desc, id desc"
    _rec_name = "parameter_id"

    parameter_id = fields.Many2one(
        "compliance.parameter", required=True, readonly=True, index=True, ondelete="restrict"
    )
    edition_id = fields.Many2one(
        "compliance.parameter.edition", readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("delivered", "Delivered"),
            ("added", "Edition Added"),
            ("corrected", "Corrected"),
            ("closed", "Edition Closed"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Change",
        required=True,
        readonly=True,
    )
    changed_at = fields.Datetime(string="Date", required=True, readonly=True)
    changed_by_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, ondelete="restrict"
    )
    before = fields.Text(readonly=True)
    after = fields.Text(readonly=True)
    reason = fields.Text(required=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_change()

    def write(self, vals):
        self._refuse_change()

    def unlink(self):
        if not is_uninstalling(self.env):
            self._refuse_change()
        return super().unlink()

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "The history of legal figures writes itself; nobody adds, changes or deletes its lines."
            )
        )

    @api.model
    def _record(self, vals):
        """Add a line of history in the name of the current user."""
        # sudo: nobody has create access; only the changes themselves call this
        return super(ComplianceParameterChange, self.sudo()).create(
            [{**vals, "changed_at": fields.Datetime.now(), "changed_by_id": self.env.uid}]
        )
