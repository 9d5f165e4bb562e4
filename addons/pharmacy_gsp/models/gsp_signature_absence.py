# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .hr_employee import LONGEST_SHIFT


class GspSignatureAbsence(models.Model):
    """Signatures in GSP matters given while the signer was not on duty: no attendance covers the moment (GSP 17004)."""

    _name = "gsp.signature.absence"
    _description = "Signature Outside Attendance"
    _auto = False
    _order = "signed_at desc, id desc"
    _rec_name = "res_name"

    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Signer", readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True)
    meaning_name = fields.Char(string="Meaning", readonly=True)
    signed_at = fields.Datetime(string="Signed On", readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_model_name = fields.Char(string="Kind of Record", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    res_name = fields.Char(string="Record", readonly=True)
    last_check_in = fields.Datetime(string="Last Check-In Before", readonly=True)
    last_check_out = fields.Datetime(string="Checked Out", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT signature.id, signature.company_id, signature.user_id, employee.id AS employee_id,
                   signature.meaning_name, signature.signed_at, signature.res_model, signature.res_model_name,
                   signature.res_id, signature.res_name,
                   before.check_in AS last_check_in, before.check_out AS last_check_out
              FROM compliance_signature signature
              JOIN res_company company ON company.id = signature.company_id AND company.gsp_company_kind IS NOT NULL
         LEFT JOIN LATERAL (
                    SELECT hr_employee.id FROM hr_employee
                     WHERE hr_employee.user_id = signature.user_id
                       AND hr_employee.company_id IN (company.id, company.parent_id)
                     ORDER BY hr_employee.company_id = company.id DESC, hr_employee.id LIMIT 1
                   ) employee ON TRUE
         LEFT JOIN LATERAL (
                    SELECT check_in, check_out FROM hr_attendance attendance
                     WHERE attendance.employee_id = employee.id AND attendance.check_in <= signature.signed_at
                     ORDER BY attendance.check_in DESC LIMIT 1
                   ) before ON TRUE
             WHERE signature.res_model LIKE 'gsp.%%'
               AND (before.check_in IS NULL
                    OR before.check_in <= signature.signed_at - %s
                    OR before.check_out <= signature.signed_at)
            """,
            LONGEST_SHIFT,
        )

    def action_open_record(self):
        """Open what was signed."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id).exists()
        return record.get_formview_action() if record else False
