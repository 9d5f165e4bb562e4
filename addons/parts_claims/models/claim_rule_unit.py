# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.aftersales_service.models.stock_lot_file import VIN


class ClaimRule(models.Model):
    """Criteria about the unit: who it is, whether it was sold, what its meter shows, whether its warranty runs."""

    _inherit = "claim.rule"

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "meter_falls": self.env._("The meter showed %(reading)s, and %(before)s already on %(day)s."),
            "meter_jump": self.env._(
                "The meter rose by %(rise)s in %(days)s days: more than %(most)s a day."
            ),
            "no_period": self.env._("No warranty period is known for %(part)s in %(unit)s."),
            "no_sale": self.env._("There is no record that %(unit)s was sold."),
            "out_of_cover": self.env._(
                "No part of %(origin)s was under warranty when the fault was reported."
            ),
            "repeated": self.env._("%(unit)s was claimed for in %(count)s repairs within %(days)s days."),
            "unit_model": self.env._(
                "Serial number %(unit)s belongs to %(right)s, and the repair names %(wrong)s."
            ),
            "vin": self.env._("The VIN of %(unit)s is missing or does not fit: %(vin)s."),
        }

    def _match_vin(self, lines):
        """Vehicles without VIN, and VINs whose form or check digit is wrong."""
        matched = {}
        for line in lines:
            unit = line.unit_lot_id
            missing = not unit.vin and line.unit_product_id.categ_id.has_license_plate
            wrong = unit.vin and (not VIN.fullmatch(unit.vin) or unit.vin_warning)
            if missing or wrong:
                matched[line] = {"unit": line._get_audit_unit_name(), "vin": unit.vin or "–"}
        return matched

    def _match_no_sale(self, lines):
        """Units that nobody registered as sold; a product without serial numbers cannot be looked up."""
        matched = {}
        for line in lines.filtered("unit_product_id"):
            unit = line.unit_lot_id
            sold = unit.warranty_registration_ids.filtered(
                lambda registration, line=line: (
                    registration.company_id == line.company_id and registration.state != "draft"
                )
            )
            if not sold and (unit or line.unit_product_id.tracking == "serial"):
                matched[line] = {"unit": line._get_audit_unit_name()}
        return matched

    def _match_unit_model(self, lines):
        return {
            line: {
                "unit": line.unit_lot_id.name,
                "right": line.unit_lot_id.product_id.display_name,
                "wrong": line.unit_product_id.display_name,
            }
            for line in lines
            if line.unit_lot_id and line.unit_lot_id.product_id != line.unit_product_id
        }

    def _match_meter_falls(self, lines):
        """The reading before showed more, and no change of the meter explains it."""
        matched = {}
        for line, before in self._get_readings_before(lines).items():
            value, _unit = line._get_audit_meter()
            if before and before.value > value:
                matched[line] = {
                    "reading": f"{value:g}",
                    "before": f"{before.value:g}",
                    "day": before.read_on,
                }
        return matched

    def _match_meter_jump(self, lines):
        """More use a day since the reading before, or since the warranty began, than anybody makes."""
        matched = {}
        for line, before in self._get_readings_before(lines).items():
            value, _unit = line._get_audit_meter()
            start = before.read_on or line.warranty_registration_line_id.start_date
            if not start:
                continue
            days = max((line._get_audit_report_day() - start).days, 1)
            rise = value - before.value
            if rise > self.meter * days:
                matched[line] = {"rise": f"{rise:g}", "days": days, "most": f"{self.meter:g}"}
        return matched

    @api.model
    def _get_readings_before(self, lines):
        """Last meter reading of the unit before the report: dict line with a reading -> reading, may be empty."""
        read = lines.filtered(lambda line: line.unit_lot_id and line._get_audit_meter())
        if not read:
            return {}
        readings = self.env["warranty.meter.reading"].search(
            Domain("lot_id", "in", read.unit_lot_id.ids), order="read_on, id"
        )
        by_unit = readings.grouped(lambda reading: (reading.lot_id, reading.meter_unit))
        result = {}
        for line in read:
            _value, meter_unit = line._get_audit_meter()
            day, repair = line._get_audit_report_day(), line.repair_id
            earlier = by_unit.get((line.unit_lot_id, meter_unit), readings.browse()).filtered(
                lambda reading, day=day, repair=repair: (
                    reading.read_on <= day and not (repair and reading.repair_id == repair)
                )
            )
            result[line] = earlier[-1:]
        return result

    def _match_no_period(self, lines):
        """Warranty work whose warranty says neither how long it lasts nor when it ends."""
        matched = {}
        for line in lines:
            cover = line.warranty_registration_line_id
            if line._is_audited_as_warranty() and not (cover.months or cover.end_date):
                matched[line] = {
                    "part": line.product_id.display_name,
                    "unit": line._get_audit_unit_name(),
                }
        return matched

    def _match_out_of_cover(self, lines):
        """Every part of the repair was out of warranty on the day of the report, whoever pays for it."""
        parts = self._find_claimed(
            lines, Domain("kind", "in", ("part", "goodwill")) & lines._get_audit_document_domain()
        ).filtered(lambda part: part.kind == "part" or part.move_id)
        by_document = parts.grouped(lambda part: part._get_audit_document())
        matched = {}
        for line in lines.filtered(lambda line: line.origin_kind != "campaign"):
            family = by_document.get(line._get_audit_document())
            if family and all(part._is_out_of_cover() for part in family):
                matched[line] = {"origin": line._get_origin_name()}
        return matched

    def _match_repeated(self, lines):
        """The unit was repaired at others' cost more often than the limit, this time included."""
        known = lines.filtered("unit_lot_id")
        claimed = self._find_claimed(known, Domain("unit_lot_id", "in", known.unit_lot_id.ids))
        by_unit = claimed.grouped("unit_lot_id")
        matched = {}
        for line in known:
            around = (by_unit.get(line.unit_lot_id, claimed.browse()) | line).filtered(
                lambda other, line=line: 0 <= (line.repair_date - other.repair_date).days <= self.days
            )
            count = len({other._get_audit_document() for other in around})
            if count > self.most_count:
                matched[line] = {"unit": line.unit_lot_id.name, "count": count, "days": self.days}
        return matched
