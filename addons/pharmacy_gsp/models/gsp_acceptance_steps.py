# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..receiving import AcceptanceRun
from .gsp_acceptance import CLERK, STEP_FIELDS


class GspAcceptance(models.Model):
    """Signatures of the acceptors, and what the last one does."""

    _inherit = "gsp.acceptance"

    def action_accept(self):
        """The acceptor signs what was found."""
        return self._start_signature("accept")

    def action_accept_second(self):
        """Another entitled person signs for drugs under special control."""
        return self._start_signature("second")

    def _start_signature(self, meaning):
        self.ensure_one()
        self._check_acceptance(meaning)
        return self._action_sign(meaning)

    def _check_acceptance(self, meaning):
        """All that must hold when the signature is asked for, and again when it has been given."""
        self._check_step(CLERK, ("second",) if meaning == "second" else ("draft",))
        missing = self._get_missing_facts()
        if missing:
            raise UserError(
                self.env._(
                    "%(acceptance)s is not complete:\n%(missing)s",
                    acceptance=self.display_name,
                    missing="\n".join(f"• {line}" for line in missing),
                )
            )
        self.env["gsp.gate"]._check_acceptance(self)

    def _get_missing_facts(self):
        """Sentences that say what is missing: of the receipt, then of each lot."""
        self.ensure_one()
        asked = []
        if self.kind == "receipt":
            asked = ["arrived_at", "vehicle", "seal", "packaging"]
            if self.is_cold_chain:
                asked += ["dispatched_at", "carrier", "temperature_recorded", "temperature_record"]
        labels = self.fields_get(asked, ["string"])
        missing = [f"{labels[name]['string']}" for name in asked if not self[name]]
        self.line_ids.mapped("is_imported")  # computed for all of them at once
        for line in self.line_ids:
            missing += line._get_missing()
        return missing

    # -- signatures ---------------------------------------------------------------------------------------------

    def _get_signature_meanings(self):
        return {
            "accept": self.env._("Acceptance"),
            "second": self.env._("Second Signature of the Acceptance"),
        }

    def _get_signature_fields(self):
        """Both signatures cover the receipt and what was found."""
        return sorted(
            self._get_content_fields() | {"name", "kind", "picking_id", "partner_id", "source_document"}
        )

    def _signed(self, signature):
        result = super()._signed(signature)
        if signature.meaning not in ("accept", "second"):
            return result
        self.ensure_one()
        if (signature.user_id, signature.res_model, signature.res_id) != (self.env.user, self._name, self.id):
            raise AccessError(self.env._("This step is taken by one's own signature under it."))
        self._check_acceptance(signature.meaning)
        who, when = (
            ("second_acceptor_id", "second_at")
            if signature.meaning == "second"
            else ("acceptor_id", "accepted_at")
        )
        last = signature.meaning == "second" or not self.needs_second
        self._move_to("done" if last else "second", **{who: signature.user_id.id, when: signature.signed_at})
        if last:
            self._finish()
        return result

    def _get_evidence_fields(self):
        return sorted(self._get_content_fields() | STEP_FIELDS - {"state"} | {"result"})

    # -- into stock ---------------------------------------------------------------------------------------------

    def _finish(self):
        """Accept the lots, bring everything to its place, let the trace codes count, close the record."""
        self.ensure_one()
        self._set_lot_states()
        accepted = [
            (line, line.location_dest_id, line.accepted_quantity)
            for line in self.line_ids
            if line.result != "rejected" and line.location_dest_id != line.location_id
        ]
        rejected = [
            (line, line._get_reject_place(), line.rejected_quantity)
            for line in self.line_ids
            if line.result != "accepted"
        ]
        self._release_planned_storage()
        self._write_step(
            {
                "store_picking_id": self._transfer(accepted).id,
                "reject_picking_id": self._transfer(rejected).id,
            }
        )
        accepted_lines = self.line_ids.filtered(lambda line: line.result != "rejected")
        accepted_lines.trace_code_ids._gsp_enter_stock()
        # sudo: the activity may be another person's
        self.sudo().activity_ids.action_feedback()
        self._close_evidence()

    def _set_lot_states(self):
        """A lot of which something was accepted is accepted; it stays so when a later delivery is rejected."""
        accepted = self.line_ids.filtered(lambda line: line.result != "rejected").lot_id
        rejected = (self.line_ids.lot_id - accepted).filtered(
            lambda lot: lot.gsp_acceptance_state != "accepted"
        )
        if accepted:
            accepted._gsp_set_acceptance_state("accepted")
        if rejected:
            rejected._gsp_set_acceptance_state("rejected")

    def _release_planned_storage(self):
        """Where the warehouse receives in several steps, the planned transfers into stock shrink by what we move."""
        # sudo: follow-up of what the acceptor has just signed
        for line in self.sudo().line_ids.filtered("move_id.move_dest_ids"):
            left = line.quantity
            planned = line.move_id.move_dest_ids.filtered(
                lambda move, line=line: (
                    move.state not in ("done", "cancel") and line.location_id._child_of(move.location_id)
                )
            )
            for move in planned:
                taken = min(left, move.product_qty)
                left -= taken
                move._do_unreserve()
                if move.product_id.uom_id.compare(taken, move.product_qty) == 0:
                    move._action_cancel()
                else:
                    rest = move.product_qty - taken
                    move.product_uom_qty = move.product_id.uom_id._compute_quantity(rest, move.product_uom)

    def _transfer(self, items):
        """Do one internal transfer of these (line, destination, quantity); the empty picking if there are none."""
        pickings = self.env["stock.picking"].sudo()  # sudo: the acceptor's signature is what moves the goods
        if not items:
            return pickings.sudo(self.env.su)
        groups = {}
        for line, place, quantity in items:
            groups.setdefault((line.product_id, line.location_id, place), []).append((line, quantity))
        first, destination, _quantity = items[0]
        warehouse = self.picking_id.picking_type_id.warehouse_id or first.location_id.warehouse_id
        picking = (
            pickings.with_company(self.company_id)
            .with_context(gsp_acceptance_run=AcceptanceRun())
            .create(
                {
                    "picking_type_id": warehouse.int_type_id.id,
                    "location_id": first.location_id.id,
                    "location_dest_id": destination.id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                    "move_ids": [
                        fields.Command.create(
                            self._prepare_move(*key, sum(quantity for _line, quantity in group))
                        )
                        for key, group in groups.items()
                    ],
                }
            )
        )
        picking.env["stock.move.line"].create(
            [
                {**move._prepare_move_line_vals(quantity=quantity), "lot_id": line.lot_id.id, "picked": True}
                for move, group in zip(picking.move_ids, groups.values(), strict=True)
                for line, quantity in group
            ]
        )
        picking._action_done()
        return picking.sudo(self.env.su).with_context(self.env.context)

    def _prepare_move(self, product, source, destination, quantity):
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }
