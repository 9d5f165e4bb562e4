# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.evidence import default_fields

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"
TEMPLATE = "gsp.split.cleaning"


class GspSplitCleaning(models.Model):
    """Cleaning log: one per bench and day, before the first pack is split (GSP 17202)."""

    _name = "gsp.split.cleaning"
    _description = "Cleaning of the Split-Sale Bench"
    _inherit = ["gsp.step.mixin", "compliance.checklist.mixin", "compliance.evidence.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_name = "bench_id"
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = frozenset({"state", "cleaned_by_id", "cleaned_at"})

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    bench_id = fields.Many2one(
        "stock.location",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('gsp_zone', '=', 'split')]",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._get_law_date(), index=True)
    state = fields.Selection(
        [("draft", "To Do"), ("done", "Cleaned")], required=True, default="draft", readonly=True, copy=False
    )
    cleaned_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    cleaned_at = fields.Datetime(string="Cleaned On", readonly=True, copy=False)
    note = fields.Char(string="Remarks")

    _bench_day_uniq = models.Constraint("UNIQUE(bench_id, date)", "The bench has a log of this day already.")

    @api.depends("bench_id", "date")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.bench_id.name} · {log.date}"

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        logs._create_checklists(TEMPLATE)
        return logs

    def action_open_checklist(self):
        """Open the checklist of tools, bench and bags."""
        self.ensure_one()
        self.check_access("read")
        return self.checklist_ids.sorted("id")[-1:].get_formview_action()

    def action_clean(self):
        """All tools are there and clean: packs may be split today."""
        self._check_step(CLERK, ("draft",))
        for log in self:
            if log.date != log.company_id._get_law_date():
                raise UserError(
                    self.env._("%(log)s: only the bench of today is cleaned today.", log=log.display_name)
                )
            checklist = log.checklist_ids.filtered(lambda item: item.state != "canceled").sorted("id")[-1:]
            if checklist.state != "done" or checklist.result != "conform":
                raise UserError(
                    self.env._(
                        "%(log)s: complete the checklist first; everything must be there and clean.",
                        log=log.display_name,
                    )
                )
        self._move_to("done", cleaned_by_id=self.env.uid, cleaned_at=fields.Datetime.now())
        self._close_evidence()
        return True

    @api.model
    def _get_today(self, bench, create=False):
        """Log of the bench for today, empty (or made) if there is none."""
        today = bench.company_id._get_law_date()
        log = self.search([("bench_id", "=", bench.id), ("date", "=", today)], limit=1)
        if log or not create:
            return log
        return self.create({"bench_id": bench.id, "company_id": bench.company_id.id, "date": today})

    @api.model
    def _find_problems(self, company, bench):
        """(rule, sentence, remedy) if no bench of the company (or not this one) was cleaned today."""
        domain = [
            ("company_id", "=", company.id),
            ("date", "=", company._get_law_date()),
            ("state", "=", "done"),
        ]
        if bench:
            domain.append(("bench_id", "=", bench.id))
        # sudo: that it was cleaned is no secret to whoever splits
        if self.sudo().search_count(domain, limit=1):
            return []
        return [
            (
                "gsp.split.cleaning",
                self.env._(
                    "The split-sale bench of %(company)s has not been cleaned today.", company=company.name
                ),
                self.env._("Clean bench and tools, and complete the cleaning log of today."),
            )
        ]

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})
