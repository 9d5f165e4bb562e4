# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation

from ..release import ReleaseLine, SaleFacts, SplitRun
from .gsp_split_pack import CLERK

# Rules of the gate that a pack meets before it is opened, as any quantity that leaves the shelf
OPENING_RULES = ("_rule_expiry", "_rule_hold", "_rule_quarantine", "_rule_accepted")


class GspSplitPack(models.Model):
    """What must hold when a pack is opened, and the transfers of a pack and of its rest."""

    _inherit = "gsp.split.pack"

    def _find_opening_violations(self):
        """All that speaks against opening the pack now."""
        self.ensure_one()
        problems = [
            (f"gsp.staff.{code}", message, remedy)
            for code, message, remedy in self.env["hr.employee"]._gsp_get_act_problems(
                self.env.user, "split", self.company_id
            )
        ]
        problems += self.env["gsp.gate"]._find_split_permission(self.company_id, self.product_id)
        if not (self.original_pack_kept and self.leaflet_kept):
            problems.append(
                (
                    "gsp.split.kept",
                    self.env._(
                        "%(pack)s: original pack and leaflet must be kept while it is in use.",
                        pack=self.display_name,
                    ),
                    self.env._("Keep both with the drug, and tick so."),
                )
            )
        problems += self.env["gsp.split.cleaning"]._find_problems(self.company_id, self.bench_id)
        problems += self._find_code_problems()
        violations = [
            Violation(
                rule=rule,
                record=self,
                message=message,
                remedy=remedy,
                reference=self.env._("GSP 17201, 17202, 17206"),
            )
            for rule, message, remedy in problems
        ]
        gate, lines = self.env["gsp.gate"], [self._prepare_opening_line()]
        return violations + [item for rule in OPENING_RULES for item in getattr(gate, rule)(lines)]

    def _find_code_problems(self):
        """Where packs bear trace codes, the one that is opened is named by its own (GSP *17601)."""
        code = self.trace_code_id
        if code:
            fits = code.lot_id == self.lot_id and code.state == "in_stock"
        else:
            # sudo: only whether there are codes comes out
            codes = self.env["gsp.trace.code"].sudo()
            fits = not self.product_id.gsp_trace_kind or not codes.search_count(
                [
                    ("lot_id", "=", self.lot_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "in_stock"),
                ],
                limit=1,
            )
        if fits:
            return []
        message = self.env._(
            "%(pack)s: no trace code of a pack of this lot that is in stock.", pack=self.display_name
        )
        return [("gsp.split.code", message, self.env._("Scan the code of the pack that you open."))]

    def _prepare_opening_line(self):
        return ReleaseLine(
            document=self,
            company=self.company_id,
            product=self.product_id,
            quantity=self.product_id.product_tmpl_id._gsp_get_pack_size(),
            lot=self.lot_id,
            lot_known=True,
            purpose="use",
            prescription=self.env["gsp.prescription"],
            partner=self.env["res.partner"],
            facts=SaleFacts(identity=self.env["gsp.buyer.identity"]),
            location=self.location_id,
        )

    def _open(self):
        self.ensure_one()
        size = self.product_id.product_tmpl_id._gsp_get_pack_size()
        bench = self.bench_id or self._get_warehouse()._gsp_get_zone("split", self.company_id)
        free = self.env["stock.quant"]._get_available_quantity(
            self.product_id, self.location_id, lot_id=self.lot_id, strict=True
        )
        if self.uom_id.compare(free, size) < 0:
            raise UserError(
                self.env._(
                    "%(pack)s: no whole pack of lot %(lot)s is free in %(location)s.",
                    pack=self.display_name,
                    lot=self.lot_id.name,
                    location=self.location_id.display_name,
                )
            )
        picking = self._transfer(self.location_id, bench, size)
        now = fields.Datetime.now()
        self._write_step(
            {
                "bench_id": bench.id,
                "quantity": size,
                "opened_at": now,
                "opened_by_id": self.env.uid,
                "opening_picking_id": picking.id,
            }
        )
        self._move_to("open")
        if self.trace_code_id:
            self.trace_code_id.sudo().state = "out"  # sudo: nobody writes codes but the steps
            self.trace_code_id._log("out", picking.move_line_ids)
        self._reserve_waiting()

    def _close_rest(self, reason):
        """What is left is unfit or not wanted: it goes to the non-conforming place, and the pack is closed."""
        self._check_step(CLERK, ("open",))
        self.ensure_one()
        self._check_reason(reason)
        self.env["hr.employee"]._gsp_check_act("split", self, self.env._("GSP 17206"))
        waiting = self.record_ids.filtered(lambda record: record.state in ("draft", "split", "checked"))
        if waiting:
            raise UserError(
                self.env._(
                    "%(pack)s: %(record)s is not delivered yet. Deliver it, or cancel it first.",
                    pack=self.display_name,
                    record=waiting[0].display_name,
                )
            )
        rest, vals = self.remaining_quantity, {"close_reason": reason}
        if self.uom_id.compare(rest, 0) > 0:
            place = self._get_warehouse()._gsp_get_zone("nonconforming", self.company_id)
            vals["rest_picking_id"] = self._transfer(self.bench_id, place, rest).id
        self._close(**vals)

    def _transfer(self, source, destination, quantity):
        """Do the internal transfer that takes this pack, or its rest, from one place to another."""
        # sudo: the step has been checked; whoever splits need not be allowed to move stock elsewhere
        picking = (
            self.env["stock.picking"]
            .sudo()
            .with_company(self.company_id)
            .with_context(gsp_split_run=SplitRun())
            .create(
                {
                    "picking_type_id": self._get_warehouse().int_type_id.id,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                    "move_ids": [
                        fields.Command.create(
                            {
                                "product_id": self.product_id.id,
                                "product_uom_qty": quantity,
                                "product_uom": self.uom_id.id,
                                "location_id": source.id,
                                "location_dest_id": destination.id,
                                "company_id": self.company_id.id,
                            }
                        )
                    ],
                }
            )
        )
        move = picking.move_ids
        picking.env["stock.move.line"].create(
            {**move._prepare_move_line_vals(quantity=quantity), "lot_id": self.lot_id.id, "picked": True}
        )
        picking._action_done()
        return picking.sudo(self.env.su).with_context(self.env.context)

    def _get_warehouse(self):
        self.ensure_one()
        # sudo: places are configuration
        location = self.location_id.sudo()
        return location.warehouse_id or self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _find_source(self):
        """Place outside the bench where most of the lot is free."""
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("company_id", "=", self.company_id.id),
                ("location_id.usage", "=", "internal"),
                ("location_id.gsp_in_split_bench", "=", False),
                ("location_id.gsp_color", "not in", ("yellow", "red")),
            ]
        )
        return quants.sorted(lambda quant: quant.quantity - quant.reserved_quantity)[-1:].location_id

    def _reserve_waiting(self):
        """Deliveries that wait for part of a pack of this drug get it from the pack just opened."""
        # sudo: follow-up of the opening, for deliveries of whoever
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("state", "in", ("confirmed", "partially_available")),
                ],
                order="date, id",
            )
        )
        moves.filtered(lambda move: move._gsp_is_split())._action_assign()
