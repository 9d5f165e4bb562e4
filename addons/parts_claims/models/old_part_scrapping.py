# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation

SCRAP_STATES = ("collected", "appraised", "back")


class OldPart(models.Model):
    """When a part may be destroyed."""

    _inherit = "old.part"

    scrap_id = fields.Many2one(
        "old.part.scrap", string="Scrap Report", readonly=True, copy=False, index="btree_not_null"
    )
    stock_scrap_id = fields.Many2one(
        "stock.scrap", string="Scrap Order", readonly=True, copy=False, index="btree_not_null"
    )

    def action_scrap(self):
        """Propose parts for scrap: one report per company, which a witness then signs."""
        self._check_step(SCRAP_STATES)
        proposed = self.filtered("scrap_id")
        if proposed:
            raise UserError(
                self.env._(
                    "%(tags)s are proposed for scrap already: %(reports)s.",
                    tags=", ".join(proposed.mapped("name")),
                    reports=", ".join(proposed.scrap_id.mapped("name")),
                )
            )
        self._check_scrap()
        reports = self.env["old.part.scrap"]
        for company, parts in self.grouped("company_id").items():
            # sudo: reports come about by proposing parts only, which the caller may do
            report = reports.sudo().create({"company_id": company.id, "user_id": self.env.uid}).sudo(False)
            parts._set({"scrap_id": report.id})
            reports |= report
        return reports._get_records_action(name=self.env._("Scrap Reports"))

    def action_view_scrap(self):
        """Open the report under which the part is scrapped."""
        self.ensure_one()
        return self.scrap_id._get_records_action()

    def _check_scrap(self):
        """Gate: nothing is destroyed that a claim or the agreement still needs."""
        violations = [violation for part in self for violation in part._get_scrap_violations()]
        self.env["compliance.refusal"]._refuse(violations)

    def _check_claim_settled(self):
        violations = [violation for part in self for violation in part._get_claim_violations()]
        self.env["compliance.refusal"]._refuse(violations)

    def _get_scrap_violations(self):
        """What stops this part from being scrapped today."""
        self.ensure_one()
        violations = self._get_claim_violations()
        if self.keep_until and self.company_id._get_law_date() <= self.keep_until:
            message = self.env._(
                "%(part)s must be kept up to and including %(day)s.",
                part=self.display_name,
                day=format_date(self.env, self.keep_until),
            )
            remedy = self.env._("Scrap it from the day after, or send it to the supplier.")
            violations.append(Violation("claims.old_part.keep", self, message, remedy))
        return violations

    def _get_claim_violations(self):
        self.ensure_one()
        if not self.claim_line_id._is_open():
            return []
        message = self.env._(
            "%(part)s is evidence for a claim that the supplier has not settled yet.", part=self.display_name
        )
        remedy = self.env._(
            "Wait until claim line %(line)s is settled, refused or waived.",
            line=self.claim_line_id.display_name,
        )
        return [Violation("claims.old_part.claim", self, message, remedy)]
