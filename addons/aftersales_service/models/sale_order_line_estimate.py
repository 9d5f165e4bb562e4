# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

# What the customer agrees to.
PRICED_FIELDS = frozenset(
    {"discount", "price_unit", "product_id", "product_uom_id", "product_uom_qty", "tax_ids"}
)


class SaleOrderLine(models.Model):
    """The lines of a repair's quotation and the repair's parts and labor are kept in step, until the customer has
    agreed; from then on only the repair adds to the quotation.

    What the repair itself writes comes in superuser mode and passes; nothing that arrives over the network does.
    """

    _inherit = "sale.order.line"

    repair_labor_ids = fields.One2many("repair.labor", "sale_line_id")

    @api.model_create_multi
    def create(self, vals_list):
        """What is added to the quotation of a repair is added to the repair."""
        lines = super().create(vals_list)
        if not self.env.su:
            lines.filtered(lambda line: line._is_estimate_line())._added_to_estimate()
        return lines

    def write(self, vals):
        touched = PRICED_FIELDS & vals.keys()
        if not touched or self.env.su:
            return super().write(vals)
        estimate_lines = self.filtered(lambda line: line._is_estimate_line())
        if not estimate_lines:
            return super().write(vals)
        estimate_lines._check_estimate_open()
        estimate_lines._check_covered_price(vals)
        result = super().write(vals)
        estimate_lines._changed_on_estimate(touched)
        return result

    def unlink(self):
        """What is taken off the quotation of a repair is not done."""
        if self.env.su:
            return super().unlink()
        estimate_lines = self.filtered(lambda line: line._is_estimate_line())
        estimate_lines._check_estimate_open()
        # Superuser mode: the salesperson decides about the quotation, the repair follows.
        parts, labor = estimate_lines.sudo()._get_repair_parts(), estimate_lines.sudo().repair_labor_ids
        result = super().unlink()
        parts.unlink()
        labor.exists().unlink()
        return result

    # Estimate

    def _is_estimate_line(self):
        """Whether the line stands on the quotation made for a repair, and is neither text nor a down payment."""
        self.ensure_one()
        if self.display_type or self.is_downpayment:
            return False
        return bool(
            self.sudo().order_id.repair_order_ids.filtered(lambda repair: repair._has_own_quotation())
        )

    def _get_repair_parts(self):
        """Parts of repairs, still open, that these lines charge."""
        return self.move_ids.filtered(lambda move: move.repair_line_type == "add" and move._is_repair_part())

    def _check_estimate_open(self):
        self.order_id._check_may_agree()
        agreed = self.sudo().order_id.repair_order_ids.filtered("estimate_agreed_on")
        if agreed:
            raise UserError(
                self.env._(
                    "The customer has agreed to the estimate of %(repair)s: its quotation is not changed any more. "
                    "Change the parts or the labor on the repair, and have the customer sign anew.",
                    repair=", ".join(agreed.mapped("name")),
                )
            )

    def _check_covered_price(self, vals):
        """Nobody charges for what is fully covered."""
        if not vals.get("price_unit"):
            return
        for line in self.sudo():
            covered = line._get_repair_parts() or line.repair_labor_ids
            if covered and all(one.coverage_share == 100 for one in covered):
                raise UserError(
                    self.env._(
                        "“%(line)s” is covered (%(reason)s): the customer pays nothing for it. A manager can decide "
                        "otherwise with “Grant Coverage” on the repair.",
                        line=line.name,
                        reason=covered[:1].coverage_reason,
                    )
                )

    def _added_to_estimate(self):
        """Make parts and labor of new quotation lines."""
        self._check_estimate_open()
        # Superuser mode: the salesperson decides about the quotation, the repair follows.
        self.sudo().order_id.repair_order_ids._invalidate_estimate()
        for line in self.sudo():
            repair = line.order_id.repair_order_ids.filtered(lambda repair: repair._has_own_quotation())[:1]
            if line.product_id.type == "consu" and not line.move_ids:
                self.env["stock.move"].sudo().create(repair._prepare_quoted_part_vals(line))
            elif line.product_id.type == "service" and not line.repair_labor_ids:
                repair._create_quoted_labor(line)

    def _changed_on_estimate(self, touched):
        """Let parts and labor of the repair follow changed quotation lines."""
        # Superuser mode as above
        for line in self.sudo():
            parts, labor = line._get_repair_parts(), line.repair_labor_ids
            if "product_uom_qty" in touched:
                if len(parts) == 1 and parts.product_uom_qty != line.product_uom_qty:
                    parts.product_uom_qty = line.product_uom_qty
                labor.filtered(lambda one: one.hours != line.product_uom_qty).hours = line.product_uom_qty  # noqa: B023
            if "price_unit" in touched:
                for part in parts.filtered(lambda part: part.coverage_share < 100):
                    price = part._get_open_price(line.price_unit, part.coverage_share)
                    part._write_coverage({"list_price_unit": price})
                for one in labor.filtered(lambda one: one.coverage_share < 100):
                    one._follow_quoted_price(line)
            for followers in (parts, labor):
                followers._invalidate_amounts()
