# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

OUTCOMES = [
    ("refuse", "Refuse"),
    ("return", "Return for Completion"),
    ("manual", "Decide by Hand"),
    ("accept", "Accept"),
]
# Which figures a criterion is judged by; with True it cannot be judged without.
PARAMETERS = {
    "amount_above": {"amount": True},
    "amount_up_to": {"amount": True},
    "deadline": {"days": False},
    "domain": {"domain": True},
    "duplicate": {"days": True},
    "free_count": {"most_count": True},
    "hours": {"percent": False},
    "meter_jump": {"meter": True},
    "no_response": {"days": True},
    "preauthorization": {"amount": False},
    "quantity": {"quantity": False, "days": False},
    "repeated": {"most_count": True, "days": True},
}
FIGURES = ("amount", "days", "domain", "meter", "most_count", "percent", "quantity")
# What a live rule decides by: fixed while it is live.
TERM_FIELDS = frozenset(
    {
        "agreement_ids",
        "categ_ids",
        "code",
        "company_id",
        "currency_id",
        "date_from",
        "date_to",
        "direction",
        "kind",
        "outcome",
        "partner_ids",
        *FIGURES,
    }
)
MANAGER = "parts_claims.parts_claims_group_manager"


class ClaimRule(models.Model):
    """One rule by which claim lines are audited: what it looks for, and what becomes of the lines it finds.

    Live rules are asked in their order; the first that finds a line decides about it. Nobody's rule: a person decides.
    A rule without company is a pattern for all companies: only who works in all of them puts it in force. A company's
    own rule takes the place of the common one with the same code.
    """

    _name = "claim.rule"
    _description = "Audit Rule"
    _inherit = ["parts.claims.guard", "mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True
    _guarded_fields = frozenset({"state", "version"})

    sequence = fields.Integer(default=100, tracking=True, help="Rules are asked in this order.")
    code = fields.Char(required=True, tracking=True, help="Short and lasting: logs and refusals name it.")
    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, tracking=True, help="Empty: a pattern for all companies."
    )
    state = fields.Selection(
        [("draft", "Not Live"), ("live", "Live")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    version = fields.Integer(
        readonly=True, copy=False, tracking=True, aggregator=None, help="Counts how often the rule went live."
    )
    reference = fields.Char(string="Source", tracking=True, help="Where the rule comes from.")
    note = fields.Text(string="Explanation", translate=True)

    # Which lines it is asked about
    direction = fields.Selection(
        [("outbound", "To Suppliers"), ("inbound", "From Stations"), ("both", "Both")],
        string="Claims",
        required=True,
        default="both",
        tracking=True,
    )
    agreement_ids = fields.Many2many("claim.agreement", string="Only Agreements", check_company=True)
    partner_ids = fields.Many2many(
        "res.partner", string="Only Partners", check_company=True, domain="[('is_company', '=', True)]"
    )
    categ_ids = fields.Many2many(
        "product.category",
        "claim_rule_product_category_rel",
        "rule_id",
        "categ_id",
        string="Only Product Families",
        help="Of the part or service claimed, with their subcategories.",
    )
    date_from = fields.Date(string="Valid From", tracking=True)
    date_to = fields.Date(string="Valid To", tracking=True)

    # What it looks for
    kind = fields.Selection(
        selection="_selection_kind", string="Criterion", required=True, default="always", tracking=True
    )
    amount = fields.Monetary(tracking=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    days = fields.Integer(
        tracking=True,
        help="Filed too late: days of grace. Returned: days to complete it. Else: how many days back earlier claims of "
        "the unit count.",
    )
    domain = fields.Char(
        string="Condition", tracking=True, help="A filter on claim lines, with fixed values only."
    )
    meter = fields.Float(
        string="Most per Day", digits=(16, 0), tracking=True, help="In the unit of the meter."
    )
    most_count = fields.Integer(string="Most", tracking=True)
    percent = fields.Float(string="Tolerance %", digits=(5, 2), tracking=True)
    quantity = fields.Float(
        string="Most per Unit",
        digits="Product Unit",
        tracking=True,
        help="0: what the agreement allows in one repair.",
    )
    outcome = fields.Selection(OUTCOMES, required=True, default="manual", tracking=True)

    hit_count = fields.Integer(string="Lines Decided", compute="_compute_hits")
    last_hit = fields.Datetime(compute="_compute_hits")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "The code of an audit rule must be unique in the company."
    )
    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A rule cannot end before it begins.",
    )
    _figures_range = models.Constraint(
        "CHECK (COALESCE(amount, 0) >= 0 AND COALESCE(days, 0) BETWEEN 0 AND 36500 AND COALESCE(meter, 0) >= 0 "
        "AND COALESCE(most_count, 0) >= 0 AND COALESCE(percent, 0) BETWEEN 0 AND 1000 AND COALESCE(quantity, 0) >= 0)",
        "The figures of an audit rule are not negative, and days and percentages stay within reason.",
    )

    @api.model
    def _selection_kind(self):
        """Criteria; each is judged by a method ``_match_<kind>()``."""
        labels = {
            "always": self.env._("Every Line"),
            "domain": self.env._("Own Condition"),
            "unauthorized": self.env._("No agreement in force"),
            "free_scope": self.env._("Outside the campaign or free service"),
            "free_count": self.env._("Free services used up"),
            "deadline": self.env._("Filed too late"),
            "labor_fault": self.env._("Labor does not fit the fault"),
            "labor_model": self.env._("Labor does not fit the product"),
            "part_model": self.env._("Part does not fit the product"),
            "meter_falls": self.env._("Meter reading falls"),
            "meter_jump": self.env._("Meter reading rises too fast"),
            "duplicate": self.env._("Claimed before for the same unit"),
            "claim_type": self.env._("Wrong type of claim"),
            "vin": self.env._("VIN missing or wrong"),
            "no_sale": self.env._("Unit without record of sale"),
            "unit_model": self.env._("Serial number of another product"),
            "partner_code": self.env._("Partner without code"),
            "quantity": self.env._("More pieces than a unit needs"),
            "no_period": self.env._("No warranty period"),
            "no_response": self.env._("Returned and not completed in time"),
            "campaign_open": self.env._("Campaign work not reported"),
            "preauthorization": self.env._("Pre-authorization missing"),
            "out_of_cover": self.env._("All parts out of warranty"),
            "hours": self.env._("More hours than the flat rate"),
            "repeated": self.env._("Unit claimed too often"),
            "amount_above": self.env._("Amount above a limit"),
            "amount_up_to": self.env._("Amount up to a limit"),
        }
        return list(labels.items())

    def _compute_hits(self):
        groups = self.env["claim.rule.log"]._read_group(
            Domain("rule_id", "in", self.ids) & Domain("source", "=", "rule"),
            ["rule_id"],
            ["__count", "decided_on:max"],
        )
        hits = {rule: (count, last) for rule, count, last in groups}
        for rule in self:
            rule.hit_count, rule.last_hit = hits.get(rule, (0, False))

    @api.depends("code", "name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"[{rule.code}] {rule.name}" if rule.code else rule.name

    @api.constrains("kind", *FIGURES)
    def _check_figures(self):
        for rule in self:
            missing = [
                rule._fields[name]._description_string(self.env)
                for name, required in PARAMETERS.get(rule.kind, {}).items()
                if required and not rule[name]
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s cannot be judged without: %(figures)s.",
                        rule=rule.display_name,
                        figures=", ".join(missing),
                    )
                )

    @api.constrains("kind", "domain")
    def _check_domain(self):
        """A condition is tried out as the user who writes it: it reaches nothing the user may not read.

        Constraints run in superuser mode, so that it is left here.
        """
        for rule in self.filtered(lambda rule: rule.kind == "domain" and rule.domain):
            try:
                self.env["parts.claim.line"].sudo(False).search(rule._parse_domain(), limit=1)
            except (SyntaxError, TypeError, ValueError, MemoryError, RecursionError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of rule %(rule)s is no filter on claim lines: %(error)s",
                        rule=rule.display_name,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._check_common()
        return rules

    def write(self, vals):
        """What a live rule decides by does not change; common rules belong to who works in all companies."""
        self._check_common()
        changed = TERM_FIELDS & vals.keys()
        live = self.filtered(lambda rule: rule.state == "live")
        if live and (changed or vals.get("active") is False):
            raise UserError(
                self.env._(
                    "%(rules)s are live. Stop them, change them, and put them live again: what they decided keeps "
                    "the figures of its time.",
                    rules=", ".join(live.mapped("display_name")),
                )
            )
        result = super().write(vals)
        self._check_common()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_common()
        used = self.filtered("version")
        if used:
            raise UserError(
                self.env._(
                    "%(rules)s have been live: what they decided names them. Archive them instead.",
                    rules=", ".join(used.mapped("display_name")),
                )
            )

    def copy_data(self, default=None):
        """A copy in the same company needs a code of its own."""
        vals_list = super().copy_data(default=default)
        if not {"code", "company_id"} & (default or {}).keys():
            for vals in vals_list:
                vals["code"] = self.env._("%s (copy)", vals["code"])
        return vals_list

    def action_activate(self):
        """Put rules live, as a new version each. Managers only."""
        self._check_manager()
        self._check_state("draft")
        for rule in self:
            rule._set({"active": True, "state": "live", "version": rule.version + 1})
        return True

    def action_stop(self):
        """Ask live rules no more, so that they can be changed. Managers only."""
        self._check_manager()
        self._check_state("live")
        self._set({"state": "draft"})
        return True

    def action_adopt(self):
        """Copy common rules into the own company, where it lacks their codes, to be changed and put live there."""
        self._check_role()
        company = self.env.company
        known = set(
            self.with_context(active_test=False).search(Domain("company_id", "=", company.id)).mapped("code")
        )
        copies = self.browse()
        for rule in self.filtered(lambda rule: not rule.company_id and rule.code not in known):
            copies |= rule.copy({"company_id": company.id, "currency_id": company.currency_id.id})
        if not copies:
            raise UserError(self.env._("%(company)s has these rules already.", company=company.name))
        return copies._get_records_action(name=self.env._("Audit Rules"))

    def action_view_logs(self):
        """Open what these rules decided."""
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.claim_rule_log_action")
        return action | {"domain": [("rule_id", "in", self.ids)], "context": {}}

    def action_try(self):
        """Open the trial of this rule on past claims."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.claim_rule_trial_action")
        return action | {"context": {"default_rule_id": self.id}}

    def _check_role(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a manager of parts claims decides on the rules of the audit."))

    def _check_manager(self):
        self._check_role()
        self.check_access("write")
        self._check_common()
        self.lock_for_update(allow_referencing=True)

    def _check_common(self):
        """Rules of all companies are not decided on from one of them."""
        common = self.filtered(lambda rule: not rule.company_id)
        if self.env.su or not common:
            return
        # sudo: how many companies there are is no secret here, only a number is compared
        if self.env["res.company"].sudo().search_count([]) > len(self.env.user.company_ids):
            raise AccessError(
                self.env._(
                    "%(rules)s hold for all companies, and you do not work in all of them. Adopt them into your "
                    "company and decide there.",
                    rules=", ".join(common.mapped("display_name")),
                )
            )

    def _check_state(self, state):
        wrong = self.filtered(lambda rule: rule.state != state)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This step is for rules that are “%(state)s”; these are not: %(rules)s.",
                    state=labels[state],
                    rules=", ".join(wrong.mapped("display_name")),
                )
            )

    def _parse_domain(self):
        """The own condition as a domain: literals only, nothing is evaluated."""
        self.ensure_one()
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _get_figures(self):
        """One line for people: the figures by which the rule decides now."""
        self.ensure_one()
        figures = []
        for name in PARAMETERS.get(self.kind, {}):
            value = self[name]
            if name == "amount":
                value = f"{value:,.2f} {self.currency_id.name}"
            elif isinstance(value, float):
                value = f"{value:g}"
            figures.append(f"{self._fields[name]._description_string(self.env)}: {value}")
        return "; ".join(figures)
