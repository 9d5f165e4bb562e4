# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"


class GspGate(models.AbstractModel):
    """The gate for goods that come back, and for those that leave stock without being sold (GSP 17701)."""

    _inherit = "gsp.gate"

    @api.model
    def _check_comeback(self, lines):
        """Refuse move lines that take drugs back unlawfully, put unfit ones on sale again, or write them off quietly.

        :param lines: ``stock.move.line`` of regulated products about to be done
        :raises UserError: all violations in one message
        """
        lines = lines.filtered(lambda line: line.company_id.gsp_company_kind and line.quantity > 0)
        if not lines:
            return
        self.env["compliance.refusal"]._refuse(
            [
                *self._rule_return(lines),
                *self._rule_device_return(lines),
                *self._rule_return_place(lines),
                *self._rule_out_of_quarantine(lines),
                *self._rule_write_off(lines),
            ]
        )

    @api.model
    def _get_return_lines(self, lines):
        return lines.filtered(
            lambda line: (
                line.product_id.gsp_kind == "drug"
                and line.location_id.usage == "customer"
                and line.location_dest_id.usage != "customer"
            )
        )

    @api.model
    def _rule_return(self, lines):
        """A drug comes back for a fault of its quality only, confirmed by quality, of a recorded sale."""
        violations = []
        for line in self._get_return_lines(lines):
            picking, move = line.picking_id, line.move_id
            # sudo: whoever receives the return need not be allowed to read the register
            sold = move.origin_returned_move_id.sudo().gsp_sale_record_ids
            if line.lot_id not in sold.lot_id:
                code, message = (
                    "origin",
                    self.env._("%(product)s, lot %(lot)s, comes back, but its sale is not in the register."),
                )
            elif picking.gsp_return_reason in (False, "not_quality"):
                code, message = (
                    "reason",
                    self.env._(
                        "%(product)s, lot %(lot)s, has been sold and is not taken back without a fault."
                    ),
                )
            elif not picking.gsp_return_verified_by_id:
                code, message = (
                    "verified",
                    self.env._(
                        "%(product)s, lot %(lot)s, comes back, and quality has not confirmed the fault."
                    ),
                )
            else:
                continue
            violations.append(
                Violation(
                    rule=f"gsp.return.{code}",
                    record=picking or move,
                    message=message
                    % {
                        "product": line.product_id.display_name,
                        "lot": line.lot_id.name or line.lot_name or "",
                    },
                    remedy=self.env._(
                        "Return it from the delivery it came from, say which fault it has, and let quality confirm it."
                    ),
                    reference=self.env._("GSP 17701"),
                )
            )
        return violations

    @api.model
    def _rule_return_place(self, lines):
        """What comes back goes to quarantine, never to saleable stock."""
        return [
            Violation(
                rule="gsp.return.place",
                record=line.picking_id or line.move_id,
                message=self.env._(
                    "%(product)s comes back from a customer and may not go to %(place)s.",
                    product=line.product_id.display_name,
                    place=line.location_dest_id.display_name,
                ),
                remedy=self.env._("Put it into a place that is marked as quarantine."),
                reference=self.env._("GSP 17701"),
            )
            for line in self._get_return_lines(lines)
            if line.location_dest_id.usage in ("internal", "transit")
            and not line.location_dest_id.gsp_in_quarantine
        ]

    @api.model
    def _rule_out_of_quarantine(self, lines):
        """Out of quarantine goods go back on sale by quality only, and never those that customers returned."""
        lines = lines.filtered(
            lambda line: (
                line.location_id.gsp_in_quarantine
                and line.location_dest_id.usage in ("internal", "transit")
                and not line.location_dest_id.gsp_in_quarantine
            )
        )
        if not lines:
            return []
        # sudo: the register counts, whoever moves the goods
        returned = (
            self.env["gsp.sale.record"]
            .sudo()
            ._read_group([("lot_id", "in", lines.lot_id.ids), ("quantity", "<", 0)], ["lot_id"])
        )
        returned = lines.lot_id.browse(lot.id for (lot,) in returned)
        by_quality = self.env.su or self.env.user.has_group(QUALITY)
        return [
            Violation(
                rule="gsp.stock.quarantine",
                record=line.picking_id or line.move_id,
                message=self.env._(
                    "%(product)s, lot %(lot)s, lies in quarantine and does not go to %(place)s.",
                    product=line.product_id.display_name,
                    lot=line.lot_id.name or "",
                    place=line.location_dest_id.display_name,
                ),
                remedy=self.env._(
                    "What customers returned is destroyed or goes back to the supplier. Anything else quality puts "
                    "back, with a reason."
                ),
                reference=self.env._("GSP 17701"),
            )
            for line in lines
            if line.lot_id in returned or not by_quality or not line.picking_id.gsp_exception_reason
        ]

    @api.model
    def _rule_write_off(self, lines):
        """Prescription and special drugs are written off by quality, so that nothing is sold as a loss."""
        if self.env.su or self.env.user.has_group(QUALITY):
            return []
        return [
            Violation(
                rule="gsp.stock.write_off",
                record=line.picking_id or line.move_id,
                message=self.env._(
                    "%(product)s, lot %(lot)s, is a prescription or special drug: only quality writes it off.",
                    product=line.product_id.display_name,
                    lot=line.lot_id.name or "",
                ),
                remedy=self.env._("Move it to quarantine and tell quality."),
                reference=self.env._("GSP 17301, 17701"),
            )
            for line in lines
            if line.location_dest_id.usage == "inventory"
            and line.location_id.usage == "internal"
            and (line.product_id.gsp_special_class or line.product_id.gsp_prescription_required)
        ]
