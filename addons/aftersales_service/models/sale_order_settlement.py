# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .stock_move_statement import get_cost_bearer


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_invoice(self):
        """An invoice knows the repair it bills."""
        # sudo: whoever invoices need not be allowed to read repairs
        repairs = self.sudo().repair_order_ids
        return dict(super()._prepare_invoice(), service_repair_id=repairs.id if len(repairs) == 1 else False)


class SaleOrderLine(models.Model):
    """Lines of a repair's quotation: what others bear is never invoiced to the customer."""

    _inherit = "sale.order.line"

    @api.depends("price_unit", "discount")
    def _compute_qty_to_invoice(self):
        """A line of a repair that charges the customer nothing is not invoiced at all, not even at zero."""
        result = super()._compute_qty_to_invoice()
        for line in self:
            free = line.qty_to_invoice and not line.is_downpayment and not line._is_charged()
            # sudo: whoever invoices need not be allowed to read repairs
            if free and line.order_id.sudo().repair_order_ids:
                line.qty_to_invoice = 0
        return result

    def _is_charged(self):
        price = self.price_unit * (1 - self.discount / 100)
        return not (self.currency_id or self.company_id.currency_id).is_zero(price)

    def _get_full_amount(self, share):
        """Untaxed value of the line as if nobody but the customer bore it.

        :param float share: part of the price that others bear, 0 to 1
        """
        self.ensure_one()
        if not share:
            return self.price_subtotal
        if share < 1 and self.price_subtotal:
            return self.currency_id.round(self.price_subtotal / (1 - share))
        labor = self.repair_labor_ids[:1]
        price = labor.rate if labor else self._get_list_price_unit()
        return self.tax_ids.compute_all(
            price,
            currency=self.currency_id,
            quantity=self.product_uom_qty,
            product=self.product_id,
            partner=self.order_id.partner_shipping_id,
        )["total_excluded"]

    def _get_list_price_unit(self):
        """Price of one unit by the price list, as it would stand on the line."""
        return self.product_id._get_tax_included_unit_price_from_price(
            self._get_display_price(),
            product_taxes=self.product_id.taxes_id._filter_taxes_by_company(self.company_id),
            fiscal_position=self.order_id.fiscal_position_id,
        )

    def _prepare_statement_line(self):
        """Values of the ``repair.statement.line`` of this line of work."""
        self.ensure_one()
        labor = self.repair_labor_ids[:1]
        share = labor.coverage_share / 100 if labor else 0.0
        full = self._get_full_amount(share)
        product = self.product_id
        quantity = self.product_uom_id._compute_quantity(self.product_uom_qty, product.uom_id)
        borne = (full - self.price_subtotal) / full if full else share
        return {
            "kind": "labor",
            "product_id": product.id,
            "code": product.default_code,
            "name": self.name.splitlines()[0] if self.name else product.name,
            "quantity": self.product_uom_qty,
            "uom_id": self.product_uom_id.id,
            "amount_full": full,
            "amount_customer": self.price_subtotal,
            "amount_tax": self.price_tax,
            "cost": product.standard_price * quantity * borne,
            "coverage": labor.coverage if labor else "billable",
            "reason": labor.coverage_reason if labor else "",
            **(get_cost_bearer(labor) if labor else {"bearer": "customer"}),
            "sale_line_id": self.id,
        }
