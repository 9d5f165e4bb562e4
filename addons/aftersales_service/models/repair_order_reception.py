# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..roles import MANAGER, RECEPTION

EARLIER_REPAIRS = 5
CLOSED_STATES = ("done", "cancel")
# Writing any of these may put a repair on another unit, or let it stand beside another repair. A constraint would ask
# again each time the platform computes the unit of a repair, and at each step of its state.
OCCUPYING_FIELDS = frozenset({"company_id", "lot_id", "picking_id", "product_id", "second_repair_reason"})


class RepairOrder(models.Model):
    """What reception sees at the desk: the unit found, what happened to it before, what is missing, what is owed."""

    _inherit = "repair.order"

    unit_code = fields.Char(
        string="Find Unit",
        store=False,
        help="Scan or type a serial number, license plate or VIN.",
    )
    license_plate = fields.Char(related="lot_id.license_plate", readonly=False)
    vin = fields.Char(related="lot_id.vin", readonly=False)
    vin_warning = fields.Char(related="lot_id.vin_warning")
    unit_cover_status = fields.Selection(related="lot_id.cover_status", string="Cover Today")
    unit_cover_end_date = fields.Date(related="lot_id.cover_end_date", string="Unit Covered Until")
    earlier_repair_ids = fields.Many2many(
        "repair.order", string="Earlier Repairs", compute="_compute_earlier_repair_ids"
    )
    file_gaps = fields.Char(
        string="Missing in the File",
        compute="_compute_file_gaps",
        help="What we do not know yet of the customer and the unit.",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    balance_due = fields.Monetary(
        string="Balance Owed",
        currency_field="company_currency_id",
        compute="_compute_balance_due",
        groups=RECEPTION,
        help="What the customer owes us on posted invoices.",
    )
    second_repair_reason = fields.Char(
        string="Second Repair Allowed Because",
        copy=False,
        tracking=True,
        help="A unit has one open repair. A manager may allow another one and says why.",
    )

    # Compute

    @api.depends("lot_id")
    def _compute_earlier_repair_ids(self):
        """The last repairs of the unit the user may see."""
        repairs = self.search(
            Domain("lot_id", "in", self.lot_id._origin.ids) & Domain("state", "!=", "cancel"),
            order="report_date desc, id desc",
        )
        by_lot = repairs.grouped("lot_id")
        for repair in self:
            others = by_lot.get(repair.lot_id._origin, self.browse()) - repair._origin
            repair.earlier_repair_ids = others[:EARLIER_REPAIRS] if repair.lot_id else False

    @api.depends("partner_id", "lot_id", "license_plate", "vin", "product_id")
    def _compute_file_gaps(self):
        for repair in self:
            repair.file_gaps = ", ".join(repair._get_file_gaps())

    @api.depends("partner_id", "company_id")
    def _compute_balance_due(self):
        for repair in self:
            customer = repair.partner_id.commercial_partner_id
            # sudo: reception may tell a customer what he owes without reading the books
            repair.balance_due = customer.sudo().with_company(repair.company_id).credit

    # Constraints

    def _check_one_open_repair(self):
        """One unit, one open repair: parts, meter and money would end up on the wrong one."""
        repairs = self.filtered(lambda repair: repair._occupies_unit())
        if not repairs:
            return
        self.flush_model(["lot_id", "state", "second_repair_reason", "company_id"])
        # Two receptions at the same moment: the second waits here, and starts again when it can see the first.
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot AS lot
                   SET write_uid = write_uid
                 WHERE id IN %s
             RETURNING id, ARRAY(
                        SELECT repair.id
                          FROM repair_order AS repair
                         WHERE repair.lot_id = lot.id
                           AND repair.state NOT IN ('done', 'cancel')
                           AND COALESCE(repair.second_repair_reason, '') = ''
                      ORDER BY repair.id
                       )
                """,
                tuple(sorted(repairs.lot_id.ids)),
            )
        )
        open_ids = dict(self.env.cr.fetchall())
        for repair in repairs:
            # sudo: that the unit is being repaired counts whoever may see that repair
            others = self.sudo().browse(open_ids[repair.lot_id.id]) - repair
            other = others.filtered(lambda other, repair=repair: other.company_id == repair.company_id)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(unit)s already has an open repair: %(repair)s. Continue that one, or let a manager write "
                        "on the new one why there has to be a second.",
                        unit=repair.lot_id.display_name,
                        repair=other[0].name,
                    )
                )

    # Onchange

    @api.onchange("unit_code")
    def _onchange_unit_code(self):
        """Take over the unit with that serial number, plate or VIN."""
        code = (self.unit_code or "").strip()
        if not code:
            return None
        units = self.env["stock.lot"]._find_units(code)
        self.unit_code = False
        if len(units) == 1:
            self.product_id, self.lot_id = units.product_id, units
            return None
        if units:
            message = self.env._(
                "%(code)s could be any of these: %(units)s. Type more of it.",
                code=code,
                units=", ".join(units.mapped("display_name")),
            )
        else:
            message = self.env._(
                "No unit is known by %(code)s. Choose the product and enter the serial number to create the unit.",
                code=code,
            )
        return {"warning": {"title": self.env._("Find Unit"), "message": message}}

    @api.onchange("lot_id")
    def _onchange_lot_id_product(self):
        """A unit chosen without its product brings it along."""
        if self.lot_id and self.lot_id.product_id != self.product_id:
            self.product_id = self.lot_id.product_id

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_second_repair_vals(vals)
        repairs = super().create(vals_list)
        repairs._check_one_open_repair()
        return repairs

    def write(self, vals):
        self._check_second_repair_vals(vals)
        closed = (
            self.filtered(lambda repair: repair.state in CLOSED_STATES) if "state" in vals else self.browse()
        )
        result = super().write(vals)
        # From one open state to the next, nothing changes about the unit.
        (self if OCCUPYING_FIELDS & vals.keys() else closed)._check_one_open_repair()
        return result

    # Actions

    def action_view_earlier_repairs(self):
        """Open the other repairs of the unit."""
        self.ensure_one()
        self.check_access("read")
        return self.lot_id.action_lot_open_repairs()

    def action_open_unit(self):
        """Open the page of the unit with its whole life."""
        self.ensure_one()
        self.check_access("read")
        action = self.lot_id._get_records_action()
        return dict(action, context={"display_complete": True})

    def action_validate(self):
        """A unit that is the customer's own is with the customer, not on our shelves: nothing can be missing there."""
        own = self.product_location_src_id.usage == "customer"
        if own and not any(move.product_uom_qty < 0 for move in self.move_ids):
            return self._action_repair_confirm()
        return super().action_validate()

    # Business

    @api.model
    def _prepare_unit_place_vals(self, lot):
        """A unit that never went through our stock was brought by its owner: it is with the customer."""
        vals = super()._prepare_unit_place_vals(lot)
        if (
            not vals
            and lot
            and not lot.location_id
            and not lot.quant_ids
            and lot.product_id.tracking == "serial"
        ):
            place = self.env.ref("stock.stock_location_customers", raise_if_not_found=False)
            vals = (
                {"product_location_src_id": place.id, "product_location_dest_id": place.id} if place else {}
            )
        return vals

    def _occupies_unit(self):
        """Whether no other repair of the unit may be open beside this one."""
        self.ensure_one()
        return bool(
            self.lot_id
            and self.tracking == "serial"
            and self.state not in CLOSED_STATES
            and not self.second_repair_reason
            and self.company_id.one_open_repair
        )

    def _check_second_repair_vals(self, vals):
        if vals.get("second_repair_reason") and not (self.env.su or self.env.user.has_group(MANAGER)):
            raise UserError(
                self.env._("Only an after-sales manager may allow a second open repair of a unit.")
            )

    def _get_file_gaps(self):
        """Names of what is unknown about the customer and the unit."""
        self.ensure_one()
        gaps = []
        partner = self.partner_id
        if partner:
            labels = {"phone": self.env._("phone"), "street": self.env._("address")}
            gaps += [label for name, label in labels.items() if not partner[name]]
        if self.lot_id:
            gaps += self.lot_id._get_file_gaps()
        return gaps
