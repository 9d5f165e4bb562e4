# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

FRESH_MINUTES = 15


class GspRegisterPrint(models.Model):
    """Who printed or saved which register, of which period, when, and what for. No register leaves without one."""

    _name = "gsp.register.print"
    _description = "Print of a Register"
    _inherit = ["compliance.evidence.mixin"]
    _order = "printed_at desc, id desc"
    _rec_name = "title"
    _evidence_retention_parameter = "drug.record.retention_years"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    register = fields.Char(string="Code of the Register", required=True, readonly=True, index=True)
    title = fields.Char(string="Register", required=True, readonly=True)
    form = fields.Selection(
        [("pdf", "Print (PDF)"), ("xlsx", "Spreadsheet (XLSX)")], required=True, readonly=True
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    parent_id = fields.Integer(string="Of Record", readonly=True, aggregator=None)
    parent_name = fields.Char(string="Of", readonly=True)
    lang = fields.Char(string="Language", required=True, readonly=True)
    row_count = fields.Integer(string="Rows", readonly=True)
    full_identity = fields.Boolean(string="Buyers in Full", readonly=True)
    purpose = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Printed By", required=True, readonly=True, index=True)
    printed_at = fields.Datetime(string="Printed On", required=True, readonly=True)

    @api.model
    def _keep(self, vals):
        """Keep one print, closed at once; the wizard calls it, after its checks."""
        # sudo: nobody writes this register but the print itself
        kept = self.sudo().create([{**vals, "user_id": self.env.uid, "printed_at": fields.Datetime.now()}])
        kept._close_evidence()
        return kept.sudo(self.env.su)

    def _check_own_and_fresh(self):
        """A report shows rows only to whoever has just asked for them, so that each print is kept."""
        self.check_access("read")
        limit = fields.Datetime.now() - timedelta(minutes=FRESH_MINUTES)
        for kept in self:
            if kept.user_id != self.env.user or kept.printed_at < limit:
                raise AccessError(
                    self.env._(
                        "“%(title)s” was printed by %(user)s on %(moment)s. Print it anew; each print is kept.",
                        title=kept.title,
                        user=kept.user_id.name,
                        moment=fields.Datetime.to_string(kept.printed_at),
                    )
                )

    def _get_reading(self):
        """What the reports need: (register, columns, labels, readers, records one by one)."""
        self.ensure_one()
        self._check_own_and_fresh()
        registers = self.env["gsp.register"]
        register = registers._get_register(self.register)
        columns = registers._get_columns(register, self.full_identity)
        domain = registers._get_domain(
            register, self.company_id, self.date_from, self.date_to, self.parent_id
        )
        return (
            register,
            columns,
            registers._get_labels(register, columns),
            registers._get_readers(register, columns),
            registers._iterate(register, domain),
        )

    def _get_head(self):
        """(label, value) of what stands above the rows."""
        self.ensure_one()
        registers, company = self.env["gsp.register"], self.company_id
        head = [(self.env._("Company"), company.name)]
        if self.parent_name:
            head.append((self.env._("Of"), self.parent_name))
        if self.date_from:
            period = f"{self.date_from} – {self.date_to}"
            head.append((self.env._("Period"), period))
        head.append((self.env._("Rows"), str(self.row_count)))
        head.append((self.env._("Printed By"), self.user_id.name))
        head.append((self.env._("Printed On"), registers._to_text(self.printed_at, company)))
        if self.purpose:
            head.append((self.env._("Purpose"), self.purpose))
        return head
