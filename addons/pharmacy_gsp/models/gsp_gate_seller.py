# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation


class GspGate(models.AbstractModel):
    """Only the store's own, fit and trained people sell drugs (GSP *17501)."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_seller"]

    @api.model
    def _rule_seller(self, lines):
        """Asked when an order is confirmed; at the stock only where no order stands behind the delivery."""
        sales = {}
        for line in lines:
            if (
                line.purpose == "sale"
                and line.company.gsp_company_kind == "store"
                and line.product.gsp_kind == "drug"
                and not (line.lot_known and self._get_seller_order(line.document))
            ):
                for seller in self._get_sellers(line.document):
                    sales.setdefault((seller, line.company), line.document)
        return [
            Violation(
                rule=f"gsp.staff.{code}",
                record=document,
                message=message,
                remedy=remedy,
                reference=self.env._("GSP *17501"),
            )
            for (seller, company), document in sales.items()
            for code, message, remedy in self._find_seller_problems(seller, company)
            if code == "employee" or company._gsp_refuses_sellers()
        ]

    @api.model
    def _find_seller_problems(self, seller, company):
        """Why somebody may not sell drugs here. Who is not at the counter now may have sold all the same."""
        employees = self.env["hr.employee"]
        if employees._gsp_find_ready_seller(seller, company):
            return []
        problems = employees._gsp_get_act_problems(seller, "sell", company)
        return [problem for problem in problems if problem[0] != "duty"]

    @api.model
    def _get_seller_order(self, document):
        """Sales order of the document, empty for a transfer made by hand."""
        if document._name == "sale.order":
            return document
        picking = document if document._name == "stock.picking" else document.picking_id
        return picking.sudo().sale_id  # sudo: whoever delivers need not see the orders of others

    @api.model
    def _get_sellers(self, document):
        """Who sells: the salesperson of the order, and whoever confirmed it or is about to.

        What the system does by itself has no other seller than the salesperson.
        """
        order = self._get_seller_order(document)
        return order.user_id | (
            order.gsp_sold_by_id or (self.env["res.users"] if self.env.su else self.env.user)
        )
