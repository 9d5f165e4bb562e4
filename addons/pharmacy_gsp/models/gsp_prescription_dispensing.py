# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

# What the gate reads of a prescription and of its lines, which begin with their prescription.
GATE_FIELDS = ("name", "company_id", "state", "valid_until", "partner_id", "evidence_closed_at")
# Reviewed and signed by a pharmacist, and not canceled since.
RELEASED_STATES = ("reviewed", "dispensed", "checked", "delivered")
GATE_LINE_FIELDS = ("prescription_id", "product_id", "product_uom_id", "quantity", "days")


class GspPrescription(models.Model):
    """What is dispensed on a prescription, and what is left."""

    _inherit = "gsp.prescription"

    def _get_dispensing_problem(self, partner):
        """Why nothing can be dispensed on this prescription to ``partner`` today: a sentence, or None."""
        self.ensure_one()
        if self.state not in RELEASED_STATES:
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
        if partner == self.partner_id:
            return True
        allowed = self.partner_id | self.collector_ids
        return partner in allowed or partner.commercial_partner_id in allowed

    def _get_remaining_quantities(self):
        """{(prescription, product): quantity in product UoM not yet dispensed}, from the register.

        One query, whatever the number of lines.
        """
        return {
            (line.prescription_id, line.product_id): line._get_prescribed_quantity() - dispensed
            for line, dispensed in self._fetch_lines().items()
        }

    def _fetch_lines(self):
        """Read into the cache, in one query, what the gate needs to know of the prescriptions and their lines.

        :return: {line: quantity dispensed so far in product UoM}
        """
        lines = self.env["gsp.prescription.line"]
        query = lines._search([("prescription_id", "in", self.ids)], order="sequence, id")
        header = query.join(lines._table, "prescription_id", self._table, "id", "prescription_id")
        line_id = SQL.identifier(lines._table, "id")
        columns = [
            line_id,
            lines._get_dispensed_sql(line_id),
            *(lines._field_to_sql(lines._table, name, query) for name in GATE_LINE_FIELDS),
            *(self._field_to_sql(header, name, query) for name in GATE_FIELDS),
        ]
        rows = self.env.execute_query(query.select(*columns))
        line_ids = defaultdict(list)
        for id_, _dispensed, prescription_id, *_values in rows:
            line_ids[prescription_id].append(id_)
        self._fields["line_ids"]._insert_cache(self, [tuple(line_ids[id_]) for id_ in self.ids])
        lines = lines.browse([row[0] for row in rows])
        prescriptions = self.browse([row[2] for row in rows])  # one per line
        cached = [(lines, name) for name in GATE_LINE_FIELDS] + [
            (prescriptions, name) for name in GATE_FIELDS
        ]
        for index, (records, name) in enumerate(cached, start=2):
            records._fields[name]._insert_cache(records, [row[index] for row in rows])
        return {line: row[1] for line, row in zip(lines, rows, strict=True)}

    def _get_committed_quantities(self, excluded_orders):
        """{(prescription, product): quantity in product UoM that open deliveries of other orders will take}."""
        order = "sale_line_id.order_id"
        # sudo: orders of other salespersons count as well
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    (f"{order}.gsp_prescription_id", "in", self.ids),
                    (order, "not in", excluded_orders.ids),
                    ("state", "not in", ("done", "cancel")),
                    ("location_dest_id.usage", "=", "customer"),
                ],
                [f"{order}.gsp_prescription_id", "product_id"],
                ["product_qty:sum"],
            )
        )
        return {(prescription, product): quantity for prescription, product, quantity in groups}

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
