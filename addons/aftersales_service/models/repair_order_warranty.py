# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date

METER_FIELDS = frozenset({"meter_reading", "meter_unit", "lot_id", "report_date"})
OPENED_CODE = "OPENED"


class RepairOrder(models.Model):
    """What the workshop finds that ends cover, and what the unit's meter showed."""

    _inherit = "repair.order"

    opened_before = fields.Selection(
        [
            ("no", "Not opened"),
            ("authorized", "Opened by an authorized workshop"),
            ("unauthorized", "Opened by the user or an unauthorized workshop"),
        ],
        copy=False,
        tracking=True,
        help="Whether the component was opened before: checked on every repair under warranty.",
    )
    term_exclusion_ids = fields.Many2many(related="warranty_registration_id.term_id.exclusion_ids")
    warranty_exclusion_id = fields.Many2one(
        "warranty.exclusion",
        string="Exclusion",
        copy=False,
        tracking=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('id', 'in', term_exclusion_ids)]",
        help="Reason, among those the terms name, for which the warranty does not pay.",
    )
    exclusion_note = fields.Char(string="Finding", copy=False, tracking=True)
    after_warranty_note = fields.Char(
        string="Price after the Warranty", compute="_compute_after_warranty_note"
    )
    responsible_note = fields.Char(string="Who Answers", compute="_compute_responsible_note")

    # Compute

    @api.depends("warranty_registration_id", "under_warranty")
    def _compute_after_warranty_note(self):
        for repair in self:
            term = repair.warranty_registration_id.sudo().term_id
            parts = []
            if term and not repair.under_warranty:
                parts.append(
                    dict(term._fields["after_price_rule"]._description_selection(self.env))[
                        term.after_price_rule
                    ]
                )
                if term._is_labor_free_afterwards():
                    parts.append(self.env._("no labor is charged"))
                if term.payment_before_work:
                    parts.append(self.env._("paid before goods are shipped or somebody is sent"))
            repair.after_warranty_note = "; ".join(parts) or False

    @api.depends("warranty_registration_id")
    def _compute_responsible_note(self):
        for repair in self:
            lines = repair.warranty_registration_id.line_ids.filtered("responsible_partner_id")
            repair.responsible_note = (
                "; ".join(
                    " ".join(
                        filter(
                            None,
                            (
                                f"{line.component_id.name}:",
                                line.responsible_partner_id.display_name,
                                line.contact,
                            ),
                        )
                    )
                    for line in lines
                )
                or False
            )

    # Constraints

    @api.constrains("warranty_exclusion_id", "warranty_registration_id")
    def _check_exclusion(self):
        """Cover is refused for a reason the customer was told, or not at all."""
        for repair in self.filtered("warranty_exclusion_id"):
            term = repair.warranty_registration_id.sudo().term_id
            if term and repair.warranty_exclusion_id not in term.exclusion_ids:
                raise ValidationError(
                    self.env._(
                        "%(repair)s: warranty term “%(term)s” does not name “%(exclusion)s” as a reason to refuse "
                        "cover. Choose one of its exclusions.",
                        repair=repair.name,
                        term=term.display_name,
                        exclusion=repair.warranty_exclusion_id.name,
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        repairs = super().create(vals_list)
        repairs.filtered("meter_reading")._record_meter_readings()
        return repairs

    def write(self, vals):
        result = super().write(vals)
        if METER_FIELDS & vals.keys():
            self._record_meter_readings()
        return result

    # Business

    def _record_meter_readings(self):
        """Keep what the meters showed when the faults were reported; a later word on a repair replaces the first."""
        read = self.filtered(lambda repair: repair.lot_id and repair.meter_reading and repair.meter_unit)
        # A reading is taken by whoever receives the unit; recording it is part of that.
        Reading = self.env["warranty.meter.reading"].sudo()
        known = {
            reading.repair_id: reading
            for reading in (Reading.search([("repair_id", "in", read.ids)]) if read else ())
        }
        new = []
        for repair in read:
            vals = repair._prepare_meter_reading_vals()
            if reading := known.get(repair.sudo()):
                reading._supersede(vals)
            else:
                new.append(dict(vals, source="repair", repair_id=repair.id))
        Reading.create(new)

    def _prepare_meter_reading_vals(self):
        return {
            "lot_id": self.lot_id.id,
            "company_id": self.company_id.id,
            "value": self.meter_reading,
            "meter_unit": self.meter_unit,
            "read_on": self._get_report_day(),
        }

    def _get_meter_reading(self, unit):
        """Warranty counts the use in total: what earlier meters had counted is added."""
        reading = super()._get_meter_reading(unit)
        if reading is None or not self.lot_id:
            return reading
        lot = self.lot_id._origin
        return reading + self.env["warranty.meter.reading"]._get_offset(lot, unit, self._get_report_day())

    def _get_cover_refusal(self, registration, day):
        """Also: no return card in time, an exclusion found, cover lost earlier, maintenance not shown."""
        return (
            super()._get_cover_refusal(registration, day)
            or self._get_unit_refusal()
            or self._get_recognition_refusal(registration, day)
            or self._get_exclusion_refusal(registration)
            or self._get_lost_refusal(registration)
            or registration._get_maintenance_refusal(day)
        )

    def _get_unit_refusal(self):
        exclusion = self.lot_id.warranty_exclusion_id
        return exclusion and self.env._("The unit has no warranty: %s", exclusion.name)

    def _get_recognition_refusal(self, registration, day):
        if registration._get_recognition(day) != "refused":
            return ""
        return self.env._(
            "Warranty %(registration)s is not recognized: no return card by %(date)s",
            registration=registration.name,
            date=format_date(self.env, registration.card_deadline),
        )

    def _get_exclusion_refusal(self, registration):
        """What was found on this repair that the terms exclude."""
        exclusion = self._get_exclusion(registration)
        if not exclusion:
            return ""
        note = f" ({self.exclusion_note})" if self.exclusion_note else ""
        return self.env._("Excluded by the terms: %(exclusion)s%(note)s", exclusion=exclusion.name, note=note)

    def _get_exclusion(self, registration):
        """Exclusion that holds against this repair: the one found, or opening by a stranger if the terms name it."""
        if self.warranty_exclusion_id:
            return self.warranty_exclusion_id
        if self.opened_before != "unauthorized":
            return self.env["warranty.exclusion"]
        return registration.sudo().term_id.exclusion_ids.filtered(
            lambda exclusion: exclusion.code == OPENED_CODE
        )

    def _get_lost_refusal(self, registration):
        """Whether an earlier repair found what ends cover for good."""
        if "end" not in registration.sudo().term_id._get_consequences():
            return ""
        # What another workshop of the company found counts, whoever judges now.
        earlier = self.sudo().search(
            [
                ("warranty_registration_id", "=", registration.id),
                ("id", "!=", self._origin.id),
                ("coverage_frozen_at", "!=", False),
                ("state", "!=", "cancel"),
                "|",
                ("warranty_exclusion_id.consequence", "=", "end"),
                ("opened_before", "=", "unauthorized"),
            ],
            order="coverage_frozen_at",
        )
        for repair in earlier:
            exclusion = repair._get_exclusion(registration)
            if exclusion.consequence == "end":
                return self.env._(
                    "Cover ended with %(repair)s: %(exclusion)s", repair=repair.name, exclusion=exclusion.name
                )
        return ""

    def _is_labor_free_afterwards(self):
        """Whether cover has ended and the terms promise that no labor is charged then; not if an exclusion holds."""
        self.ensure_one()
        registration = self.warranty_registration_id
        if not registration or self._get_exclusion(registration):
            return False
        ended = registration._get_cover_status(self._get_report_day()) == "expired"
        return ended and registration.sudo().term_id._is_labor_free_afterwards()

    def _get_customer_pricing(self):
        """What a part costs the customer when the warranty does not pay: (rule, discount in percent).

        At our cost where the exclusion found says so; by the terms once cover has ended; else the list price.
        """
        registration = self.warranty_registration_id
        if registration and self._get_exclusion(registration).consequence == "cost":
            return "cost", 0.0
        if registration and registration._get_cover_status(self._get_report_day()) == "expired":
            return registration.sudo().term_id._get_after_pricing()
        return "list", 0.0
