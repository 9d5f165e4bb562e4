# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time

from odoo import api, fields, models, tools
from odoo.fields import Command

from .parts_claim_line_price import Price


class PartsClaimLine(models.Model):
    """What we accepted from a station is claimed from the supplier: two versions of one cost, each naming the other.

    The supplier's agreement decides by its own terms; more than we accepted is not claimed.
    """

    _inherit = "parts.claim.line"

    inbound_line_id = fields.Many2one(
        "parts.claim.line",
        string="Station's Line",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="The line of a service station that this cost comes from.",
    )
    passed_count = fields.Integer(string="Claimed From Suppliers", compute="_compute_passed_count")
    passed_line_ids = fields.One2many("parts.claim.line", "inbound_line_id", string="Lines to Suppliers")

    @api.depends("passed_line_ids")
    def _compute_passed_count(self):
        for line in self:
            line.passed_count = len(line.passed_line_ids)

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"inbound_line_id"}

    def action_view_passed(self):
        """Open the lines with which these costs are claimed from suppliers."""
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.parts_claim_line_action")
        return action | {"domain": [("inbound_line_id", "in", self.ids)], "context": {}}

    def action_view_source(self):
        """Open the station's line a cost comes from."""
        self.ensure_one()
        if self.inbound_line_id:
            view = self.env.ref("parts_claims.parts_claim_line_view_form_station")
            return self.inbound_line_id._get_records_action(views=[(view.id, "form")])
        return super().action_view_source()

    def _get_source_record(self):
        return self.inbound_line_id or super()._get_source_record()

    def _pass_on(self):
        """Make what was accepted claimable from the suppliers; called by the system only.

        :return: the new lines
        """
        accepted = self.filtered(lambda line: line.direction == "inbound" and line.amount_agreed)
        return self._collect_records(accepted)

    def _prepare_claim_source(self):
        """See ``parts.claim.line._get_source()``."""
        self.ensure_one()
        return {
            "kind": self.kind,
            "origin_kind": "station",
            "product": self.product_id,
            "subject": self._get_station_subject(),
            "quantity": self.quantity,
            "uom": self.uom_id,
            "when": datetime.combine(self.repair_date, time(4)),
            "repair": self.env["repair.order"],
            "move": self.env["stock.move"],
        }

    def _get_claim_parties(self):
        """See ``parts.claim.line._get_parties()``: the supplier of the part that failed."""
        return [(self.env["res.partner"], 100.0)]

    @api.model
    def _is_station_cost(self, record):
        return record._name == self._name

    @api.model
    def _is_priced(self, source, agreement):
        """The price of a part is found on the supplier's terms, whoever put the part in."""
        if self._is_station_cost(source.record):
            return source.kind == "part" and agreement._get_cover("part").method != "fixed"
        return super()._is_priced(source, agreement)

    @api.model
    def _get_basis(self, source, agreement, rule, cover, price, date):
        """What is no part costs us what the station got for it, unless the supplier pays its own rate."""
        line = source.record
        if not self._is_station_cost(line) or source.kind == "part" or cover.method == "fixed":
            return super()._get_basis(source, agreement, rule, cover, price, date)
        if cover.method == "hourly":
            return "agreed_rate", Price(cover.amount, agreement.currency_id, date, agreement.name)
        return "actual_cost", Price(
            line.amount_agreed, line.currency_id, line.repair_date, line.claim_id.name
        )

    @api.model
    def _prepare_hours_vals(self, source, agreement, cover):
        line = source.record
        if not self._is_station_cost(line) or source.kind == "part":
            return super()._prepare_hours_vals(source, agreement, cover)
        if cover.method != "hourly":
            return {"quantity": 1.0}
        agreed = agreement._get_flat_rate_hours(line.operation_id)
        return {"quantity": agreed or line.allowed_quantity or line.quantity, "flat_rate": bool(agreed)}

    @api.model
    def _get_uncovered_reason(self, source, agreement, cover):
        """The supplier's own period and meter limit count from our registration of the unit."""
        reason = super()._get_uncovered_reason(source, agreement, cover)
        line = source.record
        if reason or not self._is_station_cost(line):
            return reason
        return agreement._get_station_period_refusal(
            line._get_unit_registration(), line.report_date, line.meter_reading
        )

    @api.model
    def _apply_caps(self, terms, ignored):
        """Never more than we accepted: the smaller of both covers counts. Limits hold for each repair of a station."""
        groups = {}
        for source, vals in terms.items():
            line = source.record
            repair = (line.unit_lot_id, line.station_document) if self._is_station_cost(line) else None
            groups.setdefault(repair, {})[source] = vals
        result = None
        for repair, some in groups.items():
            result = super()._apply_caps(some, ignored)
            for source, vals in some.items() if repair else ():
                if vals["amount_claimed"]:
                    agreement = self.env["claim.agreement"].browse(vals["agreement_id"])
                    self._limit_to_accepted(source, agreement, vals)
        return result

    @api.model
    def _limit_to_accepted(self, source, agreement, vals):
        line, currency = source.record, agreement.currency_id
        accepted = line.currency_id._convert(line.amount_agreed, currency, source.company, line.repair_date)
        if currency.compare_amounts(vals["amount_claimed"], accepted) > 0:
            vals |= self._prepare_cap_vals(source, agreement, vals, accepted, accepted)

    @api.model
    def _prepare_vals(self, source):
        """Unit, proof and description are those of the station's line."""
        vals = super()._prepare_vals(source)
        line = source.record
        if not self._is_station_cost(line):
            return vals
        return vals | {
            "attachment_ids": [Command.set(line.attachment_ids.ids)],
            "meter_reading": line.meter_reading,
            "name": line.name,
            "operation_id": line.operation_id.id,
            "report_date": line.report_date,
            "symptom": line.symptom,
            "unit_lot_id": line.unit_lot_id.id,
            "unit_product_id": line.unit_product_id.id,
        }
