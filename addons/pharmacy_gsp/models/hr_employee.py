# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from base64 import b64decode
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation

from .gsp_post import ACTS

# An attendance that began longer ago was forgotten, not worked.
LONGEST_SHIFT = timedelta(hours=24)
HR = "hr.group_hr_user"


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    gsp_post_ids = fields.Many2many("gsp.post", string="Pharmacy Posts", groups=HR, tracking=True)
    gsp_title = fields.Char(
        string="Qualification or Title", groups=HR, help="As shown on the badge, e.g. licensed pharmacist."
    )
    gsp_practice_category = fields.Char(
        string="Practice Category",
        groups=HR,
        help="As on the registration, e.g. pharmacy or Chinese pharmacy.",
    )
    gsp_badge_number = fields.Char(string="Badge Number", groups=HR)
    gsp_license_ids = fields.One2many("gsp.license", "employee_id", string="Licenses", groups=HR)
    gsp_health_check_ids = fields.One2many(
        "gsp.health.check", "employee_id", string="Health Checks", groups=HR
    )
    gsp_training_ids = fields.Many2many("gsp.training", string="Trainings Passed", groups=HR)
    gsp_on_duty = fields.Boolean(
        string="On Duty Now", compute="_compute_gsp_on_duty", search="_search_gsp_on_duty", groups=HR
    )
    gsp_may_now = fields.Text(string="May Do Now", compute="_compute_gsp_entitlement", groups=HR)
    gsp_may_not = fields.Text(string="May Not Do Now", compute="_compute_gsp_entitlement", groups=HR)

    def _compute_gsp_on_duty(self):
        on_duty = self._gsp_filter_on_duty(fields.Datetime.now())
        for employee in self:
            employee.gsp_on_duty = employee._origin in on_duty

    def _search_gsp_on_duty(self, operator, value):
        if operator != "in":
            return NotImplemented
        attendances = self.env["hr.attendance"].sudo()  # sudo: presence in the store is no secret to HR
        here = Domain(
            "id",
            "in",
            attendances._search(self._gsp_get_presence_domain(fields.Datetime.now())).subselect(
                "employee_id"
            ),
        )
        return Domain.OR([here if item else ~here for item in value])

    @api.depends("gsp_post_ids")
    def _compute_gsp_entitlement(self):
        now = fields.Datetime.now()
        may, may_not = {}, {}
        for act, _label in ACTS:
            label = dict(self.env["gsp.license.requirement"]._fields["act"]._description_selection(self.env))[
                act
            ]
            for employee, problems in self._get_gsp_entitlement(act, now).items():
                if not employee.gsp_post_ids._allows(act):
                    continue
                if problems:
                    reasons = " ".join(message for _code, message, _remedy in problems)
                    may_not.setdefault(employee, []).append(f"{label}: {reasons}")
                else:
                    may.setdefault(employee, []).append(label)
        for employee in self:
            employee.gsp_may_now = "\n".join(may.get(employee, []))
            employee.gsp_may_not = "\n".join(may_not.get(employee, []))

    # -- entitlement --------------------------------------------------------------------------------------------

    def _get_gsp_entitlement(self, act, moment):
        """Why these people may not do ``act`` at ``moment``, for all of them at once.

        :param str act: ``review``, ``dispense``, ``check``, ``split``, ``accept``, ``maintain``, ``decoct``
            or ``sell``
        :param datetime moment: naive UTC
        :return: {employee: list of (code, sentence, remedy)}; an empty list: entitled
        """
        # sudo: whoever acts need not be allowed to read staff files; only the verdict comes out
        employees = self.sudo()
        facts = {
            "on_duty": employees._gsp_filter_on_duty(moment),
            "requirements": self.env["gsp.license.requirement"]
            .sudo()
            ._get_for(employees.company_id, ["employee"])
            .filtered(lambda requirement: requirement.act == act),
        }
        result = {}
        for employee, origin in zip(employees, self, strict=True):
            day = employee.company_id._get_law_date(moment)
            result[origin] = [
                *employee._gsp_find_post_problems(act),
                *employee._gsp_find_license_problems(facts["requirements"], day),
                *employee._gsp_find_duty_problems(facts["on_duty"]),
                *employee._gsp_find_health_problems(day),
                *employee._gsp_find_training_problems(act, day),
            ]
        return result

    @api.model
    def _gsp_get_act_problems(self, user, act, company):
        """Why ``user`` may not do ``act`` for ``company`` now: list of (code, sentence, remedy).

        Companies without a GSP kind ask for nothing.
        """
        if not company.gsp_company_kind:
            return []
        # sudo: as above
        companies = company.sudo().parent_ids  # sudo: a store need not see its headquarters
        employee = user.sudo().employee_ids.filtered(lambda item: item.company_id in companies)[:1]
        if not employee:
            return [
                (
                    "employee",
                    self.env._(
                        "%(user)s is no employee of %(company)s.", user=user.name, company=company.name
                    ),
                    self.env._("Link the user to an employee of the company."),
                )
            ]
        return employee._get_gsp_entitlement(act, fields.Datetime.now())[employee]

    @api.model
    def _gsp_check_act(self, act, record, reference):
        """Refuse (and record) an act of the current user upon ``record`` that the user may not do now."""
        problems = self._gsp_get_act_problems(self.env.user, act, record.company_id)
        self.env["compliance.refusal"]._refuse(
            Violation(
                rule=f"gsp.staff.{code}", record=record, message=message, remedy=remedy, reference=reference
            )
            for code, message, remedy in problems
        )

    @api.model
    def _gsp_get_presence_domain(self, moment):
        return [
            ("check_in", "<=", moment),
            ("check_in", ">", moment - LONGEST_SHIFT),
            "|",
            ("check_out", "=", False),
            ("check_out", ">", moment),
        ]

    def _gsp_filter_on_duty(self, moment):
        """Those of these people who have checked in and not out at ``moment``."""
        # sudo: attendance is asked for as a yes or no only
        groups = (
            self.env["hr.attendance"]
            .sudo()
            ._read_group(
                [("employee_id", "in", self.ids), *self._gsp_get_presence_domain(moment)], ["employee_id"]
            )
        )
        return self.browse([employee.id for (employee,) in groups])

    def _gsp_find_post_problems(self, act):
        if not self.active:
            return [
                (
                    "employee",
                    self.env._("%(employee)s does not work here any more.", employee=self.name),
                    self.env._("Have an employee of the company do it (GSP 17501)."),
                )
            ]
        if not self.gsp_post_ids._allows(act):
            return [
                (
                    "post",
                    self.env._("%(employee)s holds no post that allows it.", employee=self.name),
                    self.env._("Have somebody do it whose post it is."),
                )
            ]
        return []

    def _gsp_find_license_problems(self, requirements, day):
        problems = []
        for requirement in requirements:
            if requirement.company_id and requirement.company_id not in self.company_id.parent_ids:
                continue
            held = self.gsp_license_ids.filtered(
                lambda record, requirement=requirement: record.type_id in requirement.type_ids
            )
            valid = held.filtered(lambda record: record._is_valid_on(day))
            if not valid:
                problems.append(
                    (
                        "license",
                        self.env._(
                            "%(employee)s has no valid %(types)s.",
                            employee=self.name,
                            types=" / ".join(requirement.type_ids.mapped("name")),
                        ),
                        self.env._("Have quality enter and approve it; until then somebody else must do it."),
                    )
                )
            elif not any(record._is_registered_at(self.company_id) for record in valid):
                problems.append(
                    (
                        "unit",
                        self.env._(
                            "%(employee)s is registered at %(unit)s, and no leaving certificate is on file.",
                            employee=self.name,
                            unit=valid[0].registered_unit_id.display_name,
                        ),
                        self.env._(
                            "Record the registration here, or the certificate of having left (GSP 16801)."
                        ),
                    )
                )
        return problems

    def _gsp_find_duty_problems(self, on_duty):
        if self in on_duty:
            return []
        return [
            (
                "duty",
                self.env._("%(employee)s is not on duty: no check-in.", employee=self.name),
                self.env._("Check in when the shift begins, or have somebody on duty do it."),
            )
        ]

    def _gsp_find_health_problems(self, day):
        checks = self.gsp_health_check_ids.filtered(
            lambda check: check.state == "confirmed" and check.date <= day
        )
        last = checks.sorted(lambda check: (check.date, check.id))[-1:]
        if not last:
            message = self.env._("%(employee)s has no health check on file.", employee=self.name)
        elif last.result != "fit":
            message = self.env._("%(employee)s was found not fit to handle drugs.", employee=self.name)
        elif last.valid_to < day:
            message = self.env._(
                "The health check of %(employee)s was due again on %(date)s.",
                employee=self.name,
                date=format_date(self.env, last.valid_to),
            )
        else:
            return []
        return [("health", message, self.env._("Have the health checked and recorded (GSP 17501)."))]

    def _gsp_find_training_problems(self, act, day):
        trainings = self.gsp_training_ids._counts_on(day)
        if act == "split":
            trainings = trainings.filtered("is_split")
            message = self.env._("%(employee)s has no valid training for split sale.", employee=self.name)
        elif act == "decoct":
            trainings = trainings.filtered("is_decoction")
            message = self.env._("%(employee)s has no valid training for decoction.", employee=self.name)
        else:
            message = self.env._(
                "%(employee)s has passed no training that is still valid.", employee=self.name
            )
        if trainings:
            return []
        return [("training", message, self.env._("Train, and record who passed (GSP 17201, 17501)."))]

    # -- prints -------------------------------------------------------------------------------------------------

    def _gsp_has_photo(self):
        """Whether there is a photo, not only the drawing that the platform makes of the initials."""
        self.ensure_one()
        image = self.with_context(bin_size=False).image_1920
        return bool(image) and not b64decode(image).lstrip().startswith((b"<?xml", b"<svg"))

    def _gsp_get_registration(self):
        """Registration as pharmacist that counts today, empty if there is none."""
        self.ensure_one()
        day = self.company_id._get_law_date()
        return self.gsp_license_ids.filtered(
            lambda record: record.type_id.is_registration and record._is_valid_on(day)
        )[:1]
