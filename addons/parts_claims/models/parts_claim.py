# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from odoo.addons.compliance_base.violation import Violation


class PartsClaim(models.Model):
    """Covered parts of one supplier and period, claimed together.

    draft → submitted → answered → agreed or refused → settled; a disputed answer goes back to the supplier.
    What was submitted is evidence: closed, hashed and linked into the register of claims.
    """

    _name = "parts.claim"
    _description = "Parts Claim"
    _inherit = ["parts.claims.guard", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "agreed_date",
            "answer_date",
            "answer_deadline",
            "company_id",
            "currency_id",
            "date_from",
            "date_to",
            "direction",
            "name",
            "state",
            "submit_date",
            "submit_user_id",
            "supplier_id",
        }
    )

    name = fields.Char(required=True, readonly=True, copy=False, index="trigram", default="/")
    agreed_date = fields.Date(string="Agreed On", readonly=True, copy=False)
    amount_agreed = fields.Monetary(string="Agreed", compute="_compute_amounts", store=True, tracking=True)
    amount_claimed = fields.Monetary(string="Claimed", compute="_compute_amounts", store=True)
    amount_refused = fields.Monetary(string="Refused", compute="_compute_amounts", store=True)
    answer_date = fields.Date(string="Answered On", readonly=True, copy=False, tracking=True)
    answer_deadline = fields.Date(string="Answer Due", readonly=True, copy=False)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date_from = fields.Date(string="Period From", required=True, readonly=True)
    date_to = fields.Date(string="Period To", required=True, readonly=True)
    days_left = fields.Integer(
        compute="_compute_days_left", help="Days until the claim must be filed or answered."
    )
    deadline = fields.Date(
        string="File By",
        compute="_compute_deadline",
        store=True,
        help="Earliest filing deadline of the lines.",
    )
    direction = fields.Selection(
        [("outbound", "To the Supplier")], required=True, readonly=True, default="outbound"
    )
    dispute_reason = fields.Text(help="Why the supplier's answer is not accepted.")
    line_count = fields.Integer(compute="_compute_amounts", store=True, string="Number of Lines")
    line_ids = fields.One2many("parts.claim.line", "claim_id", string="Lines")
    note = fields.Html(string="Notes")
    old_part_count = fields.Integer(compute="_compute_counts")
    repair_count = fields.Integer(compute="_compute_counts")
    settlement_count = fields.Integer(compute="_compute_counts")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("answered", "Answered"),
            ("disputed", "Disputed"),
            ("agreed", "Agreed"),
            ("settled", "Settled"),
            ("refused", "Refused"),
            ("canceled", "Canceled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    submit_date = fields.Date(string="Submitted On", readonly=True, copy=False, tracking=True)
    submit_user_id = fields.Many2one("res.users", string="Submitted By", readonly=True, copy=False)
    supplier_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, check_company=True)
    supplier_reference = fields.Char(tracking=True, help="Number under which the supplier handles the claim.")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("parts_claims.parts_claims_group_clerk").ids)
        ],
    )

    _name_uniq = models.Constraint("UNIQUE (name, company_id)", "The number of a claim must be unique.")
    _one_draft = models.UniqueIndex(
        "(company_id, supplier_id, currency_id, date_from, direction) WHERE state = 'draft'",
        "There is already a draft claim for this supplier, currency and period. Reload and use that one.",
    )

    @api.depends("line_ids.amount_claimed", "line_ids.amount_agreed", "line_ids.amount_refused")
    def _compute_amounts(self):
        for claim in self:
            claim.amount_claimed = sum(claim.line_ids.mapped("amount_claimed"))
            claim.amount_agreed = sum(claim.line_ids.mapped("amount_agreed"))
            claim.amount_refused = sum(claim.line_ids.mapped("amount_refused"))
            claim.line_count = len(claim.line_ids)

    @api.depends("line_ids.deadline")
    def _compute_deadline(self):
        for claim in self:
            claim.deadline = min(filter(None, claim.line_ids.mapped("deadline")), default=False)

    @api.depends("answer_deadline", "company_id", "deadline", "state")
    def _compute_days_left(self):
        for claim in self:
            due = claim.deadline if claim.state == "draft" else claim.answer_deadline
            claim.days_left = (due - claim.company_id._get_law_date()).days if due else 0

    def _compute_counts(self):
        for claim in self:
            claim.old_part_count = len(claim.line_ids.old_part_ids)
            claim.repair_count = len(claim.line_ids.repair_id)
            claim.settlement_count = len(claim.sudo().line_ids.settlement_line_ids.settlement_id)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            number = self.env["ir.sequence"].with_company(company).next_by_code("parts.claim")
            vals.update(name=number, state="draft")
        return super().create(vals_list)

    def write(self, vals):
        """The form sends answers as changes of the lines; the lines decide what may still change."""
        if vals.get("line_ids") and self._filter_evidence_closed():
            self._write_answers(vals["line_ids"])
            vals = {name: value for name, value in vals.items() if name != "line_ids"}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Claims are kept. Cancel the claim instead."))

    def action_submit(self):
        """File drafts with their suppliers; from here on their content is frozen."""
        self._check_step("parts_claims.parts_claims_group_clerk", ("draft",))
        self._check_submit()
        for claim in self:
            today = claim.company_id._get_law_date()
            agreements = claim.line_ids.agreement_id
            deadlines = [agreement._get_answer_deadline(today) for agreement in agreements]
            claim._set(
                {
                    "answer_deadline": min(filter(None, deadlines), default=False),
                    "state": "submitted",
                    "submit_date": today,
                    "submit_user_id": self.env.uid,
                }
            )
        for tags, lines in self.line_ids.grouped(
            lambda line: ", ".join(line.old_part_ids.mapped("name"))
        ).items():
            lines._set({"old_part_tags": tags})
        self._close_evidence()
        return True

    def action_accept_rest(self):
        """Record "accepted" on every line the supplier's answer does not name."""
        self._check_step("parts_claims.parts_claims_group_clerk", ("submitted", "disputed"))
        self.line_ids.filtered(lambda line: not line.decision).write({"decision": "accepted"})
        return True

    def action_answer(self):
        """Close the supplier's answer: every line is decided, every refusal has a reason."""
        self._check_step("parts_claims.parts_claims_group_clerk", ("submitted", "disputed"))
        self._check_answer()
        for claim in self:
            claim._set({"answer_date": claim.company_id._get_law_date(), "state": "answered"})
        return True

    def action_agree(self):
        """Accept the supplier's answer: what was agreed can be settled, a wholly refused claim ends."""
        self._check_step("parts_claims.parts_claims_group_clerk", ("answered",))
        for claim in self:
            state = "agreed" if claim.amount_agreed else "refused"
            claim._set({"agreed_date": claim.company_id._get_law_date(), "state": state})
        return True

    def action_dispute(self):
        """Send the answer back to the supplier, with the reason; the lines can be decided anew."""
        self._check_step("parts_claims.parts_claims_group_clerk", ("answered",))
        silent = self.filtered(lambda claim: not claim.dispute_reason)
        if silent:
            raise UserError(
                self.env._("Write down why the answer to %(claims)s is disputed.", claims=silent._get_names())
            )
        for claim in self:
            claim._set({"state": "disputed"})
            claim.message_post(body=self.env._("Disputed: %(reason)s", reason=claim.dispute_reason))
        return True

    def action_cancel(self):
        """Withdraw claims: drafts by a clerk, submitted ones by a manager. Their lines are claimable again."""
        self._check_step(
            "parts_claims.parts_claims_group_clerk", ("draft", "submitted", "answered", "disputed")
        )
        drafts = self.filtered(lambda claim: claim.state == "draft")
        filed = self - drafts
        if filed:
            filed._check_step(
                "parts_claims.parts_claims_group_manager", ("submitted", "answered", "disputed")
            )
        drafts.line_ids._set({"claim_id": False})
        self._set({"state": "canceled"})
        # Nobody may create claim lines by hand; the withdrawn facts are put back by the system.
        filed.sudo().line_ids._release()
        return True

    def action_view_repairs(self):
        """Open the repairs whose parts are claimed."""
        return self.line_ids.repair_id._get_records_action(name=self.env._("Repairs"))

    def action_view_old_parts(self):
        """Open the old parts that prove the claim."""
        return self.line_ids.old_part_ids._get_records_action(name=self.env._("Old Parts"))

    def action_view_settlements(self):
        """Open the settlements of the claim, canceled ones too."""
        settlements = self.line_ids.settlement_line_ids.settlement_id
        return settlements._get_records_action(name=self.env._("Settlements"))

    def action_settle(self):
        """Open a settlement for everything agreed with this supplier in this currency."""
        self.ensure_one()
        self._check_step("parts_claims.parts_claims_group_settlement", ("agreed",))
        settlement = self.env["claim.settlement"]._open_for(
            self.company_id, self.supplier_id, self.currency_id
        )
        return settlement._get_records_action()

    @api.model
    def _get_evidence_fields(self):
        """What was submitted; answer, agreement and settlement go on after it."""
        return [
            "currency_id",
            "date_from",
            "date_to",
            "direction",
            "line_ids",
            "name",
            "submit_date",
            "submit_user_id",
            "supplier_id",
        ]

    def _get_names(self):
        return ", ".join(self.mapped("name"))

    def _check_step(self, group, states):
        """Group, access and state of a step, the same at every door."""
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This step of a claim is reserved for %(group)s.",
                    group=self.env.ref(group).sudo().display_name,
                )
            )
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        wrong = self.filtered(lambda claim: claim.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This step is for claims in state %(states)s; %(claims)s are not.",
                    states=", ".join(labels[state] for state in states),
                    claims=wrong._get_names(),
                )
            )

    def _check_submit(self):
        """Gate before a claim leaves the house: names every line that the supplier would send back."""
        violations = [violation for claim in self for violation in claim._get_submit_violations()]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)

    def _get_submit_violations(self):
        self.ensure_one()
        if not self.line_ids:
            return [
                Violation(
                    "claims.submit.empty",
                    self,
                    self.env._("Claim %(claim)s has no lines.", claim=self.name),
                    self.env._("Add lines from the worklist, or cancel the claim."),
                )
            ]
        return [violation for line in self.line_ids for violation in line._get_submit_violations()]

    def _write_answers(self, commands):
        """Apply changes of existing lines to a submitted claim; nothing else is done to its lines."""
        self.ensure_one()
        kept = {line.id: line for line in self.line_ids}
        for code, line_id, values in commands:
            if code == Command.UPDATE and line_id in kept:
                kept[line_id].write(values)
            elif code != Command.LINK or line_id not in kept:
                self._check_evidence_open({"line_ids"})

    def _check_answer(self):
        """Gate before an answer is closed: nothing undecided, no refusal without a reason."""
        violations = [violation for claim in self for violation in claim._get_answer_violations()]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)

    def _get_answer_violations(self):
        self.ensure_one()
        return [violation for line in self.line_ids for violation in line._get_answer_violations()]

    def _update_settled(self):
        """Follow the settlements: a claim is settled once each agreed line is, and agreed again if one is undone."""
        states_of = {
            claim: set(states) - {"refused"}
            for claim, states in self.env["parts.claim.line"]._read_group(
                Domain("claim_id", "in", self.ids), ["claim_id"], ["state:array_agg"]
            )
        }
        for claim in self.filtered(lambda claim: claim.state in ("agreed", "settled")):
            states = states_of[claim]
            state = "settled" if states == {"settled"} else "agreed"
            if claim.state != state:
                claim._set({"state": state})
