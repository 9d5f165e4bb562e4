# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class RepairOrder(models.Model):
    """What the printed estimate shows."""

    _inherit = "repair.order"

    def _get_print_lang(self):
        """Documents for the customer are in the customer's language, else in the reader's."""
        return self.partner_id.lang or self.env.user.lang

    def _get_estimate_sheet(self):
        """All the estimate prints beyond the fields of the repair, as a dict of plain values and lists of dicts."""
        self.ensure_one()
        # Superuser mode: whoever may read the repair may print its estimate; the quotation itself he need not read.
        order = self.sudo().sale_order_id
        tax = order.amount_tax if order and not self.sale_order_line_id else 0.0
        return {
            "order": order,
            "lines": self._get_sheet_lines(),
            "bearers": self._get_sheet_bearers(),
            "tax": tax,
            "total": order.amount_total if tax else self.amount_customer,
            "signature": self._get_valid_customer_signature("estimate"),
        }

    def _get_sheet_lines(self):
        parts, labor = self._get_paid_lines()
        coverages = dict(parts._fields["coverage"]._description_selection(self.env))
        hours = self.env._("h")
        lines = [self._prepare_sheet_line(one, one.name, hours, "", coverages) for one in labor] + [
            self._prepare_sheet_line(
                part,
                part.product_id.display_name,
                part.product_uom.name,
                part._get_availability_text(),
                coverages,
            )
            for part in parts
        ]
        return lines + [
            {
                "name": fee["name"],
                "quantity": fee["quantity"],
                "unit": "",
                "price": fee["amount"] / (fee["quantity"] or 1),
                "stock": "",
                "coverage": coverages["billable"],
                "reason": "",
                "list_amount": fee["amount"],
                "amount": fee["amount"],
            }
            for fee in self._get_fee_lines()
        ]

    def _prepare_sheet_line(self, line, name, unit, stock, coverages):
        quantity = line._get_charged_quantity()
        return {
            "name": name,
            "quantity": quantity,
            "unit": unit,
            "price": line.list_amount / quantity if quantity else 0.0,
            "stock": stock,
            "coverage": coverages.get(line.coverage, ""),
            "reason": line.coverage_reason if line.coverage != "billable" else "",
            "list_amount": line.list_amount,
            "amount": line.customer_amount,
        }

    def _get_sheet_bearers(self):
        """What others pay, one line per bearer."""
        labels = dict(self.env["repair.labor"]._fields["cost_bearer"]._description_selection(self.env))
        return [
            {"name": ": ".join(filter(None, (labels[bearer], partner.sudo().name))), "amount": amount}
            for (bearer, partner), amount in self._get_bearer_amounts().items()
            if amount or bearer == "customer"
        ]
