# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from .repair_coverage_mixin import COVERAGES, PARTIES


class RepairCoverageDecision(models.Model):
    """A manager's decision who pays against what the warranty says: prepared in a window, valid once signed with the
    manager's own credentials, never changed afterwards."""

    _name = "repair.coverage.decision"
    _description = "Coverage Decision"
    _inherit = ["compliance.signature.mixin"]
    _order = "id desc"
    _check_company_auto = True

    repair_id = fields.Many2one("repair.order", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True)
    state = fields.Selection(
        [("draft", "Not Signed"), ("applied", "Applied")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Manager",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
    )
    coverage = fields.Selection(COVERAGES, required=True, readonly=True)
    coverage_share = fields.Float(string="Covered (%)", readonly=True, digits=(5, 2), default=100.0)
    cost_bearer = fields.Selection(PARTIES, readonly=True)
    cost_bearer_partner_id = fields.Many2one("res.partner", string="Borne By", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    description = fields.Char(
        string="Lines", required=True, readonly=True, help="What is decided about, as it was called then."
    )
    move_ids = fields.Many2many(
        "stock.move",
        "repair_coverage_decision_move_rel",
        "decision_id",
        "move_id",
        string="Parts",
        readonly=True,
    )
    labor_ids = fields.Many2many(
        "repair.labor",
        "repair_coverage_decision_labor_rel",
        "decision_id",
        "labor_id",
        readonly=True,
    )

    @api.depends("repair_id.name", "coverage")
    def _compute_display_name(self):
        labels = dict(self._fields["coverage"]._description_selection(self.env))
        for decision in self:
            decision.display_name = f"{decision.repair_id.name}: {labels.get(decision.coverage, '')}"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A decision begins unsigned, in the name of whoever makes it."""
        for vals in vals_list:
            vals.update(state="draft", user_id=self.env.uid)
        return super().create(vals_list)

    def write(self, vals):
        raise self._fixed_error()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda decision: decision.state == "applied"):
            raise self._fixed_error()

    def _fixed_error(self):
        return UserError(
            self.env._(
                "A decision about cover is not changed. Make a new one with “Grant Coverage” on the repair."
            )
        )

    # Signature

    def _get_signature_meanings(self):
        return {"coverage": self.env._("Decision about Cover")}

    def _get_signature_fields(self):
        return [
            "repair_id",
            "user_id",
            "coverage",
            "coverage_share",
            "cost_bearer",
            "cost_bearer_partner_id",
            "reason",
            "description",
            "move_ids",
            "labor_ids",
        ]

    def _signed(self, signature):
        """The manager's own signature applies the decision."""
        result = super()._signed(signature)
        self.ensure_one()
        if (signature.user_id, signature.res_model, signature.res_id) != (self.env.user, self._name, self.id):
            raise AccessError(self.env._("A decision about cover is signed by the manager who makes it."))
        if self.user_id != self.env.user or self.state != "draft":
            raise AccessError(self.env._("Only the manager who prepared this decision can sign it, once."))
        self._check_decision()
        self._apply()
        return result

    def _check_decision(self):
        """All that must hold when the decision is prepared, and again when it is signed.

        :raise AccessError: not a manager, or not of this company
        :raise UserError: the lines cannot be decided about
        """
        repair, lines = self.repair_id, [*self.move_ids, *self.labor_ids]
        repair.check_access("write")
        repair._check_coverage_manager()
        if not lines or any(line.repair_id != repair or not line._is_coverage_open() for line in lines):
            raise UserError(
                self.env._("Choose parts or labor of %s that are not used or done yet.", repair.name)
            )
        if self.coverage == "warranty" and not all(line.warranty_registration_line_id for line in lines):
            raise UserError(
                self.env._(
                    "Without a warranty registration nothing can be covered by warranty. Grant goodwill instead."
                )
            )

    def _apply(self):
        for lines in (self.move_ids, self.labor_ids):
            lines._grant_coverage(
                self.coverage,
                self.reason,
                share=self.coverage_share,
                bearer=self.cost_bearer,
                partner=self.cost_bearer_partner_id,
            )
        if self.repair_id.coverage_frozen_at:
            self.move_ids._check_old_parts()
        self._write_applied()
        self.repair_id.message_post(body=self._get_message())

    def _write_applied(self):
        """Write past the guard, for this model's own methods only."""
        return super().write({"state": "applied"})

    def _get_message(self):
        labels = dict(self._fields["coverage"]._description_selection(self.env))
        return self.env._(
            "%(coverage)s (%(share)s %%) for %(lines)s: %(reason)s",
            coverage=labels[self.coverage],
            share=formatLang(self.env, self.coverage_share, digits=0),
            lines=self.description,
            reason=self.reason,
        )

    @api.autovacuum
    def _gc_unsigned(self):
        """Decisions that nobody signed within a day are forgotten."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search(Domain("state", "=", "draft") & Domain("create_date", "<", yesterday)).unlink()
