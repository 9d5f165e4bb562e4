# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.compliance_base.violation import Violation

from ..roles import MANAGER

EFAPIAO_DIGITS = 20


class AccountMove(models.Model):
    """Bills of repairs at the cashier, and the 20 digits of a fully digital e-fapiao."""

    _inherit = "account.move"

    service_repair_id = fields.Many2one(
        "repair.order",
        string="Repair",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="stock.group_stock_user",
    )
    service_repair_name = fields.Char(
        string="Repair Number", compute="_compute_service_repair_name", compute_sudo=True
    )
    is_service_bill = fields.Boolean(
        string="Repair Bill",
        compute="_compute_service_repair_name",
        search="_search_is_service_bill",
        compute_sudo=True,
    )
    efapiao_number = fields.Char(
        string="E-Fapiao Number",
        size=EFAPIAO_DIGITS,
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="Number of the fully digital invoice: 20 digits. The paper invoice's 8 digits have a field of their own.",
    )

    _efapiao_uniq = models.UniqueIndex(
        "(company_id, efapiao_number) WHERE efapiao_number IS NOT NULL",
        "Another invoice has this e-fapiao number already.",
    )

    @api.depends("invoice_origin", "move_type")
    def _compute_service_repair_name(self):
        for move in self:
            move.service_repair_name = move.service_repair_id.name
            move.is_service_bill = bool(move.service_repair_id)

    def _search_is_service_bill(self, operator, value):
        if operator != "in":
            return NotImplemented
        # a plain condition on the column: whoever searches need not be allowed to read repairs
        query = self.sudo()._search([("service_repair_id", "!=", False)])
        return [("id", "in" if True in value else "not in", query)]

    @api.constrains("efapiao_number")
    def _check_efapiao_number(self):
        for move in self:
            number = move.efapiao_number
            if number and not (len(number) == EFAPIAO_DIGITS and number.isascii() and number.isdigit()):
                raise ValidationError(
                    self.env._(
                        "%(invoice)s: an e-fapiao number has %(digits)s digits and nothing else; “%(number)s” has not.",
                        invoice=move.display_name,
                        digits=EFAPIAO_DIGITS,
                        number=number,
                    )
                )

    def button_draft(self):
        """The bill a customer has signed is not reopened at the cashier."""
        violations = []
        if not self.env.su and not self._may_reopen_service_bills():
            for move in self.filtered(lambda move: move.is_service_bill and move.state == "posted"):
                violations.append(
                    Violation(
                        "service.bill.reopen",
                        move,
                        self.env._(
                            "%(invoice)s bills the repair %(repair)s as the customer signed it and stays as it is.",
                            invoice=move.name,
                            repair=move.service_repair_name,
                        ),
                        self.env._(
                            "Reception explains the bill. An after-sales manager or the chief accountant may reopen it."
                        ),
                        "AS-04",
                    )
                )
        self.env["compliance.refusal"]._refuse(violations)
        return super().button_draft()

    def _may_reopen_service_bills(self):
        return self.env.user.has_group("account.group_account_manager") or self.env.user.has_group(MANAGER)

    def _is_service_bill_paid(self):
        self.ensure_one()
        return self.payment_state in ("paid", "in_payment", "reversed")
