# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"


class GspSpecimen(models.Model):
    """Signature of a physician and seal of the institution, as left with the pharmacy (GSP 17001)."""

    _name = "gsp.specimen"
    _description = "Specimen of Signature and Seal"
    _inherit = ["gsp.step.mixin", "mail.thread", "compliance.evidence.mixin"]
    _order = "institution, physician_name, id desc"
    _rec_name = "physician_name"
    _rec_names_search = ["physician_name", "institution"]
    _step_fields = frozenset({"state", "approved_by_id", "approved_at"})
    _evidence_retention_parameter = "drug.record.retention_years"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    institution = fields.Char(string="Medical Institution", required=True, index="trigram", tracking=True)
    physician_name = fields.Char(string="Physician", required=True, index="trigram", tracking=True)
    physician_license = fields.Char(string="Practice Certificate")
    signature = fields.Image(
        string="Specimen of the Signature", attachment=True, max_width=1024, max_height=1024
    )
    seal = fields.Image(string="Specimen of the Seal", attachment=True, max_width=1024, max_height=1024)
    valid_from = fields.Date(required=True, default=lambda self: self.env.company._get_law_date())
    valid_to = fields.Date(help="Last day; empty while it holds.")
    state = fields.Selection(
        [("draft", "Draft"), ("valid", "Valid"), ("withdrawn", "Withdrawn")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_at = fields.Datetime(string="Approved On", readonly=True, copy=False)

    @api.depends("physician_name", "institution")
    def _compute_display_name(self):
        for specimen in self:
            specimen.display_name = " · ".join(filter(None, (specimen.physician_name, specimen.institution)))

    @api.constrains("valid_from", "valid_to")
    def _check_period(self):
        for specimen in self:
            if specimen.valid_to and specimen.valid_to < specimen.valid_from:
                raise ValidationError(
                    self.env._("%(specimen)s ends before it begins.", specimen=specimen.display_name)
                )

    def action_approve(self):
        """Quality has seen the originals: the specimen counts, and is evidence."""
        self._check_step(QUALITY, ("draft",))
        for specimen in self:
            if not specimen.signature and not specimen.seal:
                raise UserError(
                    self.env._(
                        "%(specimen)s: attach the signature or the seal.", specimen=specimen.display_name
                    )
                )
        self._move_to("valid", approved_by_id=self.env.uid, approved_at=fields.Datetime.now())
        self._close_evidence()
        return True

    def action_withdraw(self):
        """The specimen does not count any more."""
        self._check_step(QUALITY, ("valid",))
        self._move_to("withdrawn")
        return True

    @api.model
    def _get_valid_domain(self, company, day):
        # sudo: what the headquarters keeps counts in stores that do not see it
        return (
            Domain("company_id", "in", company.sudo().parent_ids.ids)
            & Domain("state", "=", "valid")
            & Domain("valid_from", "<=", day)
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", day))
        )

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(super()._get_evidence_fields()) - {"state"})
