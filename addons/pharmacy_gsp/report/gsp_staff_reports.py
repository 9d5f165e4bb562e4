# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ReportBadge(models.AbstractModel):
    """Work badge: photo, name and post; for pharmacists and technicians qualification or title too (GSP 16901)."""

    _name = "report.pharmacy_gsp.report_badge"
    _description = "Work Badge"

    @api.model
    def _get_report_values(self, docids, data=None):
        employees = self.env["hr.employee"].browse(docids)
        for employee in employees:
            missing = self._get_missing(employee)
            if missing:
                raise UserError(
                    self.env._(
                        "The badge of %(employee)s cannot be printed yet. Missing: %(what)s.",
                        employee=employee.name,
                        what=", ".join(missing),
                    )
                )
        return {"doc_ids": docids, "doc_model": "hr.employee", "docs": employees}

    def _get_missing(self, employee):
        missing = []
        if not employee._gsp_has_photo():
            missing.append(self.env._("photo"))
        if not employee.gsp_post_ids:
            missing.append(self.env._("post"))
        if any(employee.gsp_post_ids.mapped("is_pharmacist")) and not (employee.gsp_title or "").strip():
            missing.append(self.env._("qualification or title"))
        return missing


class ReportNoticeBoard(models.AbstractModel):
    """Notice board of the pharmacists on duty, complete or not at all (GSP 16902)."""

    _name = "report.pharmacy_gsp.report_notice_board"
    _description = "Pharmacists on Duty"

    @api.model
    def _get_report_values(self, docids, data=None):
        employees = self.env["hr.employee"].browse(docids)
        off_duty = employees - employees._gsp_filter_on_duty(fields.Datetime.now())
        if off_duty:
            raise UserError(
                self.env._(
                    "The board shows who is on duty. %(employees)s: no check-in.",
                    employees=", ".join(off_duty.mapped("name")),
                )
            )
        registrations = {employee: employee._gsp_get_registration() for employee in employees}
        for employee, registration in registrations.items():
            missing = self._get_missing(employee, registration)
            if missing:
                raise UserError(
                    self.env._(
                        "The board cannot show %(employee)s yet. Missing: %(what)s.",
                        employee=employee.name,
                        what=", ".join(missing),
                    )
                )
        return {
            "doc_ids": docids,
            "doc_model": "hr.employee",
            "docs": employees,
            "registrations": registrations,
            "company": employees.company_id[:1] or self.env.company,
        }

    def _get_missing(self, employee, registration):
        missing = []
        if not (employee.gsp_practice_category or "").strip():
            missing.append(self.env._("practice category"))
        if not registration:
            missing.append(self.env._("valid registration"))
        elif not registration.issue_date:
            missing.append(self.env._("day of registration"))
        return missing
