# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

NEED_TO_KNOW = "pharmacy_gsp.pharmacy_gsp_group_identity"
PDF_ROWS = 3000


class GspRegisterWizard(models.TransientModel):
    """Asks for register, company and period, keeps the print, and hands out PDF or spreadsheet."""

    _name = "gsp.register.wizard"
    _description = "Print a Register"

    register = fields.Selection(selection="_selection_register", required=True, default="sale")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(
        string="From", default=lambda self: self.env.company._get_law_date().replace(day=1)
    )
    date_to = fields.Date(string="To", default=lambda self: self.env.company._get_law_date())
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang or self.env.user.lang,
    )
    parent_id = fields.Integer(string="Of Record")
    has_period = fields.Boolean(compute="_compute_register")
    has_parent = fields.Boolean(compute="_compute_register")
    has_identity = fields.Boolean(compute="_compute_register")
    full_identity = fields.Boolean(
        string="Show Buyers in Full", help="For those who need to know; each look is kept with its purpose."
    )
    purpose = fields.Char(help="What name and number of the buyers are needed for.")

    @api.model
    def _selection_register(self):
        user, of_record = self.env.user, bool(self.env.context.get("default_parent_id"))
        return [
            (register.code, register.title)
            for register in self.env["gsp.register"]._get_registers()
            if user.has_groups(register.groups) and bool(register.parent) == of_record
        ]

    @api.depends("register")
    def _compute_register(self):
        registers = {register.code: register for register in self.env["gsp.register"]._get_registers()}
        may_know = self.env.user.has_group(NEED_TO_KNOW)
        for wizard in self:
            register = registers.get(wizard.register)
            wizard.has_period = bool(register and register.period)
            wizard.has_parent = bool(register and register.parent)
            wizard.has_identity = bool(register and register.identity) and may_know

    @api.model
    def _open(self, code, parent=None):
        """Action that opens this window for one register, of one record where it belongs to one."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print a Register"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_register": code, "default_parent_id": parent.id if parent else False},
        }

    def action_pdf(self):
        """Print the register."""
        return self._print("pdf")

    def action_xlsx(self):
        """Save the register as a spreadsheet."""
        return self._print("xlsx")

    def _print(self, form):
        self.ensure_one()
        self.check_access("read")
        wizard = self.with_context(lang=self.lang)
        registers = wizard.env["gsp.register"]
        register = registers._get_register(self.register)
        wizard._check_wish(register)
        domain = registers._get_domain(
            register, self.company_id, self.date_from, self.date_to, self.parent_id
        )
        count = wizard.env[register.model].search_count(domain)
        if form == "pdf" and count > PDF_ROWS:
            raise UserError(
                self.env._(
                    "%(count)s rows are too many to print. Choose a shorter period, or save a spreadsheet.",
                    count=count,
                )
            )
        if self.full_identity:
            wizard._keep_looks(register, domain)
        kept = wizard.env["gsp.register.print"]._keep(wizard._prepare_print(register, form, count))
        return wizard.env.ref(f"pharmacy_gsp.gsp_register_report_{form}").report_action(kept, config=False)

    def _check_wish(self, register):
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("Switch to %(company)s to print its registers.", company=self.company_id.name)
            )
        if register.period and not (self.date_from and self.date_to and self.date_from <= self.date_to):
            raise UserError(self.env._("Enter the first and the last day of the period."))
        if register.parent and not self.env[register.parent[0]].browse(self.parent_id).exists():
            raise UserError(
                self.env._("“%(title)s” is printed from the record it belongs to.", title=register.title)
            )
        if self.full_identity and not register.identity:
            raise UserError(self.env._("“%(title)s” names no registered buyers.", title=register.title))
        if self.full_identity and not (self.purpose or "").strip():
            raise UserError(self.env._("Say what names and numbers are needed for; it is kept with each."))

    def _keep_looks(self, register, domain):
        """One look for each person whose name and number are shown; it checks who may look."""
        groups = self.env[register.model]._read_group(domain, [register.identity])
        self.env["gsp.identity.look"].create(
            [{"identity_id": identity.id, "purpose": self.purpose} for (identity,) in groups]
        )

    def _prepare_print(self, register, form, count):
        parent = self.env[register.parent[0]].browse(self.parent_id) if register.parent else None
        return {
            "company_id": self.company_id.id,
            "register": register.code,
            "title": register.title,
            "form": form,
            "date_from": self.date_from if register.period else False,
            "date_to": self.date_to if register.period else False,
            "parent_id": parent.id if parent else False,
            "parent_name": parent.display_name if parent else False,
            "lang": self.lang,
            "row_count": count,
            "full_identity": self.full_identity,
            "purpose": self.purpose if self.full_identity else False,
        }
