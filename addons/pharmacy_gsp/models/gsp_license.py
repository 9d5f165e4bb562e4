# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.compliance_base.evidence import default_fields

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"
# What goes on living after the approval: it says where the paper hangs, not what it says.
LIVING_FIELDS = frozenset(
    {
        "state",
        "stop_reason",
        "warning_date",
        "display_place",
        "display_photo",
        "displayed_on",
        "display_checked_by_id",
    }
)


class GspLicense(models.Model):
    """One license, certificate or agreement of one holder, as its scan proves it.

    It counts only when quality has approved it, and only from its first to its last calendar day: the dates decide, not
    the nightly job that marks what has run out.
    """

    _name = "gsp.license"
    _description = "License"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "valid_to, id"
    _check_company_auto = True
    _rec_names_search = ["name", "type_id.name", "partner_id.name", "person_name"]
    _step_fields = frozenset({"state", "stop_reason", "displayed_on", "display_checked_by_id"})
    _reason_steps = {"suspend": "_suspend", "cancel": "_cancel"}
    _evidence_retention_parameter = "drug.record.retention_years"

    name = fields.Char(string="Number", required=True, index="trigram", tracking=True)
    company_id = fields.Many2one(
        "res.company",
        string="Kept By",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
        help="Company that holds the license, or on whose file it is. Its stores rely on it too.",
    )
    type_id = fields.Many2one(
        "gsp.license.type",
        string="License Type",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    has_scope = fields.Boolean(related="type_id.has_scope")
    is_displayed = fields.Boolean(related="type_id.is_displayed")
    is_registration = fields.Boolean(related="type_id.is_registration")
    holder_kind = fields.Selection(
        [
            ("company", "Our Company"),
            ("store", "One of Our Stores"),
            ("partner", "Supplier or Customer"),
            ("employee", "Employee"),
        ],
        string="Held By",
        required=True,
        default="company",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", string="Store", check_company=True, index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier or Customer",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    employee_id = fields.Many2one(
        "hr.employee", check_company=True, index="btree_not_null", ondelete="restrict"
    )
    holder_name = fields.Char(compute="_compute_holder_name")
    person_name = fields.Char(string="Authorized Person", help="Whom a salesman's authorization names.")
    registered_unit_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        help="Unit at which the certificate says that the pharmacist is registered.",
    )
    leaving_certificate = fields.Binary(
        attachment=True,
        help="Proof that the pharmacist has left the unit that the certificate still names (GSP 16801).",
    )
    leaving_certificate_filename = fields.Char()
    scope_ids = fields.Many2many("gsp.scope")
    authority = fields.Char(string="Issued By")
    issue_date = fields.Date(string="Issued On")
    valid_from = fields.Date(required=True, tracking=True)
    valid_to = fields.Date(index=True, tracking=True, help="Last day; empty for a license without end.")
    warning_date = fields.Date(
        string="Warn From", compute="_compute_warning_date", store=True, help="First day of the warnings."
    )
    renewal_from = fields.Date(compute="_compute_renewal", help="First day to apply for renewal.")
    renewal_until = fields.Date(compute="_compute_renewal", help="Last day to apply for renewal.")
    scan = fields.Binary(attachment=True, help="Needed for the approval; kept as evidence.")
    scan_filename = fields.Char()
    is_reissued = fields.Boolean(
        string="Issued Again", help="Issued again after the second certification (GSP 16801)."
    )
    first_certification = fields.Binary(string="Proof of the First Certification", attachment=True)
    first_certification_filename = fields.Char()
    replaces_id = fields.Many2one(
        "gsp.license", string="Renews", check_company=True, copy=False, ondelete="restrict"
    )
    note = fields.Text(string="Remarks")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("valid", "Valid"),
            ("suspended", "Suspended"),
            ("expired", "Expired"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    is_in_force = fields.Boolean(
        string="In Force Today", compute="_compute_is_in_force", search="_search_is_in_force"
    )
    stop_reason = fields.Text(string="Why It Was Stopped", readonly=True, copy=False, tracking=True)
    display_place = fields.Char(string="Hangs At", copy=False)
    display_photo = fields.Image(string="Photo of the Place", attachment=True, copy=False, max_width=1600)
    displayed_on = fields.Date(string="Seen There On", readonly=True, copy=False)
    display_checked_by_id = fields.Many2one(
        "res.users", string="Seen By", readonly=True, copy=False, ondelete="restrict"
    )

    _dates_order = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_from <= valid_to)", "A license does not end before it begins."
    )
    _holder_idx = models.Index("(company_id, holder_kind, type_id) WHERE state = 'valid'")

    @api.depends("name", "type_id.name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.type_id.name or ''} {record.name or ''}".strip()

    @api.depends("holder_kind", "company_id", "warehouse_id", "partner_id", "employee_id", "person_name")
    def _compute_holder_name(self):
        for record in self:
            holder = {
                "company": record.company_id,
                "store": record.warehouse_id,
                "partner": record.partner_id,
                "employee": record.employee_id,
            }.get(record.holder_kind)
            names = [holder.display_name if holder else "", record.person_name or ""]
            record.holder_name = ", ".join(filter(None, names))

    @api.depends("valid_to", "company_id")
    def _compute_warning_date(self):
        for record in self:
            record.warning_date = record.valid_to and fields.Date.subtract(
                record.valid_to, days=record._get_figure("drug.license.warning_days")
            )

    @api.depends("valid_to", "type_id", "company_id")
    def _compute_renewal(self):
        for record in self:
            for name in ("renewal_from", "renewal_until"):
                code = record.type_id[f"{name}_parameter"]
                record[name] = code and record.valid_to and record._count_back(code)

    @api.depends("state", "valid_from", "valid_to")
    def _compute_is_in_force(self):
        for record in self:
            record.is_in_force = record._is_valid_on((record.company_id or self.env.company)._get_law_date())

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._get_law_date()
        in_force = Domain("state", "=", "valid") & Domain("valid_from", "<=", today)
        in_force &= Domain("valid_to", "=", False) | Domain("valid_to", ">=", today)
        wanted = [in_force if item else ~in_force for item in value]
        return Domain.OR(wanted)

    @api.constrains("holder_kind", "warehouse_id", "partner_id", "employee_id", "type_id")
    def _check_holder(self):
        kinds = {"company": "company", "store": "company", "partner": "partner", "employee": "employee"}
        needed = {"store": "warehouse_id", "partner": "partner_id", "employee": "employee_id"}
        for record in self:
            if not record.type_id[f"for_{kinds[record.holder_kind]}"]:
                raise ValidationError(
                    self.env._(
                        "A license of type %(type)s is not held by %(holder)s.",
                        type=record.type_id.name,
                        holder=dict(self._fields["holder_kind"]._description_selection(self.env))[
                            record.holder_kind
                        ],
                    )
                )
            for kind, name in needed.items():
                if bool(record[name]) != (record.holder_kind == kind):
                    raise ValidationError(
                        self.env._(
                            "%(license)s: say who holds it, and nobody else.", license=record.display_name
                        )
                    )

    @api.onchange("holder_kind")
    def _onchange_holder_kind(self):
        kept = {"store": "warehouse_id", "partner": "partner_id", "employee": "employee_id"}.get(
            self.holder_kind
        )
        for name in {"warehouse_id", "partner_id", "employee_id"} - {kept}:
            self[name] = False

    # -- steps --------------------------------------------------------------------------------------------------

    def action_approve(self):
        """Quality has compared scan and entry: the license counts from now on, and is evidence."""
        self._check_step(QUALITY, ("draft",))
        for record in self:
            missing = record._get_missing()
            if missing:
                raise UserError(
                    self.env._(
                        "%(license)s cannot be approved yet. Missing: %(what)s.",
                        license=record.display_name,
                        what=", ".join(missing),
                    )
                )
        self._move_to("valid")
        self._close_evidence()
        return True

    def action_suspend(self):
        """Ask why, then let the license count no longer until it is resumed."""
        self._check_step(QUALITY, ("valid",))
        return self._ask_reason("suspend", self.env._("Suspend"))

    def action_resume(self):
        """Let a suspended license count again."""
        self._check_step(QUALITY, ("suspended",))
        self._move_to("valid", stop_reason=False)
        return True

    def action_cancel(self):
        """Ask why, then let the license count no longer for good."""
        self._check_step(QUALITY, ("draft", "valid", "suspended"))
        return self._ask_reason("cancel", self.env._("Cancel"))

    def action_renew(self):
        """Open a draft for the license that follows this one."""
        self.ensure_one()
        self._check_step(QUALITY, ("valid", "suspended", "expired"))
        follower = self.copy(
            {
                "replaces_id": self.id,
                "valid_from": fields.Date.add(self.valid_to, days=1) if self.valid_to else self.valid_from,
                "valid_to": False,
                "issue_date": False,
                "scan": False,
                "scan_filename": False,
            }
        )
        return follower.get_formview_action()

    def action_confirm_display(self):
        """Write down that the license was seen hanging in the store today (GSP 16801)."""
        self._check_step(QUALITY, ("valid",))
        for record in self:
            if not (record.display_place or "").strip():
                raise UserError(self.env._("Say first where %(license)s hangs.", license=record.display_name))
            record._write_step(
                {"displayed_on": record.company_id._get_law_date(), "display_checked_by_id": self.env.uid}
            )
        return True

    def _suspend(self, reason):
        self._check_step(QUALITY, ("valid",))
        self._check_reason(reason)
        self._move_to("suspended", stop_reason=reason)

    def _cancel(self, reason):
        self._check_step(QUALITY, ("draft", "valid", "suspended"))
        self._check_reason(reason)
        self._move_to("canceled", stop_reason=reason)

    def _get_missing(self):
        """What the approval still needs, in words."""
        self.ensure_one()
        wanted = ["scan"]
        if self.type_id.has_expiry:
            wanted.append("valid_to")
        if self.type_id.has_scope:
            wanted.append("scope_ids")
        if self.is_reissued:
            wanted.append("first_certification")
        if self.type_id.is_registration:
            wanted.append("registered_unit_id")
        return [self._fields[name]._description_string(self.env) for name in wanted if not self[name]]

    # -- dates --------------------------------------------------------------------------------------------------

    def _is_valid_on(self, day):
        """Whether the license counts on this calendar day."""
        self.ensure_one()
        return bool(
            self.state == "valid"
            and self.valid_from
            and self.valid_from <= day
            and (not self.valid_to or self.valid_to >= day)
        )

    def _get_figure(self, code):
        company = self.company_id or self.env.company
        return self.env["compliance.parameter"]._value(code, on=company._get_law_date(), company=company)

    def _count_back(self, code):
        """Day that lies so much before the last day of validity as the legal figure says, by its own unit."""
        figure = self._get_figure(code)
        # sudo: the unit of a legal figure is no secret
        unit = self.env["compliance.parameter"].sudo().search([("code", "=", code)], limit=1).unit
        if unit == "working_day":
            return self._count_back_working_days(figure)
        return self.valid_to - relativedelta(**{f"{unit}s": int(figure)})

    def _count_back_working_days(self, days):
        """The ``days``-th working day before the last day, by the company's calendar; None without calendar."""
        company = self.company_id or self.env.company
        calendar = company.sudo().resource_calendar_id  # sudo: working days of the company are no secret
        start = company._get_law_timezone().localize(datetime.combine(self.valid_to, time.min))
        found = calendar.plan_days(-int(days), start, compute_leaves=True) if calendar else False
        return found and found.astimezone(company._get_law_timezone()).date()

    @api.model
    def _cron_run_clock(self):
        """Mark what has run out, and warn of what will. The gates look at the dates themselves."""
        for company in self.env["res.company"].search([]):
            today = company._get_law_date()
            ended = [("company_id", "=", company.id), ("valid_to", "<", today)]
            expired = self.search([*ended, ("state", "in", ("valid", "suspended"))])
            expired._move_to("expired")
            due = self.search(
                [("company_id", "=", company.id), ("warning_date", "<=", today), ("state", "=", "valid")]
            )
            due.filtered(lambda record: not record.activity_ids)._warn(company)
            self.env["ir.cron"]._commit_progress(len(expired))

    def _warn(self, company):
        """Ask the quality manager of the company for the renewal."""
        followed = self.search(
            [("replaces_id", "in", self.ids), ("state", "in", ("draft", "valid"))]
        ).replaces_id
        for record in self - followed:
            user = company.gsp_quality_user_id or record.create_uid
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=record.renewal_until or record.valid_to,
                user_id=user.id,
                summary=self.env._(
                    "Renew %(license)s: valid until %(date)s",
                    license=record.display_name,
                    date=record.valid_to,
                ),
            )

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - LIVING_FIELDS)

    def _get_retain_until(self):
        """Years after the last day of validity; without a last day for good."""
        return {
            record.id: fields.Date.add(
                record.valid_to, years=record._get_figure("drug.record.retention_years")
            )
            for record in self
            if record.valid_to
        }

    def _is_registered_at(self, company):
        """Whether the person is registered with the company or its headquarters, or has left the former unit."""
        self.ensure_one()
        if not self.type_id.is_registration:
            return True
        return self.registered_unit_id in company.parent_ids.partner_id or bool(self.leaving_certificate)
