# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

VERDICTS = [
    ("defect", "Genuine Defect"),
    ("transport", "Transport Damage"),
    ("misuse", "Misuse"),
    ("no_fault", "No Fault Found"),
]


class OldPartAppraisal(models.Model):
    """What an appraiser found on an old part, with pictures. Evidence once given; a later appraisal supersedes it."""

    _name = "old.part.appraisal"
    _description = "Appraisal of an Old Part"
    _inherit = ["parts.claims.guard", "compliance.evidence.mixin"]
    _order = "appraised_on desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({"appraised_on", "appraiser_id", "part_id"})
    _initial_fields = frozenset({"part_id"})

    part_id = fields.Many2one(
        "old.part", required=True, index=True, ondelete="restrict", check_company=True, string="Old Part"
    )
    appraised_on = fields.Datetime(readonly=True, copy=False)
    appraiser_id = fields.Many2one("res.users", readonly=True, copy=False)
    company_id = fields.Many2one(related="part_id.company_id", store=True, index=True)
    finding = fields.Text(required=True, help="What was examined and measured, and what was found.")
    picture_ids = fields.One2many("old.part.picture", "appraisal_id", string="Pictures")
    product_id = fields.Many2one(related="part_id.product_id", string="Part")
    usable = fields.Boolean(
        help="The part still works. It goes to the place for usable old parts, apart from the scrap."
    )
    verdict = fields.Selection(VERDICTS, required=True)

    @api.depends("part_id.name", "verdict")
    def _compute_display_name(self):
        labels = dict(self._fields["verdict"]._description_selection(self.env))
        for appraisal in self:
            appraisal.display_name = f"{appraisal.part_id.name or ''} {labels.get(appraisal.verdict, '')}"

    def unlink(self):
        """Drafts may be thrown away; what was given is evidence and stays."""
        self.picture_ids.unlink()
        return super().unlink()

    def action_give(self):
        """Give the appraisal in one's own name: it is frozen, and the part takes over its verdict.

        :raise UserError: without a picture, or when the part has left
        """
        self.check_access("write")
        parts = self.part_id
        parts._check_step(("collected", "appraised"))
        if len(parts) != len(self):
            raise UserError(self.env._("Give one appraisal for each old part at a time."))
        for appraisal in self:
            if appraisal.evidence_closed_at:
                raise UserError(
                    self.env._("The appraisal of %(tag)s has been given.", tag=appraisal.part_id.name)
                )
            if not appraisal.picture_ids:
                raise UserError(
                    self.env._(
                        "Add at least one picture to the appraisal of %(tag)s: it is what the supplier sees.",
                        tag=appraisal.part_id.name,
                    )
                )
        self._set({"appraised_on": fields.Datetime.now(), "appraiser_id": self.env.uid})
        self._close_evidence()
        for appraisal in self:
            appraisal.part_id._take_verdict(appraisal)
        return {"type": "ir.actions.act_window_close"}
