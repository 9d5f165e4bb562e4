# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import fields, models


class GspPrescription(models.Model):
    """What is dispensed on a prescription, and what is left."""

    _inherit = "gsp.prescription"

    def _get_dispensing_problem(self, partner):
        """Why nothing can be dispensed on this prescription to ``partner`` today: a sentence, or None."""
        self.ensure_one()
        if self.state not in ("reviewed", "dispensed"):
            return self.env._(
                "Prescription %(name)s has not been reviewed and signed by a pharmacist (state: %(state)s).",
                name=self.display_name,
                state=dict(self._fields["state"]._description_selection(self.env))[self.state],
            )
        if self.valid_until < self.company_id._get_law_date():
            return self.env._(
                "Prescription %(name)s was valid until %(date)s.",
                name=self.display_name,
                date=self.valid_until,
            )
        if self.partner_id and not self._is_for(partner):
            return self.env._(
                "Prescription %(name)s is not for %(buyer)s.",
                name=self.display_name,
                buyer=partner.display_name or self.env._("an unnamed buyer"),
            )
        return None

    def _is_for(self, partner):
        """Whether ``partner`` is the customer of the prescription (or of the same household) or may collect."""
        self.ensure_one()
        allowed = self.partner_id | self.collector_ids
        return partner in allowed or partner.commercial_partner_id in allowed

    def _get_remaining_quantities(self):
        """{(prescription, product): quantity in product UoM not yet dispensed}, from the register."""
        lines = self.line_ids
        dispensed = lines._get_dispensed_quantities()
        return {
            (line.prescription_id, line.product_id): line._get_prescribed_quantity()
            - dispensed.get(line.id, 0.0)
            for line in lines
        }

    def _get_committed_quantities(self, excluded_orders):
        """{(prescription, product): quantity in product UoM that open deliveries of other orders will take}."""
        # sudo: orders of other salespersons count as well
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("sale_line_id.order_id.gsp_prescription_id", "in", self.ids),
                    ("sale_line_id.order_id", "not in", excluded_orders.ids),
                    ("state", "not in", ("done", "cancel")),
                    ("location_dest_id.usage", "=", "customer"),
                ]
            )
        )
        committed = defaultdict(float)
        for move in moves:
            committed[move.sale_line_id.order_id.gsp_prescription_id, move.product_id] += move.product_qty
        return committed

    def _dispense(self):
        """Note the time of a delivery (or its return): dispensed with the last package, else open for the rest.

        The write also serializes deliveries on the same prescription. Of two transactions that dispense the last
        package, the second cannot see the first one's records; but its write of this row fails (serialization), it
        starts again, and then the gate finds nothing left.
        """
        remaining = self._get_remaining_quantities() if self else {}
        left = {
            prescription.id
            for (prescription, product), quantity in remaining.items()
            if product.uom_id.compare(quantity, 0) > 0
        }
        now = fields.Datetime.now()
        for prescription in self.with_context(tracking_disable=True):
            state = "reviewed" if prescription.id in left else "dispensed"
            prescription._move_to(state, last_dispensed_at=now)
