# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..roles import MANAGER
from .warranty_statute_rule import RIGHTS

REMEDIES = [
    ("return", "Return and refund"),
    ("exchange", "Replacement of the unit"),
    ("assembly", "Replacement of the assembly"),
    ("repair", "Repair"),
    ("loan", "Loan unit"),
    ("compensation", "Compensation"),
    ("service", "Higher service level"),
]
# Rights that need no decision of the manager, so nobody is called for them.
QUIET_RIGHTS = ("proof",)


class WarrantyStatuteFinding(models.Model):
    """A right that has arisen for the holder of a unit: by which article, why, what is due, and what we answered.

    Made and kept up to date by the rules of the statutes, answered by the actions of
    ``warranty_statute_finding_answer.py``; nobody writes it by hand.
    """

    _name = "warranty.statute.finding"
    _description = "Statutory Right"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "arisen_on desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    repair_id = fields.Many2one(
        "repair.order",
        string="Arose With",
        required=True,
        readonly=True,
        check_company=True,
        index=True,
        ondelete="restrict",
    )
    unit_key = fields.Char(required=True, readonly=True)
    subject = fields.Char(required=True, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    lot_id = fields.Many2one("stock.lot", string="Serial Number", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    registration_id = fields.Many2one("warranty.registration", string="Warranty", readonly=True)
    statute_id = fields.Many2one(
        "warranty.statute", required=True, readonly=True, index=True, ondelete="restrict"
    )
    rule_id = fields.Many2one(
        "warranty.statute.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    article = fields.Char(related="rule_id.article")
    reference = fields.Char(string="Legal Reference", compute="_compute_reference")
    right = fields.Selection(RIGHTS, required=True, readonly=True, index=True)
    reason_data = fields.Json(
        readonly=True, help="Why, as codes with values, so that everybody reads it in the own language."
    )
    reason = fields.Text(string="Why", compute="_compute_reason")
    arisen_on = fields.Date(required=True, readonly=True, index=True)
    line_ids = fields.One2many(
        "warranty.statute.finding.line", "finding_id", string="Repairs That Counted", readonly=True
    )
    days_total = fields.Integer(string="Days Counted", compute="_compute_days_total", store=True)
    state = fields.Selection(
        [
            ("open", "Arisen"),
            ("requested", "Requested"),
            ("granted", "Granted"),
            ("declined", "Declined"),
            ("done", "Fulfilled"),
            ("lapsed", "No Longer Holds"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        tracking=True,
        index=True,
    )
    requested_on = fields.Date(readonly=True, copy=False, tracking=True)
    answer_deadline = fields.Date(string="Answer Until", readonly=True, copy=False, index="btree_not_null")
    completion_deadline = fields.Date(string="Complete Until", readonly=True, copy=False)
    is_deadline_unsure = fields.Boolean(readonly=True, copy=False)
    deadline_note = fields.Char(compute="_compute_deadline_note")
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    answered_on = fields.Date(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answer_reason = fields.Text(string="Reason Given", readonly=True, copy=False, tracking=True)
    remedy = fields.Selection(
        REMEDIES,
        readonly=True,
        copy=False,
        tracking=True,
    )
    returned_on = fields.Date(string="Goods Returned On", readonly=True, copy=False)
    completed_on = fields.Date(readonly=True, copy=False)
    replacement_lot_id = fields.Many2one("stock.lot", string="Replacement Unit", readonly=True, copy=False)
    replacement_registration_id = fields.Many2one(
        "warranty.registration", string="Warranty of the Replacement", readonly=True, copy=False
    )

    currency_id = fields.Many2one(related="company_id.currency_id")
    refund_method = fields.Selection(related="statute_id.refund_method")
    use_compensation = fields.Boolean(string="Customer Pays for Use", readonly=True)
    price = fields.Monetary(string="Price Paid", readonly=True)
    meter_reading = fields.Float(readonly=True, help="Distance driven, for the compensation for use.")
    use_days = fields.Integer(
        string="Days of Use", readonly=True, help="From the start of cover, repairs not counted."
    )
    rate_percent = fields.Float(string="Coefficient (%)", digits=(6, 3), readonly=True)
    distance_unit = fields.Float(readonly=True)
    extra_costs = fields.Monetary(
        string="Registration, Accessories, Fees",
        readonly=True,
        help="What the customer gets back beside the price: registration of the vehicle, accessories less their wear, "
        "fees of ours.",
    )
    deduction = fields.Monetary(string="Compensation for Use", compute="_compute_amounts", store=True)
    refund_amount = fields.Monetary(
        string="Refund if Returned",
        compute="_compute_amounts",
        store=True,
        help="Price and costs, less the use.",
    )
    loan_days = fields.Integer(string="Days of Loan or Compensation", readonly=True)
    daily_compensation = fields.Monetary(string="Compensation per Day", readonly=True)
    compensation_amount = fields.Monetary(string="Compensation", compute="_compute_amounts", store=True)

    _subject_uniq = models.UniqueIndex(
        "(company_id, unit_key, rule_id, subject)", "This right of this unit is recorded already."
    )

    # Compute

    @api.depends("right", "article", "repair_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["right"]._description_selection(self.env))
        for finding in self:
            article = f" ({finding.article})" if finding.article else ""
            finding.display_name = f"{finding.repair_id.name}: {labels.get(finding.right, '')}{article}"

    @api.depends("line_ids.counted_days")
    def _compute_days_total(self):
        for finding in self:
            finding.days_total = sum(finding.line_ids.mapped("counted_days"))

    @api.depends(
        "use_compensation",
        "statute_id.refund_method",
        "price",
        "meter_reading",
        "use_days",
        "rate_percent",
        "distance_unit",
        "extra_costs",
        "loan_days",
        "daily_compensation",
    )
    def _compute_amounts(self):
        for finding in self:
            deduction = min(finding._get_deduction(), finding.price)
            currency = finding.currency_id
            finding.deduction = currency.round(deduction) if currency else deduction
            finding.refund_amount = finding.price + finding.extra_costs - finding.deduction
            finding.compensation_amount = finding.loan_days * finding.daily_compensation

    def _get_deduction(self):
        """What the customer owes for the use he had, before rounding: by distance (Art. 27 of the car rules) or day."""
        self.ensure_one()
        if not self.use_compensation:
            return 0.0
        rate = self.rate_percent / 100
        if self.refund_method == "meter" and self.distance_unit:
            return self.price * self.meter_reading / self.distance_unit * rate
        if self.refund_method == "daily":
            return self.price * rate * self.use_days
        return 0.0

    @api.depends("state", "answer_deadline", "completion_deadline")
    def _compute_is_overdue(self):
        for finding in self:
            deadline = {"requested": finding.answer_deadline, "granted": finding.completion_deadline}.get(
                finding.state
            )
            finding.is_overdue = bool(deadline and deadline < finding.company_id._get_law_date())

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._get_law_date()
        return (Domain("state", "=", "requested") & Domain("answer_deadline", "<", today)) | (
            Domain("state", "=", "granted") & Domain("completion_deadline", "<", today)
        )

    def copy_data(self, default=None):
        """Refused: rights arise from what happened."""
        raise UserError(self.env._("A statutory right cannot be duplicated."))

    # Business: made and kept up to date by the rules

    @api.model
    def _record(self, units, found):
        """Bring the stored rights of these units in line with what the rules have found. Set-based.

        Rights that were answered stay as they were answered; one that nobody asked for yet lapses when it no longer
        holds.

        :param units: list of ``UnitFacts``
        :param found: list of (``UnitFacts``, ``Right``)
        :return: the rights that are new
        """
        stored = {
            (finding.company_id, finding.unit_key, finding.rule_id, finding.subject): finding
            for finding in self.search(Domain("unit_key", "in", [unit.key for unit in units]))
        }
        new, seen = [], set()
        for unit, right in found:
            key = (unit.company, unit.key, right.rule, right.subject)
            seen.add(key)
            if key in stored:
                stored[key]._refresh(right)
            else:
                new.append(self._prepare_finding(unit, right))
        judged = {(unit.company, unit.key): {f"repair,{id_}" for id_ in unit.judged_ids} for unit in units}
        lapsed = self.browse()
        for key, finding in stored.items():
            subjects = judged.get(key[:2])
            if subjects is None or key in seen or finding.state != "open":
                continue
            if not finding.subject.startswith("repair,") or finding.subject in subjects:
                lapsed |= finding
        if lapsed:
            lapsed.write({"state": "lapsed"})
            lapsed.activity_unlink(["mail.mail_activity_data_todo"])
        # The rules make it: the repair's own log tells of it, and nobody follows it for having moved a stage.
        findings = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(new)
        findings = findings.with_env(self.env)
        findings._announce()
        return findings

    def _refresh(self, right):
        """Follow the facts: days go on, another repair counts. What was answered stays."""
        self.ensure_one()
        if self.state not in ("open", "lapsed"):
            return
        vals = {}
        if self.state == "lapsed":
            vals["state"] = "open"
        for name, value in (("reason_data", right.reason), ("loan_days", right.loan_days)):
            if self[name] != value:
                vals[name] = value
        lines = {(line.repair_id, line.days, line.counted_days) for line in self.line_ids}
        if lines != {(facts.repair, facts.days, facts.counted_days) for facts in right.counted}:
            vals["line_ids"] = self._prepare_line_changes(right)
        if vals:
            self.write(vals)

    def _prepare_line_changes(self, right):
        """Commands that bring the counted repairs up to date. Lines are kept where they can: days go on with every
        step, and deleting records makes the whole cache be read again."""
        kept = {line.repair_id: line for line in self.line_ids}
        counted = {facts.repair: facts for facts in right.counted}
        commands = [Command.delete(line.id) for line in self.line_ids if line.repair_id not in counted]
        for repair, facts in counted.items():
            vals = {"days": facts.days, "counted_days": facts.counted_days}
            if line := kept.get(repair):
                commands.append(Command.update(line.id, vals))
            else:
                commands.append(Command.create({"repair_id": repair.id, **vals}))
        return commands

    @api.model
    def _prepare_finding(self, unit, right):
        rule, statute, repair = right.rule, right.rule.statute_id, right.repair
        readings = [facts.km for facts in unit.repairs if facts.km]
        today = unit.company._get_law_date()
        repaired = sum(facts.days for facts in unit.counted)
        return {
            "company_id": unit.company.id,
            "repair_id": repair.id,
            "unit_key": unit.key,
            "subject": right.subject,
            "product_id": unit.product.id,
            "lot_id": unit.lot.id,
            "partner_id": repair.partner_id.id,
            "registration_id": unit.registration.id,
            "statute_id": statute.id,
            "rule_id": rule.id,
            "right": rule.right,
            "reason_data": right.reason,
            "arisen_on": today,
            "line_ids": self._prepare_lines(right),
            "loan_days": right.loan_days,
            "use_compensation": rule.use_compensation,
            "price": unit.registration._get_price_paid(),
            "meter_reading": max(readings, default=0.0),
            "use_days": max((today - unit.start).days - repaired, 0) if unit.start else 0,
            "rate_percent": statute._get_highest_rate(unit.start, unit.company) or 0.0,
            "distance_unit": statute._get_distance_unit(unit.start, unit.company) or 0.0,
        }

    @api.model
    def _prepare_lines(self, right):
        return [
            Command.create(
                {"repair_id": facts.repair.id, "days": facts.days, "counted_days": facts.counted_days}
            )
            for facts in right.counted
        ]

    def _announce(self):
        """Call the manager to each new right, tell it on its repair, and raise the service level where that is it."""
        loud = self.filtered(lambda finding: finding.right not in QUIET_RIGHTS)
        managers = {company: self._get_manager(company) for company in loud.company_id}
        for finding in self:
            finding.repair_id._message_log(body=finding._get_announcement())
            if finding.right == "escalation":
                finding.repair_id._raise_service_level()
            if finding in loud:
                user = managers[finding.company_id] or finding.repair_id.user_id or self.env.user
                told = finding.with_context(lang=user.lang)
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=finding.arisen_on,
                    summary=told.env._("Statutory right: %s", told.display_name),
                    note=told._get_announcement(),
                    user_id=user.id,
                )

    def _get_announcement(self):
        """The right in one sentence, in the reader's language."""
        self.ensure_one()
        return self.env._(
            "%(right)s: %(reason)s [%(reference)s]",
            right=dict(self._fields["right"]._description_selection(self.env))[self.right],
            reason=self.reason,
            reference=self.reference,
        )

    @api.model
    def _get_manager(self, company):
        """An after-sales manager of the company to whom new rights are brought; empty if there is none."""
        # sudo: whoever repairs need not know the users of a role
        users = self.env.ref(MANAGER).sudo().all_user_ids
        users = users.filtered(lambda user: user.active and not user.share and company in user.company_ids)
        return users.sorted(lambda user: (user._is_system(), user.id))[:1]
