# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..roles import MANAGER

# What coverage was judged by: fixed from the moment it is frozen.
JUDGED_FIELDS = frozenset(
    {
        "company_id",
        "lot_id",
        "meter_reading",
        "meter_unit",
        "opened_before",
        "picking_id",
        "product_id",
        "report_date",
        "warranty_exclusion_id",
        "warranty_registration_id",
    }
)
SYSTEM_FIELDS = frozenset({"coverage_frozen_at", "under_warranty"})


class RepairOrder(models.Model):
    """Which warranty a repair is judged by, and when the judgment is final."""

    _inherit = "repair.order"

    warranty_registration_id = fields.Many2one(
        "warranty.registration",
        string="Warranty",
        compute="_compute_warranty_registration_id",
        store=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
        copy=False,
        tracking=True,
        domain="[('product_id', '=', product_id), ('lot_id', '=?', lot_id), ('company_id', '=', company_id)]",
        help="The unit's registration on the day the fault was reported. Only a manager may choose another.",
    )
    under_warranty = fields.Boolean(
        compute="_compute_under_warranty",
        store=True,
        readonly=True,
        copy=False,
        help="The unit was under warranty on the day the fault was reported. Who pays is decided part by part.",
    )
    coverage_frozen_at = fields.Datetime(string="Coverage Decided On", readonly=True, copy=False)

    # Compute

    @api.depends("lot_id", "product_id", "partner_id", "report_date", "company_id")
    def _compute_warranty_registration_id(self):
        for repair, registrations in (
            self.filtered(lambda repair: not repair.coverage_frozen_at)
            ._get_unit_registrations_by_repair()
            .items()
        ):
            repair.warranty_registration_id = registrations._pick_for_date(repair._get_report_day())

    @api.depends("warranty_registration_id", "report_date")
    def _compute_under_warranty(self):
        for repair in self:
            registration = repair.warranty_registration_id
            repair.under_warranty = registration._get_cover_status(repair._get_report_day()) == "covered"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """The judgment is the system's: nobody brings one along."""
        for vals in vals_list:
            self._check_judgment_vals(vals)
            vals["coverage_frozen_at"] = False
        return super().create(vals_list)

    def write(self, vals):
        """Nothing coverage was judged by changes after it is frozen; before, it is judged anew."""
        self._check_judgment_vals(vals)
        judged = JUDGED_FIELDS & vals.keys()
        self.filtered("coverage_frozen_at")._check_frozen({name: vals[name] for name in judged})
        result = super().write(vals)
        if judged or "partner_id" in vals:  # an untracked unit is known by its buyer
            open_repairs = self.filtered(lambda repair: not repair.coverage_frozen_at)
            open_repairs._decide_coverage()
            open_repairs.filtered(lambda repair: repair.state not in ("draft", "cancel"))._freeze_coverage()
        return result

    def _check_judgment_vals(self, vals):
        if any(vals.get(name) for name in SYSTEM_FIELDS) or (self and SYSTEM_FIELDS & vals.keys()):
            raise UserError(
                self.env._(
                    "Whether a repair is under warranty follows from the unit's registration and the day of the "
                    "report. A manager can grant goodwill on its parts instead."
                )
            )
        if vals.get("warranty_registration_id") and not self._is_coverage_manager():
            raise AccessError(
                self.env._("Only an after-sales manager may judge a repair by another warranty registration.")
            )

    def _is_coverage_manager(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    def _check_frozen(self, vals):
        """Refuse other values for what coverage was judged by."""
        for repair in self:
            for name, value in vals.items():
                field = repair._fields[name]
                if field.convert_to_cache(value, repair) != field.convert_to_cache(repair[name], repair):
                    raise UserError(
                        self.env._(
                            "Who pays for %(repair)s was decided when it was confirmed, by its “%(field)s” among "
                            "others. To change it, cancel the repair and set it back to draft.",
                            repair=repair.name,
                            field=field._description_string(self.env),
                        )
                    )

    # Actions

    def action_open_coverage_wizard(self):
        """Let a manager grant goodwill or a contract on parts of this repair, or withdraw cover."""
        self.ensure_one()
        self._check_coverage_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.repair_coverage_action")
        return dict(action, context={"default_repair_id": self.id})

    def action_view_warranty_registration(self):
        """Open the registration the repair is judged by."""
        self.ensure_one()
        return self.warranty_registration_id._get_records_action()

    def _check_coverage_manager(self):
        if not self._is_coverage_manager():
            raise AccessError(
                self.env._("Only an after-sales manager may decide who pays against the warranty.")
            )

    # Business

    def _get_unit_registrations(self):
        """All registrations of the repaired unit in the repair's company."""
        self.ensure_one()
        return self._get_unit_registrations_by_repair()[self]

    def _get_unit_registrations_by_repair(self):
        """All registrations of each repaired unit, as dict repair → ``warranty.registration``, for any number of
        repairs at once. A lot of many units and an untracked product are told apart by their buyer."""
        domains = {repair: repair._get_registration_domain() for repair in self}
        wanted = Domain.OR(domain for domain in domains.values() if domain)
        candidates = self.env["warranty.registration"].search_fetch(wanted) if any(domains.values()) else None
        if not candidates:
            return dict.fromkeys(self, self.env["warranty.registration"])
        # The buyers of all candidates are told from their families in memory, not by one search per repair.
        by_unit = candidates.grouped(lambda one: (one.company_id, one.product_id, one.lot_id))
        nothing = candidates.browse()
        result = {}
        for repair, domain in domains.items():
            unit = (repair.company_id, repair.product_id._origin, repair.lot_id._origin)
            found = by_unit.get(unit, nothing) if domain else nothing
            if repair.tracking != "serial":
                found = found._filter_family(repair.partner_id.commercial_partner_id)
            result[repair] = found
        return result

    def _get_registration_domain(self):
        """Where to look for the registrations of a repaired unit; None if nothing can identify it."""
        self.ensure_one()
        unit = Domain("company_id", "=", self.company_id.id) & Domain(
            "product_id", "=", self.product_id._origin.id
        )
        if self.lot_id:
            return unit & Domain("lot_id", "=", self.lot_id._origin.id)
        if self.product_id and self.product_id.tracking == "none" and self.partner_id:
            return unit & Domain("lot_id", "=", False)
        return None

    def _get_cover_refusal(self, registration, day):
        """Why the unit as a whole had no cover on the day of the report; empty if it had. Extended by further
        conditions."""
        if not registration:
            return self.env._("The unit has no warranty registration")
        names = {"registration": registration.name}
        status = registration._get_cover_status(day)
        if status == "void":
            return self.env._("Warranty %(registration)s is void", **names)
        if status == "waiting":
            return self.env._("Warranty %(registration)s had not started on the day of the report", **names)
        if status == "expired":
            last = min(registration.end_date, registration.closed_on or registration.end_date)
            return self.env._(
                "Warranty %(registration)s ended on %(date)s", date=format_date(self.env, last), **names
            )
        return ""

    def _decide_coverage(self):
        """Judge all parts of repairs that are still open to judgment."""
        self.move_ids._decide_coverage()

    def _freeze_coverage(self):
        """Judge once more, then fix the judgment: what happens to the warranty later changes nothing. A repair
        whose unit is not known yet stays open until it is."""
        known = self.filtered(
            lambda repair: repair.product_id and (repair.lot_id or repair.tracking == "none")
        )
        ended = known.filtered(
            lambda repair: repair.warranty_registration_id.state not in ("active", "expired")
        )
        self.env.add_to_compute(self._fields["warranty_registration_id"], ended)
        self.env.add_to_compute(self._fields["under_warranty"], known)
        known._recompute_recordset(["warranty_registration_id", "under_warranty"])
        known._decide_coverage()
        known.move_ids._check_old_parts()
        known._write_system({"coverage_frozen_at": fields.Datetime.now()})

    def _write_system(self, vals):
        """Write past the guard, for this addon's own methods only."""
        return super().write(vals)

    def _update_sale_order_line_price(self):
        """Prices follow each part's coverage, not one tick for the whole repair."""
        self.move_ids._apply_coverage_prices()
