# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class ClaimKeyPart(models.Model):
    """A kind of part whose failures are watched: more of them than usual are put before quality inspection."""

    _name = "claim.key.part"
    _description = "Key Part"
    _order = "sequence, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    alert_count = fields.Integer(compute="_compute_alert_count")
    alert_ids = fields.One2many("claim.quality.alert", "key_part_id", string="Alerts")
    categ_ids = fields.Many2many("product.category", string="Product Categories")
    company_id = fields.Many2one("res.company", index=True, help="Empty: watched in every company.")
    days = fields.Integer(string="Window (Days)", required=True, default=30)
    failures = fields.Float(
        string="Failures in the Window",
        compute="_compute_failures",
        digits="Product Unit",
        help="In your company.",
    )
    failures_before = fields.Float(
        string="In the Window Before", compute="_compute_failures", digits="Product Unit"
    )
    least_failures = fields.Float(
        string="Counts From", default=3, digits="Product Unit", help="Fewer failures are never unusual."
    )
    most_failures = fields.Float(
        string="Limit",
        default=10,
        digits="Product Unit",
        help="More failures in one window are always unusual.",
    )
    name = fields.Char(required=True, translate=True)
    product_ids = fields.Many2many("product.product", string="Parts", check_company=True)
    rise_percent = fields.Float(
        string="Rise %",
        default=50,
        digits=(5, 1),
        help="A rise over the window before by more than this is unusual.",
    )
    sequence = fields.Integer(default=10)

    _days_range = models.Constraint(
        "CHECK (days BETWEEN 1 AND 730)", "A window is between 1 day and 2 years."
    )
    _limits_range = models.Constraint(
        "CHECK (least_failures >= 1 AND most_failures >= least_failures AND rise_percent >= 0)",
        "Count from at least one failure; the limit is not below that, and the rise not below zero.",
    )

    @api.depends_context("company")
    @api.depends("categ_ids", "days", "product_ids")
    def _compute_failures(self):
        counts = self._get_failures(self.env.company)
        for part in self:
            part.failures, part.failures_before = counts.get(part, (0.0, 0.0))

    def _compute_alert_count(self):
        counts = dict(
            self.env["claim.quality.alert"]._read_group(
                [("key_part_id", "in", self.ids)], ["key_part_id"], ["__count"]
            )
        )
        for part in self:
            part.alert_count = counts.get(part, 0)

    def action_view_alerts(self):
        """Open what was unusual so far."""
        return self.alert_ids._get_records_action(name=self.env._("Quality Alerts"))

    def action_view_lines(self):
        """Open the failures of the window and the one before."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "parts_claims.parts_claim_line_action_analysis"
        )
        since = self.env.company._get_law_date() - timedelta(days=2 * self.days)
        domain = self._get_failure_domain(self.env.company, since) & Domain(
            "product_id", "in", self._get_products().ids
        )
        return action | {"context": {}, "domain": list(domain)}

    @api.model
    def _cron_watch(self):
        """Daily: put unusual failures of key parts, and of lots, before quality inspection."""
        for company in self.env["res.company"].search([]):
            parts = self.search(Domain("company_id", "in", (False, company.id)))
            parts._watch(company)
            self.env["claim.quality.alert"]._watch_lots(company)

    def _watch(self, company):
        """Raise an alert for each of these parts whose failures are unusual."""
        for part, (now, before) in self._get_failures(company).items():
            reason = part._get_reason(now, before)
            if reason:
                self.env["claim.quality.alert"]._raise_key_part(company, part, now, before, reason)

    def _get_reason(self, now, before):
        """Why so many failures are unusual; empty if they are not."""
        self.ensure_one()
        if now > self.most_failures:
            return self.env._(
                "%(part)s: %(count)g failures in %(days)s days, the limit is %(limit)g.",
                part=self.name,
                count=now,
                days=self.days,
                limit=self.most_failures,
            )
        if now >= self.least_failures and before and now > before * (1 + self.rise_percent / 100):
            return self.env._(
                "%(part)s: %(count)g failures in %(days)s days, after %(before)g in the %(days)s days before.",
                part=self.name,
                count=now,
                days=self.days,
                before=before,
            )
        return ""

    def _get_failures(self, company):
        """How many of each key part failed under cover, in its window and in the one before.

        :return: dict key part -> (quantity now, quantity before)
        """
        today, counts = company._get_law_date(), {}
        for days, parts in self.grouped("days").items():
            start = today - timedelta(days=days)
            now = self._count_failures(company, start, today)
            before = self._count_failures(company, start - timedelta(days=days), start)
            for part in parts:
                products = part._get_products()
                counts[part] = (
                    sum(now.get(product, 0.0) for product in products),
                    sum(before.get(product, 0.0) for product in products),
                )
        return counts

    @api.model
    def _count_failures(self, company, start, end):
        """Parts replaced under cover after ``start`` up to ``end``: dict product -> quantity."""
        domain = self._get_failure_domain(company, start) & Domain("repair_date", "<=", end)
        # sudo: quality inspection sees how many parts failed, without a right on claims
        lines = self.env["parts.claim.line"].sudo()
        return dict(lines._read_group(domain, ["product_id"], ["quantity:sum"]))

    @api.model
    def _get_failure_domain(self, company, start):
        return (
            Domain("company_id", "=", company.id)
            & Domain("kind", "in", ("part", "goodwill"))
            & Domain("origin_kind", "=", "repair")
            & Domain("split_from_id", "=", False)
            & Domain("state", "!=", "canceled")
            & Domain("repair_date", ">", start)
        )

    def _get_products(self):
        self.ensure_one()
        named = Domain("id", "in", self.product_ids.ids)
        if self.categ_ids:
            named |= Domain("categ_id", "child_of", self.categ_ids.ids)
        return self.env["product.product"].with_context(active_test=False).search(named)
