# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


def get_cost_bearer(line):
    """Bearer of a part or of labor, as values of a statement line: the one decided with its coverage. What we owe by a
    contract is borne by the contract.

    :param line: a ``stock.move`` of a repair or ``repair.labor``
    """
    bearer = line.cost_bearer if line.coverage_share else "customer"
    if line.coverage == "contract" and bearer == "ourselves":
        bearer = "contract"
    return {
        "bearer": bearer or "ourselves",
        "bearer_partner_id": line.cost_bearer_partner_id.id if line.coverage_share else False,
    }


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
