# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.compliance_base.violation import Violation

from ..roles import RECEPTION, TECHNICIAN


class RepairOrder(models.Model):
    """The parts a repair waits for: ordered, expected, and told to the customer; and where parts may come from."""

    _inherit = "repair.order"

    purchase_line_ids = fields.One2many(
        "purchase.order.line", "repair_id", string="Parts on Order", readonly=True
    )
    parts_order_count = fields.Integer(compute="_compute_purchase", compute_sudo=True)
    parts_expected_date = fields.Date(
        compute="_compute_purchase",
        compute_sudo=True,
        help="When the last part ordered for this repair is expected.",
    )
    are_parts_overdue = fields.Boolean(
        string="Parts Overdue",
        compute="_compute_purchase",
        search="_search_are_parts_overdue",
        compute_sudo=True,
        help="A part ordered for this repair has not come when it was expected.",
    )
    part_notice_ids = fields.One2many("repair.part.notice", "repair_id", string="Words to the Customer")
    requisition_ids = fields.One2many("service.part.requisition", "repair_id", string="Part Requisitions")
    requisition_count = fields.Integer(compute="_compute_requisition_count")

    @api.depends(
        "purchase_line_ids.date_planned", "purchase_line_ids.qty_received", "purchase_line_ids.state"
    )
    def _compute_purchase(self):
        now = fields.Datetime.now()
        for repair in self:
            lines = repair.purchase_line_ids.filtered(lambda line: line.state != "cancel")
            waiting = lines.filtered(
                lambda line: line.product_uom_id.compare(line.qty_received, line.product_qty) < 0
            )
            last = max(waiting.filtered("date_planned").mapped("date_planned"), default=False)
            repair.parts_order_count = len(lines.order_id)
            repair.parts_expected_date = last and repair.company_id._get_law_date(last)
            repair.are_parts_overdue = any(line.date_planned and line.date_planned < now for line in waiting)

    def _search_are_parts_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: whoever follows a repair knows that its parts are late, not from whom they come
        lines = self.env["purchase.order.line"].sudo().search(self._get_overdue_line_domain())
        late = lines.filtered(
            lambda line: line.product_uom_id.compare(line.qty_received, line.product_qty) < 0
        )
        return Domain("id", "in", late.repair_id.ids)

    @api.model
    def _get_overdue_line_domain(self):
        return (
            Domain("repair_id", "!=", False)
            & Domain("state", "!=", "cancel")
            & Domain("date_planned", "<", fields.Datetime.now())
        )

    @api.depends("requisition_ids")
    def _compute_requisition_count(self):
        for repair in self:
            repair.requisition_count = len(repair.requisition_ids)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Where the company has a warehouse of after-sales parts, repairs take theirs from it."""
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            # sudo: the company's choice of warehouse is not confidential
            repair_type = company.sudo().service_warehouse_id.repair_type_id
            if repair_type and not vals.get("picking_type_id"):
                vals["picking_type_id"] = repair_type.id
        return super().create(vals_list)

    # Actions

    def action_order_missing_parts(self):
        """Ask vendors for what is missing: one request for quotation per vendor, linked to the repair."""
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        missing = {repair: repair._get_missing_parts() for repair in self}
        if not any(missing.values()):
            raise UserError(self.env._("Nothing is missing: all parts are reserved, in stock, or on order."))
        without = {
            product.display_name
            for parts in missing.values()
            for product in parts
            if not product._select_seller(quantity=parts[product])
        }
        if without:
            raise UserError(
                self.env._(
                    "No vendor is known for: %s. Enter one on the product, under Purchase.",
                    ", ".join(sorted(without)),
                )
            )
        orders = self.env["purchase.order"]
        for repair, parts in missing.items():
            orders |= repair._order_parts(parts)
        return self.action_view_purchases()

    def _get_missing_parts(self):
        """What this repair still needs and nobody has reserved or ordered: ``{product: quantity}``."""
        self.ensure_one()
        missing = defaultdict(float)
        for move in self.move_ids:
            if (
                move.repair_line_type == "add"
                and move.state not in ("done", "cancel")
                and move.product_id.is_storable
            ):
                rest = move.product_uom_qty - move.quantity
                missing[move.product_id] += move.product_uom._compute_quantity(rest, move.product_id.uom_id)
        # sudo: what is on order counts, whoever asks
        for line in self.sudo().purchase_line_ids.filtered(lambda line: line.state != "cancel"):
            rest = line.product_qty - line.qty_received
            missing[line.product_id] -= line.product_uom_id._compute_quantity(rest, line.product_id.uom_id)
        products = self.env["product.product"].union(*missing).with_context(location=self.location_id.id)
        for product in products:
            missing[product] -= max(product.free_qty, 0.0)
        return {
            product: quantity
            for product, quantity in missing.items()
            if product.uom_id.compare(quantity, 0) > 0
        }

    def _order_parts(self, parts):
        """Requests for quotation for ``{product: quantity}``, one per vendor. Returns them."""
        by_vendor = defaultdict(list)
        for product, quantity in parts.items():
            seller = product.with_company(self.company_id)._select_seller(quantity=quantity)
            by_vendor[seller.partner_id].append((product, quantity))
        # sudo: who may add parts to the repair may ask for them to be bought; buying is left to the buyer
        orders = self.env["purchase.order"].sudo().with_company(self.company_id)
        return orders.create(
            [
                {
                    "partner_id": vendor.id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_qty": quantity, "repair_id": self.id}
                        )
                        for product, quantity in wanted
                    ],
                }
                for vendor, wanted in by_vendor.items()
            ]
        )

    def action_view_purchases(self):
        """Open the orders for this repair's parts, for those who buy; others see what is expected on the repair."""
        self.check_access("read")
        if not self.env["purchase.order"].has_access("read"):
            return True
        orders = self.purchase_line_ids.order_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts on Order"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": list(Domain("id", "in", orders.ids)),
        }

    def action_view_requisitions(self):
        """Open the requisitions of parts for these repairs."""
        self.check_access("read")
        return self._action_view_lines("service.part.requisition", self.env._("Part Requisitions"))

    # Gates

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage == "ready":
            violations += self._get_old_part_violations() + self._get_source_violations()
        return violations

    def _get_old_part_violations(self):
        return [
            Violation(
                "service.old.part.missing",
                move.repair_id,
                self.env._(
                    "%(repair)s: the covered %(part)s comes without its old part.",
                    repair=move.repair_id.name,
                    part=move.product_id.display_name,
                ),
                self.env._("Add the old part as “Remove”, or say on the line why there is none."),
            )
            for move in self.move_ids._get_parts_without_old_part()
        ]

    def _get_source_violations(self):
        """After-sales parts have their own warehouse: parts from others, such as production, are refused."""
        violations = []
        for company, repairs in self.grouped("company_id").items():
            # sudo: the company's choice of warehouse is not confidential
            warehouse = company.sudo().service_warehouse_id
            if not warehouse:
                continue
            astray = repairs.move_ids.filtered(
                lambda move: (
                    move.repair_line_type == "add"
                    and move.state != "cancel"
                    and any(
                        not place._child_of(warehouse.view_location_id)  # noqa: B023
                        for place in move.move_line_ids.location_id or move.location_id
                    )
                )
            )
            violations += [
                Violation(
                    "service.part.warehouse",
                    move.repair_id,
                    self.env._(
                        "%(repair)s: %(part)s would come from %(location)s.",
                        repair=move.repair_id.name,
                        part=move.product_id.display_name,
                        location=(move.move_line_ids.location_id or move.location_id)[:1].display_name,
                    ),
                    self.env._("Parts for repairs come from the warehouse %s.", warehouse.name),
                )
                for move in astray
            ]
        return violations

    # Clock

    @api.model
    def _cron_alert_overdue_parts(self):
        """Tell who is responsible for a repair that its parts are overdue, once for each date that passed."""
        repairs = self.search(
            Domain("are_parts_overdue", "in", [True]) & Domain("state", "not in", ("done", "cancel"))
        )
        for repair in repairs:
            user = repair.user_id or repair.company_id._get_service_supervisor()
            env = self.with_context(lang=user.lang).env
            summary = env._("%s: parts are overdue. Ask the vendor and tell the customer", repair.name)
            if user and summary not in repair.activity_ids.mapped("summary"):
                repair.activity_schedule("mail.mail_activity_data_todo", summary=summary, user_id=user.id)
