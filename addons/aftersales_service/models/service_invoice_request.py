# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..roles import RECEPTION
from .account_move_service import EFAPIAO_DIGITS

SEQUENCE_CODE = "service.invoice.request"
ACCOUNTANT = "account.group_account_invoice"
# Without these no VAT invoice can be issued; the special one needs all of the buyer's data.
NEEDED = ("title", "vat")
NEEDED_SPECIAL = ("title", "vat", "address", "phone", "bank", "account")
BUYER_FIELDS = frozenset({*NEEDED_SPECIAL, "email", "kind", "repair_id", "partner_id", "company_id"})


class ServiceInvoiceRequest(models.Model):
    """A customer wants a VAT invoice: the buyer's data are received, verified, and handed to accounting, which issues
    it and notes its number."""

    _name = "service.invoice.request"
    _description = "VAT Invoice Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    repair_id = fields.Many2one(
        "repair.order", required=True, index=True, check_company=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, required=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    kind = fields.Selection(
        [("general", "General VAT Invoice"), ("special", "Special VAT Invoice")],
        required=True,
        default="general",
        tracking=True,
    )
    title = fields.Char(string="Invoice Title", tracking=True)
    vat = fields.Char(string="Tax Number", tracking=True)
    address = fields.Char()
    phone = fields.Char()
    bank = fields.Char()
    account = fields.Char(string="Bank Account")
    email = fields.Char(help="Where the e-fapiao is sent.")
    is_verified = fields.Boolean(string="Verified", readonly=True, copy=False, tracking=True)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("requested", "Requested"), ("issued", "Issued"), ("canceled", "Canceled")],
        required=True,
        readonly=True,
        copy=False,
        default="requested",
        tracking=True,
        index=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        check_company=True,
        copy=False,
        index="btree_not_null",
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'), ('company_id', '=', company_id)]",
    )
    efapiao_number = fields.Char(
        string="E-Fapiao Number", size=EFAPIAO_DIGITS, copy=False, tracking=True, help="20 digits."
    )
    issued_on = fields.Date(readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(repair_id) WHERE state = 'requested'",
        "There is an open VAT invoice request for this repair already.",
    )

    # Compute

    @api.depends("repair_id")
    def _compute_company_id(self):
        for request in self:
            request.company_id = request.repair_id.company_id

    @api.depends("repair_id")
    def _compute_partner_id(self):
        for request in self:
            if request.repair_id.partner_id:
                request.partner_id = request.repair_id.partner_id.commercial_partner_id

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.update(self._prepare_buyer_vals(self.partner_id))

    @api.model
    def _prepare_buyer_vals(self, partner):
        """The buyer's data as far as the customer file knows them."""
        partner = partner.commercial_partner_id
        account = partner.bank_ids[:1]
        return {
            "title": partner.name,
            "vat": partner.vat,
            "address": " ".join(partner._display_address(without_company=True).split()),
            "phone": partner.phone,
            "bank": account.bank_name or account.bank_id.name,
            "account": account.acc_number,
            "email": partner.email,
        }

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A request begins unverified, whatever the caller says."""
        own = {"name", "state", "is_verified", "verified_by_id", "verified_on", "issued_on"}
        vals_list = [{name: value for name, value in vals.items() if name not in own} for vals in vals_list]
        # sudo: the numbers of requests are drawn by whoever makes one
        sequences = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            repair = self.env["repair.order"].browse(vals.get("repair_id"))
            company = repair.sudo().company_id or self.env.company
            vals["name"] = sequences._next_many_by_code(SEQUENCE_CODE, 1, company)[0]
        return super(
            ServiceInvoiceRequest, self.with_context(default_state="requested", default_is_verified=False)
        ).create(vals_list)

    def write(self, vals):
        """State and verification move through actions; what was verified is not changed unseen."""
        if not self.env.su and not {
            "state",
            "name",
            "is_verified",
            "verified_by_id",
            "verified_on",
            "issued_on",
        }.isdisjoint(vals):
            raise UserError(
                self.env._("A VAT invoice request is verified, issued and canceled by its buttons.")
            )
        buyer = BUYER_FIELDS & vals.keys()
        if buyer and self.filtered(lambda request: request.state != "requested"):
            raise UserError(
                self.env._(
                    "%s is closed: make a new request instead.",
                    self.filtered(lambda r: r.state != "requested")[0].name,
                )
            )
        result = super().write(vals)
        if buyer:
            # sudo: past the guard; what was verified is no longer what is written
            self.filtered("is_verified").sudo()._set_verified(False)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if issued := self.filtered(lambda request: request.state == "issued"):
            raise UserError(self.env._("%s was issued and stays.", issued[0].name))

    # Actions

    def action_verify(self):
        """Confirm that the buyer's data were checked with the customer. Reception or accounting."""
        self._check_request_role(RECEPTION, ACCOUNTANT)
        self._check_request_state("requested")
        problems = [problem for request in self for problem in request._get_data_problems()]
        if problems:
            raise UserError("\n".join(problems))
        self.sudo()._set_verified(True)  # sudo: past the guard; role and access were checked
        return True

    def action_issue(self):
        """The VAT invoice was issued: its number goes onto the invoice. Accounting."""
        self._check_request_role(ACCOUNTANT)
        self._check_request_state("requested")
        for request in self:
            problem = request._get_issue_problem()
            if problem:
                raise UserError(problem)
            request.move_id.efapiao_number = request.efapiao_number
        # sudo: past the guard; role and access were checked
        self.sudo().write({"state": "issued", "issued_on": fields.Date.context_today(self)})
        return True

    def action_cancel(self):
        """The customer no longer wants it. Reception or accounting."""
        self._check_request_role(RECEPTION, ACCOUNTANT)
        self._check_request_state("requested")
        self.sudo().state = "canceled"  # sudo: past the guard; role and access were checked
        return True

    # Business

    def _check_request_role(self, *groups):
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("VAT invoice requests are handled by reception and accounting."))
        self.check_access("write")

    def _check_request_state(self, state):
        for request in self:
            if request.state != state:
                raise UserError(self.env._("%s is closed: make a new request instead.", request.name))

    def _set_verified(self, verified):
        self.write(
            {
                "is_verified": verified,
                "verified_by_id": self.env.uid if verified else False,
                "verified_on": fields.Datetime.now() if verified else False,
            }
        )

    def _get_data_problems(self):
        """What is missing of the buyer's data: list of sentences."""
        self.ensure_one()
        needed = NEEDED_SPECIAL if self.kind == "special" else NEEDED
        missing = [name for name in needed if not (self[name] or "").strip()]
        if not missing:
            return []
        return [
            self.env._(
                "%(request)s lacks: %(fields)s. Ask the customer.",
                request=self.name,
                fields=", ".join(self._fields[name]._description_string(self.env) for name in missing),
            )
        ]

    def _get_issue_problem(self):
        """Why the invoice cannot be issued yet; empty if it can."""
        self.ensure_one()
        names = {"request": self.name}
        if not self.is_verified:
            return self.env._("%(request)s: verify the buyer's data first.", **names)
        if not self.move_id or self.move_id.state != "posted":
            return self.env._("%(request)s: choose the posted invoice it belongs to.", **names)
        if self.move_id.id not in self.repair_id._get_bills().ids:
            return self.env._("%(request)s: the invoice is not one of this repair.", **names)
        if not self.efapiao_number:
            return self.env._("%(request)s: enter the e-fapiao number (20 digits).", **names)
        return ""
