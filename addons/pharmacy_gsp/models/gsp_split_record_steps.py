# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.compliance_base.violation import Violation

from .gsp_split_record import CLERK, CONTENT_FIELDS, FROZEN_FIELDS

# Step: state it starts from
STEPS = {"split": "draft", "check": "split"}


class GspSplitRecord(models.Model):
    """Signatures of splitter and checker, and the sale that ends the record."""

    _inherit = "gsp.split.record"

    def action_split(self):
        """Ask the splitter for the signature: the quantity is taken out of the pack."""
        self.ensure_one()
        self._check_split_step("split")
        return self._action_sign("split")

    def action_check(self):
        """Ask the checker for the signature: the bag may be handed over."""
        self.ensure_one()
        self._check_split_step("check")
        return self._action_sign("check")

    def action_cancel(self):
        """Give it up before the delivery; what was split off returns to its pack."""
        self._check_step(CLERK, ("draft", "split", "checked"))
        self._move_to("canceled")
        return True

    def action_print_label(self):
        """Print the label of the bag; refused while one of its eight fields is empty (GSP 17204)."""
        self.check_access("read")
        return self.env.ref("pharmacy_gsp.gsp_split_record_report_label").report_action(self)

    def action_print_leaflet(self):
        """Open the approved leaflet of the drug, to hand out a copy."""
        self.ensure_one()
        self.check_access("read")
        template = self.product_id.product_tmpl_id
        if not template.gsp_leaflet:
            raise UserError(
                self.env._(
                    "%(product)s has no leaflet on file. Quality attaches it to the product.",
                    product=template.display_name,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/product.template/{template.id}/gsp_leaflet?download=true",
            "target": "new",
        }

    def _get_signature_meanings(self):
        return {"split": self.env._("Split of a Pack"), "check": self.env._("Check of a Split Quantity")}

    def _get_signature_fields(self):
        return sorted(CONTENT_FIELDS | FROZEN_FIELDS | {"name"})

    def _signed(self, signature):
        result = super()._signed(signature)
        self.ensure_one()
        act = signature.meaning
        if (signature.user_id, signature.res_model, signature.res_id) != (self.env.user, self._name, self.id):
            raise AccessError(self.env._("A split is signed by whoever does it, under its own record."))
        if act not in STEPS or act == "check" and signature.signed_at < self.split_at:
            raise AccessError(self.env._("An earlier signature does not count for this step."))
        self._check_split_step(act)
        if act == "split":
            # the write of the pack makes two splits of its last units at once fail for one of them
            self.pack_id._write_step({"last_split_at": signature.signed_at})
            self._move_to("split", splitter_id=self.env.uid, split_at=signature.signed_at)
        else:
            self._move_to("checked", checker_id=self.env.uid, checked_at=signature.signed_at)
        return result

    # -- rules --------------------------------------------------------------------------------------------------

    def _check_split_step(self, act):
        """All that must hold when somebody opens the signature of ``act``, and again when it has been given."""
        self.ensure_one()
        self._check_step(CLERK, (STEPS[act],))
        problems = [
            (f"gsp.staff.{code}", message, remedy)
            for code, message, remedy in self.env["hr.employee"]._gsp_get_act_problems(
                self.env.user, act, self.company_id
            )
        ]
        problems += self.env["gsp.gate"]._find_split_permission(self.company_id, self.product_id)
        problems += self._find_pack_problems(act) + self._find_record_problems()
        if act == "split":
            problems += self.env["gsp.split.cleaning"]._find_problems(self.company_id, self.pack_id.bench_id)
        elif self.splitter_id == self.env.user:
            problems.append(
                (
                    "gsp.split.person",
                    self.env._(
                        "%(user)s split %(record)s.", user=self.env.user.name, record=self.display_name
                    ),
                    self.env._("Have another person check it."),
                )
            )
        violations = [
            Violation(
                rule=rule,
                record=self,
                message=message,
                remedy=remedy,
                reference=self.env._("GSP 17201 to 17206"),
            )
            for rule, message, remedy in problems
        ]
        self.env["compliance.refusal"]._refuse(violations + self._find_lot_violations())

    def _find_lot_violations(self):
        """Expired and held lots are not split, whatever is left in the pack."""
        gate = self.env["gsp.gate"]
        line = self.pack_id._prepare_opening_line()
        return [*gate._rule_expiry([line]), *gate._rule_hold([line])]

    def _find_pack_problems(self, act):
        """The pack is open, holds enough, and is of the drug that is delivered."""
        pack, move, problems = self.pack_id, self.move_id, []
        names = {"record": self.display_name, "pack": pack.display_name}
        if pack.state != "open":
            problems.append(
                (
                    "gsp.split.closed",
                    self.env._("%(record)s: %(pack)s is not open.", **names),
                    self.env._("Open a pack first."),
                )
            )
        left = pack.remaining_quantity + (self.quantity if act == "check" else 0.0)
        if pack.state == "open" and pack.uom_id.compare(self.quantity, left) > 0:
            problems.append(
                (
                    "gsp.split.quantity",
                    self.env._(
                        "%(record)s: %(quantity)s %(unit)s, and %(left)s %(unit)s are left in %(pack)s.",
                        quantity=f"{self.quantity:g}",
                        left=f"{left:g}",
                        unit=pack.uom_id.name,
                        **names,
                    ),
                    self.env._("Take the rest from another pack, with a record of its own."),
                )
            )
        if move.product_id != pack.product_id or move.state in ("done", "cancel") or not move._gsp_is_split():
            problems.append(
                (
                    "gsp.split.delivery",
                    self.env._("%(record)s: its delivery takes no part of a pack of this drug.", **names),
                    self.env._("Choose the open delivery for which it is split."),
                )
            )
        return problems

    def _find_record_problems(self):
        """All fields of the record and of the bag, the leaflet, the clean spoon."""
        problems = []
        missing = self._get_missing_label_fields()
        missing += [
            self._fields[name]._description_string(self.env)
            for name in ("start_date", "manufacturer_name")
            if not self[name]
        ]
        if missing:
            problems.append(
                (
                    "gsp.split.incomplete",
                    self.env._(
                        "%(record)s does not say: %(fields)s.",
                        record=self.display_name,
                        fields=", ".join(missing),
                    ),
                    self.env._("Complete the record, or the data of the drug."),
                )
            )
        if not self.leaflet_given:
            problems.append(
                (
                    "gsp.split.leaflet_given",
                    self.env._(
                        "%(record)s: neither the leaflet nor a copy of it goes with the bag.",
                        record=self.display_name,
                    ),
                    self.env._("Put the leaflet or its copy into the bag, and say which."),
                )
            )
        if not self.clean_tool:
            problems.append(
                (
                    "gsp.split.tool",
                    self.env._(
                        "%(record)s: no spoon of its own, or cleaned in between.", record=self.display_name
                    ),
                    self.env._("Use a spoon for this drug only, or clean it, and tick so."),
                )
            )
        return problems

    # -- sale ---------------------------------------------------------------------------------------------------

    def _complete_sale(self, sale_records):
        """The delivery these records were made for is done: they say when, and are closed (called by the delivery)."""
        by_key = {(sale.move_id.id, sale.lot_id.id): sale for sale in sale_records}
        sold = self.filtered(
            lambda record: record.state == "checked" and (record.move_id.id, record.lot_id.id) in by_key
        )
        for record in sold:
            sale = by_key[record.move_id.id, record.lot_id.id]
            record._move_to("sold", sale_date=sale.date, sale_record_id=sale.id)
        sold._close_evidence()
        unused = (self - sold).filtered(lambda record: record.state in ("draft", "split"))
        unused._move_to("canceled")
        self.pack_id._close_if_used_up()
