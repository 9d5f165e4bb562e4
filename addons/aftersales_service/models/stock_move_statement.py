# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

# Who bears what the customer does not pay, by the decision about coverage.
BEARER_OF_COVERAGE = {
    "warranty": "supplier",
    "goodwill": "ourselves",
    "contract": "contract",
    "billable": "customer",
}


def get_cost_bearer(line):
    """Bearer of a part or of labor, as values of a statement line: the one named with the decision about coverage, else
    the one that follows from it.

    :param line: a ``stock.move`` of a repair, or a record of labor with the same fields
    """
    named = line.cost_bearer if "cost_bearer" in line._fields and line.coverage_share else False
    if not named or (line.coverage == "contract" and named == "ourselves"):
        named = BEARER_OF_COVERAGE.get(line.coverage, "customer")
    partner = line.cost_bearer_partner_id if "cost_bearer_partner_id" in line._fields else False
    return {"bearer": named, "bearer_partner_id": partner.id if partner else False}


class StockMove(models.Model):
    """A part used in a repair, as the settlement statement shows it."""

    _inherit = "stock.move"

    def _prepare_statement_line(self):
        """Values of this part's ``repair.statement.line``."""
        self.ensure_one()
        line = self.sale_line_id
        share = (self.coverage_share or 0.0) / 100
        full = line._get_full_amount(share) if line else self.product_id.lst_price * self.quantity
        customer = line.price_subtotal if line else 0.0
        return {
            "kind": "part",
            "product_id": self.product_id.id,
            "code": self.product_id.default_code,
            "name": self.product_id.name,
            "quantity": self.quantity,
            "uom_id": self.product_uom.id,
            "amount_full": full,
            "amount_customer": customer,
            "amount_tax": line.price_tax if line else 0.0,
            "cost": self._get_service_cost() * ((full - customer) / full if full else share),
            **self._get_cost_bearer(),
            "coverage": self.coverage,
            "reason": self.coverage_reason,
            "move_id": self.id,
            "sale_line_id": line.id,
        }

    def _get_cost_bearer(self):
        """Who bears the share of this part that the customer does not pay: values of the statement line. What nobody
        was to bear (a unit of our own, no customer to bill) stays with us."""
        self.ensure_one()
        values = get_cost_bearer(self)
        if values["bearer"] == "customer" and not self.repair_id.partner_id:
            values["bearer"] = "ourselves"
        return values

    def _get_service_cost(self):
        """What the part cost us: its stock value, else its cost price."""
        self.ensure_one()
        quantity = self.product_uom._compute_quantity(self.quantity, self.product_id.uom_id)
        return abs(self.value) if self.is_out else quantity * self.product_id.standard_price
