# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount

EDITABLE_STATES = ("blocked", "claimable", "draft")
OPEN_STATES = (*EDITABLE_STATES, "submitted", "answered", "disputed", "agreed")

# State of a line that is in no claim: the first whose field says why.
WAITING_REASONS = {
    "waived": "waived",
    "lapsed": "lapse_reason",
    "blocked": "problem",
    "uncovered": "uncovered_reason",
}


class PartsClaimLine(models.Model):
    """One cost a supplier answers for (a part, labor, freight …), on its way to the supplier's reimbursement.

    A line exists from the moment the repair is done, with its price frozen then. It waits in the worklist
    (claimable, or blocked with the problem named) until it is put into a claim.
    """

    _name = "parts.claim.line"
    _inherit = ["parts.claims.guard", "compliance.evidence.line.mixin"]
    _description = "Parts Claim Line"
    _evidence_parent_field = "claim_id"
    _order = "claim_id, sequence, id"
    _check_company_auto = True
    _rec_name = "product_id"

    # What was used, where, under which cover
    claim_id = fields.Many2one(
        "parts.claim", index=True, readonly=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    coverage_reason = fields.Char(readonly=True)
    move_id = fields.Many2one(
        "stock.move", string="Part Move", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    note = fields.Char(help="Remark for the supplier, printed on the claim.")
    old_part_ids = fields.One2many("old.part", "claim_line_id", string="Old Parts")
    old_part_tags = fields.Char(
        readonly=True, copy=False, help="Tags of the old parts when the claim was submitted."
    )
    product_id = fields.Many2one("product.product", string="Part", required=True, readonly=True, index=True)
    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    repair_date = fields.Date(
        string="Repaired On",
        required=True,
        readonly=True,
        index=True,
        help="Day of the repair; without a repair, the day the defect was booked.",
    )
    repair_id = fields.Many2one("repair.order", readonly=True, index=True, ondelete="restrict")
    sequence = fields.Integer(default=10)
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    unit_lot_id = fields.Many2one("stock.lot", string="Unit Serial", readonly=True, index="btree_not_null")
    unit_product_id = fields.Many2one("product.product", string="Repaired Product", readonly=True)
    uom_id = fields.Many2one("uom.uom", string="UoM", required=True, readonly=True)
    warranty_registration_line_id = fields.Many2one(
        "warranty.registration.line", string="Cover", readonly=True
    )

    # Whose part, on which terms, for how much
    agreement_id = fields.Many2one(
        "claim.agreement", readonly=True, index="btree_not_null", check_company=True
    )
    amount_claimed = fields.Monetary(string="Claimed", readonly=True)
    basis_currency_id = fields.Many2one("res.currency", readonly=True)
    basis_date = fields.Date(string="Price Of", readonly=True)
    basis_price = fields.Float(readonly=True, digits="Product Price")
    basis_reference = fields.Char(string="Price Source", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    currency_rate = fields.Float(string="Exchange Rate", readonly=True, digits=(16, 8))
    markup_percent = fields.Float(string="Markup %", readonly=True, digits=(5, 2))
    old_part_required = fields.Boolean(readonly=True)
    price_basis = fields.Selection(selection="_selection_price_basis", readonly=True)
    price_explanation = fields.Char(string="How the Price Was Found", compute="_compute_price_explanation")
    share_percent = fields.Float(string="Share %", readonly=True, digits=(5, 2))
    supplier_id = fields.Many2one("res.partner", readonly=True, index=True)
    unit_price = fields.Float(readonly=True, digits="Product Price")

    # Until when, and how it stands
    days_left = fields.Integer(compute="_compute_days_left", search="_search_days_left")
    deadline = fields.Date(string="File By", readonly=True, index="btree_not_null")
    late_reason = fields.Char(
        string="Late, Because",
        help="Why the claim is filed after its deadline, as agreed with the supplier. Written by a manager.",
    )
    problem = fields.Text(readonly=True)
    state = fields.Selection(
        [
            ("blocked", "Needs Attention"),
            ("claimable", "To Claim"),
            ("uncovered", "Not Covered"),
            ("waived", "Waived"),
            ("lapsed", "Lapsed"),
            ("draft", "In Draft Claim"),
            ("submitted", "Submitted"),
            ("answered", "Answered"),
            ("disputed", "Disputed"),
            ("agreed", "Agreed"),
            ("settled", "Settled"),
            ("refused", "Refused"),
            ("canceled", "Canceled"),
        ],
        string="Status",
        compute="_compute_state",
        store=True,
        index=True,
        readonly=True,
    )
    waive_reason = fields.Char(help="Why the company gives this money up. Written by a manager.")
    waived = fields.Boolean(readonly=True, copy=False)

    # The supplier's answer and what came of it
    amount_agreed = fields.Monetary(
        string="Agreed",
        compute="_compute_amount_agreed",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
    )
    amount_refused = fields.Monetary(
        string="Refused", compute="_compute_amount_refused", store=True, precompute=True
    )
    decision = fields.Selection(
        [("accepted", "Accepted"), ("partly", "Partly Accepted"), ("refused", "Refused")], copy=False
    )
    decision_reason = fields.Char(string="Reason", copy=False)
    settlement_id = fields.Many2one("claim.settlement", compute="_compute_settlement_id", compute_sudo=True)
    settlement_line_ids = fields.One2many("claim.settlement.line", "claim_line_id")

    _worklist_idx = models.Index("(company_id, deadline) WHERE state IN ('blocked', 'claimable', 'draft')")
    _agreed_range = models.Constraint(
        "CHECK (amount_agreed >= 0 AND amount_agreed <= amount_claimed)",
        "A supplier can agree to nothing, to all of the claimed amount, or to something between.",
    )

    @api.model
    def _selection_price_basis(self):
        return self.env["claim.agreement"]._selection_price_basis()

    @api.depends(
        "claim_id.state",
        "decision",
        "lapse_reason",
        "problem",
        "settlement_line_ids.state",
        "uncovered_reason",
        "waived",
    )
    def _compute_state(self):
        for line in self:
            claim_state = line.claim_id.state
            if not claim_state:
                line.state = line._get_waiting_state()
            elif claim_state in ("agreed", "settled"):
                line.state = line._get_outcome()
            else:
                line.state = claim_state

    @api.depends("decision", "amount_claimed")
    def _compute_amount_agreed(self):
        for line in self:
            if line.decision == "accepted":
                line.amount_agreed = line.amount_claimed
            elif line.decision != "partly":
                line.amount_agreed = 0.0

    @api.depends("decision", "amount_agreed", "amount_claimed")
    def _compute_amount_refused(self):
        for line in self:
            refused = line.amount_claimed - line.amount_agreed if line.decision else 0.0
            line.amount_refused = line.currency_id.round(refused)

    @api.depends("deadline", "company_id")
    def _compute_days_left(self):
        for line in self:
            today = line.company_id._get_law_date()
            line.days_left = (line.deadline - today).days if line.deadline else 0

    @api.model
    def _search_days_left(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        today = self.env.company._get_law_date()
        return Domain("deadline", operator, today + timedelta(days=value))

    @api.depends("settlement_line_ids.state")
    def _compute_settlement_id(self):
        for line in self:
            live = line.settlement_line_ids.filtered(lambda entry: entry.state != "canceled")
            line.settlement_id = live.settlement_id[:1]

    @api.depends_context("lang")
    @api.depends("basis_price", "markup_percent", "share_percent", "currency_rate")
    def _compute_price_explanation(self):
        labels = dict(self._fields["price_basis"]._description_selection(self.env))
        for line in self:
            line.price_explanation = line._explain_price(labels) if line.price_basis else False

    @api.depends("claim_id", "name", "product_id", "repair_id")
    def _compute_display_name(self):
        for line in self:
            origin = line.claim_id.name or line._get_origin_name()
            line.display_name = f"{origin}: {line.name or line.product_id.display_name}"

    @api.constrains("amount_agreed", "decision")
    def _check_decision_amount(self):
        """The amount says what the decision says: all, nothing, or something between."""
        for line in self:
            if line.decision == "partly":
                fits = 0 < line.amount_agreed < line.amount_claimed
            else:
                full = line.amount_claimed if line.decision == "accepted" else 0.0
                fits = line.currency_id.compare_amounts(line.amount_agreed, full) == 0
            if not fits:
                labels = dict(self._fields["decision"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(line)s: %(agreed)s of %(claimed)s does not go with the decision “%(decision)s”.",
                        line=line.display_name,
                        agreed=format_amount(self.env, line.amount_agreed, line.currency_id),
                        claimed=format_amount(self.env, line.amount_claimed, line.currency_id),
                        decision=labels.get(line.decision, ""),
                    )
                )

    def write(self, vals):
        self._check_writable(set(vals))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Claim lines are kept. Take a line out of a draft claim, or waive it, with its button."
            )
        )

    def action_add_to_claims(self):
        """Put claimable lines into the draft claims of their suppliers and open these."""
        self._check_group("parts_claims.parts_claims_group_clerk")
        claims = self.env["parts.claim"]._gather(self)
        return claims._get_records_action(name=self.env._("Claims"))

    def action_remove_from_claim(self):
        """Take lines out of their draft claims; they wait in the worklist again."""
        self._check_group("parts_claims.parts_claims_group_clerk")
        self._check_states(("draft",))
        self._set({"claim_id": False})
        return True

    def action_recheck(self):
        """Find supplier, agreement and price again, for lines of the worklist."""
        self._check_group("parts_claims.parts_claims_group_clerk")
        self._check_states(("blocked", "claimable", "uncovered"))
        # The clerk may read every line here; prices and purchase orders are looked up by the system.
        self.sudo()._refresh_terms()
        return True

    def action_waive(self):
        """Give claimable money up, with a reason. Managers only."""
        self._check_group("parts_claims.parts_claims_group_manager")
        self._check_states(("blocked", "claimable"))
        silent = self.filtered(lambda line: not line.waive_reason)
        if silent:
            raise UserError(
                self.env._(
                    "Write down why %(lines)s are given up.", lines=", ".join(silent.mapped("display_name"))
                )
            )
        self._set({"waived": True})
        return True

    def action_unwaive(self):
        """Take waived lines up again. Managers only."""
        self._check_group("parts_claims.parts_claims_group_manager")
        self._check_states(("waived",))
        self._set({"waived": False})
        return True

    def action_view_repair(self):
        """Open the repair the part was used in."""
        self.ensure_one()
        return self.repair_id._get_records_action()

    def _is_editable(self):
        """Whether the line has not left the house yet."""
        self.ensure_one()
        return self.state in EDITABLE_STATES

    def _is_open(self):
        """Whether the supplier may still pay for the line; False for no line."""
        return bool(self) and self.state in OPEN_STATES

    def _get_waiting_state(self):
        """State of a line that is in no claim."""
        self.ensure_one()
        return self._pick_waiting_state({name: self[name] for name in WAITING_REASONS.values()})

    @api.model
    def _pick_waiting_state(self, vals):
        """The same for a line with these values."""
        return next((state for state, name in WAITING_REASONS.items() if vals.get(name)), "claimable")

    def _get_outcome(self):
        self.ensure_one()
        if not self.amount_agreed:
            return "refused"
        posted = self.settlement_line_ids.filtered(lambda entry: entry.state in ("posted", "reconciled"))
        return "settled" if posted else "agreed"

    def _check_group(self, group):
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This step of a claim is reserved for %(group)s.",
                    group=self.env.ref(group).sudo().display_name,
                )
            )
        self.check_access("write")

    def _check_states(self, states):
        wrong = self.filtered(lambda line: line.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This step is for lines in state %(states)s; these are not: %(lines)s.",
                    states=", ".join(labels[state] for state in states),
                    lines=", ".join(wrong.mapped("display_name")),
                )
            )

    def _release(self):
        """After a submitted claim was canceled: the same facts, frozen as they were, are claimable again."""
        self.flush_recordset(["state"])
        fresh = self.browse()
        for line in self:
            copy = line.copy({"claim_id": False, "late_reason": False})
            line.old_part_ids._set({"claim_line_id": copy.id})
            fresh |= copy
        return fresh
