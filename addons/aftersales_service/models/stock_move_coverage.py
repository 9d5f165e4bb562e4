# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

COVERAGES = [
    ("warranty", "Warranty"),
    ("goodwill", "Goodwill"),
    ("contract", "Contract"),
    ("billable", "Billable"),
]
COVERAGE_FIELDS = frozenset(
    {
        "coverage",
        "coverage_reason",
        "coverage_share",
        "coverage_granted_by_id",
        "warranty_registration_line_id",
    }
)


class StockMove(models.Model):
    """Who pays for each part of a repair, decided on the day the fault was reported."""

    _inherit = "stock.move"

    coverage = fields.Selection(
        COVERAGES,
        readonly=True,
        copy=False,
        help="Who pays for the part: decided from the unit's warranty on the day the fault was reported, and frozen "
        "when the repair is confirmed.",
    )
    coverage_reason = fields.Char(readonly=True, copy=False)
    coverage_share = fields.Float(
        string="Covered (%)",
        readonly=True,
        copy=False,
        digits=(5, 2),
        help="Share of the part's price the customer is not charged.",
    )
    coverage_granted_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Manager who decided by hand.",
    )
    warranty_registration_line_id = fields.Many2one(
        "warranty.registration.line",
        string="Warranty Component",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    # Onchange: the decision is made on the server when the line is saved; this only shows it at once.

    @api.onchange("product_id", "repair_line_type")
    def _onchange_coverage(self):
        for move in self:
            if move._is_repair_part() and not move.coverage_granted_by_id:
                move.update(move._get_coverage_decision())

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Coverage given by the caller (values or ``default_`` context) never counts: it is decided here."""
        for vals in vals_list:
            self._check_coverage_vals(vals)
            vals.update(dict.fromkeys(COVERAGE_FIELDS, False))
        moves = super().create(vals_list)
        moves.filtered("repair_id")._decide_coverage()
        return moves

    def write(self, vals):
        """A changed part is judged anew; coverage itself cannot be written."""
        self._check_coverage_vals(vals)
        result = super().write(vals)
        if not {"product_id", "repair_line_type", "repair_id"}.isdisjoint(vals):
            changed = self.filtered("repair_id")
            changed.filtered("coverage_granted_by_id")._write_coverage({"coverage_granted_by_id": False})
            changed._decide_coverage()
        return result

    def _check_coverage_vals(self, vals):
        touched = COVERAGE_FIELDS & vals.keys()
        if any(vals[name] for name in touched) or (touched and self):
            raise UserError(
                self.env._(
                    "Coverage is decided from the unit's warranty. A manager can grant goodwill with the button "
                    "“Grant Coverage” on the repair."
                )
            )

    def _write_coverage(self, vals):
        """Write a decision past the guard, for this addon's own methods only."""
        return super().write(vals)

    # Decision

    def _is_repair_part(self):
        """Whether the move is a part added to or taken out of a repair, not yet done."""
        return bool(self.repair_id and self.repair_line_type and self.state not in ("done", "cancel"))

    def _decide_coverage(self):
        """Decide who pays, for the parts no manager has decided about, and let price and place follow."""
        parts = self.filtered(lambda move: move._is_repair_part())
        decisions = {}
        for move in parts.filtered(lambda move: not move.coverage_granted_by_id):
            decision = move._get_coverage_decision()
            key = tuple(decision.items())
            decisions[key] = decisions.get(key, self.browse()) | move
        for decision, moves in decisions.items():
            moves._write_coverage(dict(decision))
        parts._route_old_parts()
        parts._apply_coverage_prices()

    def _get_coverage_decision(self):
        """Coverage of one part at the repair's report date: values of the coverage fields."""
        self.ensure_one()
        repair = self.repair_id
        registration = repair.warranty_registration_id
        day = repair._get_report_day()
        line = registration.line_ids._match_part(self.product_id)
        refusal = repair._get_cover_refusal(registration, day) or self._get_part_refusal(line, day)
        if refusal:
            return self._prepare_coverage("billable", refusal, line=line)
        reason = self.env._(
            "%(component)s covered until %(date)s (%(registration)s)",
            component=line.component_id.name,
            date=format_date(self.env, line.end_date),
            registration=registration.name,
        )
        return self._prepare_coverage("warranty", reason, share=line.parts_share, line=line)

    def _get_part_refusal(self, line, day):
        """Why a unit under cover does not cover this part; empty if it does. Extended by further conditions."""
        if not line:
            return self.env._("No component of the warranty covers this part")
        if day > line.end_date:
            return self.env._(
                "%(component)s was covered until %(date)s",
                component=line.component_id.name,
                date=format_date(self.env, line.end_date),
            )
        if not line.parts_share:
            return self.env._("%s: parts are not covered", line.component_id.name)
        return line.meter_limit and self._get_meter_refusal(line)

    def _get_meter_refusal(self, line):
        """Why the meter limit of a component ends cover; empty if it does not."""
        reading = self.repair_id._get_meter_reading(line.meter_unit)
        unit = dict(line._fields["meter_unit"]._description_selection(self.env))[line.meter_unit]
        if reading is None:
            return self.env._(
                "%(component)s is covered up to %(limit)s %(unit)s: enter the reading on the repair",
                component=line.component_id.name,
                limit=f"{line.meter_limit:,.0f}",
                unit=unit,
            )
        if reading > line.meter_limit:
            return self.env._(
                "%(component)s was covered up to %(limit)s %(unit)s",
                component=line.component_id.name,
                limit=f"{line.meter_limit:,.0f}",
                unit=unit,
            )
        return ""

    @api.model
    def _prepare_coverage(self, coverage, reason, share=0.0, line=None):
        return {
            "coverage": coverage,
            "coverage_reason": reason,
            "coverage_share": share,
            "warranty_registration_line_id": line.id if line else False,
        }

    def _grant_coverage(self, coverage, reason):
        """A manager's own decision about these parts (checked by the caller), instead of the automatic one."""
        share = 0.0 if coverage == "billable" else 100.0
        self._write_coverage(
            {
                "coverage": coverage,
                "coverage_reason": reason,
                "coverage_share": share,
                "coverage_granted_by_id": self.env.uid,
            }
        )
        self._route_old_parts()
        self._apply_coverage_prices()

    # Prices

    def _create_repair_sale_order_line(self):
        """The platform prices a whole repair at zero or not at all; here each part has its own coverage.

        Whoever may add a part to a repair adds it to the repair's quotation, as the platform means it; a
        technician has no right to create sales order lines himself, hence superuser mode.
        """
        result = super(StockMove, self.sudo())._create_repair_sale_order_line()
        self._apply_coverage_prices()
        return result

    def _apply_coverage_prices(self):
        """Give the sales order lines of added parts the price their coverage leaves to the customer."""
        # Superuser mode as above: the price follows from the coverage, it is not the technician's choice.
        for move in self.sudo():
            line = move.sale_line_id
            if move.repair_line_type != "add" or not move.repair_id or not line or line.qty_invoiced:
                continue
            if move.coverage_share == 100:
                line.write({"price_unit": 0.0, "technical_price_unit": 0.0})
            elif move.coverage_share:
                line._reset_price_unit()
                price = line.currency_id.round(line.price_unit * (1 - move.coverage_share / 100))
                line.write({"price_unit": price, "technical_price_unit": price})
            elif not move.price_unit or not line.price_unit:
                line._compute_price_unit()

    # Old parts

    def _is_old_part(self):
        """Whether the move takes out a part that the warranty replaces, so that the supplier owns it.

        Parts taken out at the customer's expense stay his and go where the platform sends them; so do parts
        recycled into our own stock.
        """
        return bool(self.repair_id and self.repair_line_type == "remove" and self.coverage == "warranty")

    def _get_old_part_location(self):
        return self.repair_id.picking_type_id.warehouse_id.old_part_location_id

    def _route_old_parts(self):
        """Send old parts to their store in the supplier's name, and others where the repair sends them."""
        for move in self.filtered(lambda move: move.repair_line_type == "remove" and move._is_repair_part()):
            location = move.repair_id.parts_location_id
            owner = self.env["res.partner"]
            if move._is_old_part():
                location = move._get_old_part_location() or location
                owner = move.product_id._find_old_part_owner(move.company_id)
            if move.location_dest_id != location or move.restrict_partner_id != owner:
                move.write({"location_dest_id": location.id, "restrict_partner_id": owner.id})
                move.move_line_ids.write({"location_dest_id": location.id, "owner_id": owner.id})

    def _set_repair_locations(self):
        result = super()._set_repair_locations()
        self._route_old_parts()
        return result

    @api.depends("repair_id.location_dest_id", "repair_line_type")
    def _compute_location_dest_id(self):
        result = super()._compute_location_dest_id()
        for move in self.filtered(lambda move: move._is_old_part()):
            move.location_dest_id = move._get_old_part_location() or move.location_dest_id
        return result

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        vals = super()._prepare_move_line_vals(quantity=quantity, reserved_quant=reserved_quant)
        if self._is_old_part():
            vals["owner_id"] = self.restrict_partner_id.id
        return vals

    def _check_old_parts(self):
        """Gate: each old part needs a supplier who owns it and a store. All that is missing is told at once."""
        problems = {}
        for move in self.filtered(lambda move: move._is_old_part()):
            if not move.product_id._find_old_part_owner(move.company_id):
                problems[move.product_id] = move.product_id._get_missing_owner_message()
            if not move._get_old_part_location():
                warehouse = move.repair_id.picking_type_id.warehouse_id
                problems[warehouse] = self.env._(
                    "Choose the old-part location of warehouse %s in its settings.", warehouse.name
                )
        if problems:
            raise UserError("\n".join(problems.values()))

    def _secure_old_parts(self):
        """Before old parts are booked: owner and store are those the coverage calls for, whatever was typed."""
        old_parts = self.filtered(lambda move: move._is_old_part() and move.state not in ("done", "cancel"))
        old_parts._check_old_parts()
        for move in old_parts:
            owner = move.product_id._get_old_part_owner(move.company_id)
            location = move._get_old_part_location()
            if move.restrict_partner_id != owner:
                move.restrict_partner_id = owner
            if not move.location_dest_id._child_of(location):
                move.location_dest_id = location
            astray = move.move_line_ids.filtered(lambda line: not line.location_dest_id._child_of(location))  # noqa: B023
            astray.location_dest_id = location
            move.move_line_ids.filtered(lambda line: line.owner_id != owner).owner_id = owner  # noqa: B023
