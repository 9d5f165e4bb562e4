# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

TERM_FIELDS = {
    "answer_rule",
    "appraisal_required",
    "company_id",
    "cover_ids",
    "cover_months",
    "currency_id",
    "date_from",
    "date_to",
    "days_to_answer",
    "days_to_file",
    "direction",
    "freight_by_cause",
    "hours_ids",
    "line_ids",
    "markup_percent",
    "meter_limit",
    "meter_required",
    "meter_unit",
    "old_part_keep_days",
    "old_part_required",
    "old_part_waived_under",
    "period_start_day",
    "photo_required",
    "preauthorization_above",
    "price_basis",
    "quota_amount",
    "replacement_value",
    "report_required",
    "settlement_way",
    "share_percent",
    "supplier_id",
    "tax_ids",
}


class ClaimAgreement(models.Model):
    """Terms on which a supplier reimburses parts used in warranty repairs.

    Without rules an agreement covers every part of the supplier; with rules only the parts and categories
    named. Of several agreements the closest fit applies; two that fit equally cannot be in force together.
    """

    _name = "claim.agreement"
    _description = "Claim Agreement"
    _inherit = ["parts.claims.guard", "mail.thread", "mail.activity.mixin", "compliance.setup.mixin"]
    _order = "supplier_id, date_from desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({"state"})

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    claim_count = fields.Integer(compute="_compute_claim_count")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        tracking=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency in which claims under this agreement are filed and settled.",
    )
    date_from = fields.Date(
        string="Valid From",
        required=True,
        tracking=True,
        default=lambda self: self.env.company._get_law_date(),
    )
    date_to = fields.Date(string="Valid To", tracking=True)
    days_to_answer = fields.Integer(
        string="Days to Answer",
        default=30,
        tracking=True,
        help="Days the supplier has to answer a claim after it was submitted. 0: no time limit agreed.",
    )
    days_to_file = fields.Integer(
        string="Days to File",
        default=90,
        tracking=True,
        help="Days after the repair within which the claim must be filed. 0: no time limit agreed.",
    )
    line_ids = fields.One2many("claim.agreement.line", "agreement_id", string="Rules", copy=True)
    markup_percent = fields.Float(
        string="Markup %",
        digits=(5, 2),
        tracking=True,
        help="Surcharge on the price of the part, for handling and overhead.",
    )
    note = fields.Html(string="Notes")
    old_part_required = fields.Boolean(
        default=True,
        tracking=True,
        help="A part is claimed only if the part it replaced was kept and can be shown.",
    )
    period_start_day = fields.Integer(
        string="Period Starts On",
        default=1,
        tracking=True,
        help="Day of the month on which a claim period starts: 1 for calendar months, 20 for the 20th to the 19th.",
    )
    price_basis = fields.Selection(
        selection="_selection_price_basis", required=True, default="last_purchase", tracking=True
    )
    settlement_way = fields.Selection(
        [("credit_note", "Vendor Credit Note")], required=True, default="credit_note", tracking=True
    )
    share_percent = fields.Float(
        string="Supplier's Share %",
        digits=(5, 2),
        default=100.0,
        tracking=True,
        help="Part of the price that the supplier bears.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In Force"), ("closed", "Closed")],
        string="Status",
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        tracking=True,
    )
    supplier_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        domain="[('is_company', '=', True)]",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', 'parent_of', company_id)]",
        help="Taxes on the credit note. Empty: the purchase taxes of each part, mapped for the supplier.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("parts_claims.parts_claims_group_clerk").ids)
        ],
        default=lambda self: self.env.user,
        help="Claims under this agreement are assigned to this user.",
    )

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "An agreement cannot end before it begins."
    )
    _share_range = models.Constraint(
        "CHECK (share_percent > 0 AND share_percent <= 100)",
        "The supplier's share is more than 0 % and at most 100 %.",
    )
    _markup_range = models.Constraint("CHECK (markup_percent >= 0)", "The markup cannot be negative.")
    _days_range = models.Constraint(
        "CHECK (days_to_file >= 0 AND days_to_answer >= 0)", "Time limits cannot be negative."
    )
    _period_range = models.Constraint(
        "CHECK (period_start_day BETWEEN 1 AND 28)", "A claim period starts on day 1 to 28 of the month."
    )

    @api.model
    def _selection_price_basis(self):
        labels = {
            "last_purchase": self.env._("Last Purchase Price"),
            "standard_cost": self.env._("Inventory Cost"),
            "vendor_price": self.env._("Vendor Price List"),
        }
        return list(labels.items())

    def _compute_claim_count(self):
        counts = dict(
            self.env["parts.claim.line"]._read_group(
                Domain("agreement_id", "in", self.ids) & Domain("claim_id", "!=", False),
                ["agreement_id"],
                ["claim_id:count_distinct"],
            )
        )
        for agreement in self:
            agreement.claim_count = counts.get(agreement, 0)

    @api.constrains("supplier_id")
    def _check_commercial_supplier(self):
        for agreement in self:
            commercial = agreement.supplier_id.commercial_partner_id
            if agreement.supplier_id != commercial:
                raise ValidationError(
                    self.env._(
                        "Agreement %(agreement)s: %(partner)s is a contact or address of %(company)s. "
                        "Make the agreement with %(company)s.",
                        agreement=agreement.name,
                        partner=agreement.supplier_id.display_name,
                        company=commercial.display_name,
                    )
                )

    @api.constrains("tax_ids")
    def _check_taxes_on_top(self):
        included = self.tax_ids.filtered("price_include")
        if included:
            raise ValidationError(
                self.env._(
                    "Claims are filed without tax, so the tax is added on top: %(taxes)s cannot be used here.",
                    taxes=", ".join(included.mapped("display_name")),
                )
            )

    @api.constrains("company_id", "date_from", "date_to", "state", "supplier_id", "active")
    def _check_no_overlap(self):
        """No two agreements in force at once may fit a part equally closely."""
        in_force = self.filtered(lambda agreement: agreement.state == "active")
        rivals = self.search(
            Domain("state", "=", "active")
            & Domain("supplier_id", "in", in_force.supplier_id.ids)
            & Domain("company_id", "in", in_force.company_id.ids)
        )
        for agreement in in_force:
            for rival in rivals - agreement:
                subject = agreement._get_overlap(rival)
                if subject:
                    raise ValidationError(
                        self.env._(
                            "Agreements %(first)s and %(second)s with %(supplier)s would both apply to %(subject)s at "
                            "the same time. Close one of them, or change its dates or rules.",
                            first=agreement.name,
                            second=rival.name,
                            supplier=agreement.supplier_id.display_name,
                            subject=subject,
                        )
                    )

    def write(self, vals):
        if TERM_FIELDS & set(vals):
            self._check_terms_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_terms_open()

    def action_activate(self):
        """Put drafts in force. Managers only; refused where two agreements would fit equally."""
        self._check_manager()
        self._set_state("active", allowed=("draft",))

    def action_close(self):
        """End agreements: no new lines are claimed under them. Managers only."""
        self._check_manager()
        self._set_state("closed", allowed=("active",))

    def action_draft(self):
        """Reopen the terms for a change. Managers only; lines already claimed keep the terms they were made with."""
        self._check_manager()
        self._set_state("draft", allowed=("active", "closed"))

    def action_view_claims(self):
        """Open the claims that hold lines under this agreement."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.parts_claim_action")
        action["domain"] = [("line_ids.agreement_id", "=", self.id)]
        action["context"] = {}
        return action

    def _check_manager(self):
        if not self.env.user.has_group("parts_claims.parts_claims_group_manager"):
            raise AccessError(
                self.env._("Only a manager of parts claims decides on agreements with suppliers.")
            )
        self.check_access("write")

    def _check_terms_open(self):
        fixed = self.filtered(lambda agreement: agreement.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "The terms of %(agreements)s are in force or closed. Reset the agreement to draft to change them.",
                    agreements=", ".join(fixed.mapped("name")),
                )
            )

    def _set_state(self, state, allowed):
        wrong = self.filtered(lambda agreement: agreement.state not in allowed)
        if wrong:
            raise UserError(
                self.env._(
                    "This step does not fit the state of %(agreements)s.",
                    agreements=", ".join(wrong.mapped("name")),
                )
            )
        self._set({"state": state})

    def _get_overlap(self, other):
        """Name of a subject that this agreement and ``other`` both cover equally closely, else an empty string."""
        self.ensure_one()
        if self.supplier_id != other.supplier_id or self.company_id != other.company_id:
            return ""
        if self.direction != other.direction:
            return ""
        if (self.date_to and self.date_to < other.date_from) or (
            other.date_to and other.date_to < self.date_from
        ):
            return ""
        if not self.line_ids and not other.line_ids:
            return self.env._("all parts")
        parts = self.line_ids.product_tmpl_id & other.line_ids.product_tmpl_id
        categories = self.line_ids.categ_id & other.line_ids.categ_id
        return (parts[:1] or categories[:1]).display_name or ""

    @api.model
    def _find(self, keys, direction="outbound"):
        """Match parts to the agreements in force; the number of queries does not depend on the number of keys.

        :param keys: iterable of (company, supplier, product, date)
        :param direction: "outbound" for what suppliers pay us, "inbound" for what we pay service stations
        :return: dict key -> list of (agreement, rule) that fit closest; two entries mean a conflict to be solved
        """
        keys = set(keys)
        companies = {company for company, _supplier, _product, _date in keys}
        candidates = self.browse(id_ for company in companies for id_ in self._get_active_ids(company.id))
        candidates = candidates._filtered_access("read").filtered(
            lambda agreement: agreement.direction == direction
        )
        by_pair = candidates.grouped(lambda agreement: (agreement.company_id, agreement.supplier_id))
        none = self.browse()
        return {key: by_pair.get(key[:2], none)._get_closest(key[2], key[3]) for key in keys}

    @api.model
    @tools.ormcache("company_id")
    def _get_active_ids(self, company_id):
        """Ids of the agreements in force of a company, in order."""
        # sudo: kept for all users; ``_find`` leaves out what its user may not read
        domain = [("company_id", "=", company_id), ("state", "=", "active")]
        return tuple(self.sudo().with_context({}).search(domain).ids)

    def _get_closest(self, product, date):
        """List of (agreement, rule) among these agreements that fit the part on the date most closely."""
        fits = []
        for agreement in self:
            if agreement.date_from > date or (agreement.date_to and agreement.date_to < date):
                continue
            if not agreement.line_ids:
                fits.append((0, agreement, agreement.line_ids))
                continue
            rated = [(line._get_fit(product), line) for line in agreement.line_ids]
            fit, line = max(rated, key=lambda pair: pair[0])
            if fit:
                fits.append((fit, agreement, line))
        best = max((fit for fit, _agreement, _line in fits), default=0)
        return [(agreement, line) for fit, agreement, line in fits if fit == best]

    def _get_period(self, date):
        """First and last day of the claim period that holds ``date``."""
        self.ensure_one()
        start = date.replace(day=self.period_start_day)
        if start > date:
            start -= relativedelta(months=1)
        return start, start + relativedelta(months=1) - timedelta(days=1)

    def _get_filing_deadline(self, date):
        """Last day on which a repair finished on ``date`` may be claimed; False without a time limit."""
        self.ensure_one()
        return date + timedelta(days=self.days_to_file) if self.days_to_file else False

    def _get_answer_deadline(self, date):
        """Last day on which a claim submitted on ``date`` is to be answered; False without a time limit."""
        self.ensure_one()
        return date + timedelta(days=self.days_to_answer) if self.days_to_answer else False
