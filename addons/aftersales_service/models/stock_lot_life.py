# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass
from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date, formatLang

MOST_EVENTS = 500


@dataclass(frozen=True)
class LifeSource:
    """Where one kind of event in a unit's life comes from.

    :param str kind: what the screen calls and filters it by
    :param str model: the model of the records
    :param domain: the records of the unit
    :param str moment: the Date or Datetime field that says when
    :param str describe: name of the method of stock.lot that turns records into texts, see ``_describe_life_…``
    :param str label: name of the kind for the user
    """

    kind: str
    model: str
    domain: Domain
    moment: str
    describe: str
    label: str


class StockLot(models.Model):
    """The whole life of a unit, newest first: read from what happened, kept nowhere twice."""

    _inherit = "stock.lot"

    # Actions

    def get_life_events(self, limit=50, offset=0):
        """The events of one unit the user may see, newest first, for the unit's page.

        Each source is read with the user's own rights: a technician sees no invoices.

        :param int limit: at most 500
        :param int offset: how many newer events to leave out
        :return: list of dicts: key, kind, label, date (text), title, lines (texts), model, id
        """
        self.ensure_one()
        self.check_access("read")
        return self._get_life_events(min(max(int(limit), 0), MOST_EVENTS), max(int(offset), 0))

    # Business

    def _get_life_events(self, limit, offset=0):
        """As ``get_life_events``, without checks. The number of queries does not grow with the events."""
        self.ensure_one()
        moments = []
        for rank, source in enumerate(self._get_life_sources()):
            records = self._search_life(source, limit + offset)
            moments += [
                (
                    self._get_life_moment(record[source.moment]),
                    -rank,
                    record.id,
                    source,
                    record[source.moment],
                )
                for record in records
            ]
        moments.sort(key=lambda event: event[:3], reverse=True)
        page = moments[offset : offset + limit]
        described = {}
        for source in {event[3].kind: event[3] for event in page}.values():
            ids = [event[2] for event in page if event[3].kind == source.kind]
            records = self.env[source.model].browse(ids)
            described[source.kind] = getattr(self, source.describe)(records)
        return [
            {
                "key": f"{source.kind},{record_id}",
                "kind": source.kind,
                "label": source.label,
                "date": format_date(self.env, value),
                "model": source.model,
                "id": record_id,
                **described[source.kind][record_id],
                "lines": [text for text in described[source.kind][record_id]["lines"] if text],
            }
            for _moment, _rank, record_id, source, value in page
        ]

    def _get_life_moment(self, value):
        """(day, moment) to sort by: the day is the user's, as it is shown; a mere date counts as the day's end."""
        if isinstance(value, datetime):
            return fields.Datetime.context_timestamp(self, value).date(), value
        return value, datetime.max

    def _search_life(self, source, limit):
        """The newest records of a source the user may see; none if the model is closed to him."""
        model = self.env[source.model]
        if not model.has_access("read"):
            return model
        domain = source.domain & Domain(source.moment, "!=", False)
        return model.search_fetch(
            domain, [source.moment], limit=limit, order=f"{source.moment} desc, id desc"
        )

    def _get_life_sources(self):
        """All kinds of events. Addons that keep something else of a unit add theirs."""
        lot = Domain("lot_id", "=", self.id)
        sold = Domain("order_line.move_ids.move_line_ids.lot_id", "=", self.id)
        moved = lot & Domain("state", "=", "done") & Domain("move_id.picking_id", "!=", False)
        invoiced = Domain("line_ids.sale_line_ids.move_ids.move_line_ids.lot_id", "=", self.id)
        invoiced |= Domain("line_ids.sale_line_ids.order_id.repair_order_ids.lot_id", "=", self.id)
        sources = [
            ("sale", "sale.order", sold & Domain("state", "=", "sale"), "date_order", self.env._("Sale")),
            ("transfer", "stock.move.line", moved, "date", self.env._("Transfer")),
            (
                "invoice",
                "account.move",
                invoiced & Domain("state", "=", "posted"),
                "invoice_date",
                self.env._("Invoice"),
            ),
            ("warranty", "warranty.registration", lot, "sale_date", self.env._("Warranty")),
            ("meter", "warranty.meter.reading", lot, "read_on", self.env._("Meter")),
            ("campaign", "warranty.campaign.line", lot, "create_date", self.env._("Campaign")),
            ("ticket", "helpdesk.ticket", lot, "create_date", self.env._("Ticket")),
            ("repair", "repair.order", lot, "report_date", self.env._("Repair")),
            ("callback", "service.callback", lot, "done_on", self.env._("Call-Back")),
            ("file", "service.file", lot & Domain("state", "=", "filed"), "filed_on", self.env._("Papers")),
        ]
        return [
            LifeSource(kind, model, domain, moment, f"_describe_life_{kind}", label)
            for kind, model, domain, moment, label in sources
        ]

    # What an event says: {record id: {"title": text, "lines": [text, …]}}

    @api.model
    def _get_labels(self, records, name):
        """{value: text} of a selection field."""
        return dict(records._fields[name]._description_selection(self.env))

    def _describe_life_sale(self, orders):
        return {
            order.id: {
                "title": order.name,
                "lines": [
                    order.partner_id.display_name,
                    formatLang(self.env, order.amount_total, currency_obj=order.currency_id),
                ],
            }
            for order in orders
        }

    def _describe_life_transfer(self, move_lines):
        titles = {
            ("customer", True): self.env._("Delivered to the customer"),
            ("customer", False): self.env._("Returned by the customer"),
            ("supplier", True): self.env._("Returned to the supplier"),
            ("supplier", False): self.env._("Received from the supplier"),
        }
        described = {}
        for line in move_lines:
            to, origin = line.location_dest_id.usage, line.location_id.usage
            picking = line.move_id.picking_id
            title = titles.get((to, True)) or titles.get((origin, False))
            described[line.id] = {
                "title": title or self.env._("Moved"),
                "lines": [
                    picking.name,
                    picking.partner_id.display_name,
                    f"{line.location_id.display_name} → {line.location_dest_id.display_name}"
                    if not title
                    else "",
                ],
                "model": "stock.picking",
                "id": picking.id,
            }
        return described

    def _describe_life_invoice(self, invoices):
        kinds = self._get_labels(invoices, "move_type")
        states = self._get_labels(invoices, "payment_state")
        return {
            invoice.id: {
                "title": invoice.name,
                "lines": [
                    kinds[invoice.move_type],
                    formatLang(
                        self.env, invoice.amount_total_signed, currency_obj=invoice.company_currency_id
                    ),
                    states.get(invoice.payment_state, ""),
                ],
            }
            for invoice in invoices
        }

    def _describe_life_warranty(self, registrations):
        states = self._get_labels(registrations, "state")
        described = {}
        for registration in registrations:
            start, end = (
                format_date(self.env, day) for day in (registration.start_date, registration.end_date)
            )
            described[registration.id] = {
                "title": registration.name,
                "lines": [
                    states[registration.state],
                    f"{start} – {end}" if registration.end_date else "",
                    registration.partner_id.display_name or "",
                    registration.closing_reason or "",
                ],
            }
        return described

    def _describe_life_meter(self, readings):
        units = self._get_labels(readings, "meter_unit")
        kinds = self._get_labels(readings, "kind")
        return {
            reading.id: {
                "title": f"{reading.value:g} {units[reading.meter_unit]}",
                "lines": [kinds[reading.kind] if reading.kind != "reading" else "", reading.reason or ""],
            }
            for reading in readings
        }

    def _describe_life_campaign(self, lines):
        states = self._get_labels(lines, "state")
        return {
            line.id: {
                "title": line.campaign_id.display_name,
                "lines": [states[line.state], line.note or ""],
                "model": "warranty.campaign",
                "id": line.campaign_id.id,
            }
            for line in lines
        }

    def _describe_life_callback(self, callbacks):
        satisfied = self._get_labels(callbacks, "satisfied")
        return {
            callback.id: {
                "title": callback.display_name,
                "lines": [
                    callback.rule_id.display_name,
                    self.env._("Satisfied: %s", satisfied[callback.satisfied]) if callback.satisfied else "",
                ],
            }
            for callback in callbacks
        }

    def _describe_life_ticket(self, tickets):
        kinds = self._get_labels(tickets, "kind")
        return {
            ticket.id: {
                "title": f"{ticket.number} {ticket.name}",
                "lines": [kinds[ticket.kind], ticket.stage_id.name or ""],
            }
            for ticket in tickets
        }

    def _describe_life_repair(self, repairs):
        stages = self._get_labels(repairs, "service_stage")
        meters = self._get_labels(repairs, "meter_unit")
        kinds = self._get_labels(repairs.move_ids, "repair_line_type")
        described = {}
        for repair in repairs:
            parts = [
                f"{kinds[move.repair_line_type]} {move.product_id.display_name} × {move.product_uom_qty:g}"
                for move in repair.move_ids
                if move.state != "cancel"
            ]
            faults = [
                fault.display_name
                for fault in (repair.symptom_id, repair.cause_id, repair.remedy_id)
                if fault
            ]
            described[repair.id] = {
                "title": f"{repair.name} · {stages[repair.service_stage]}",
                "lines": [
                    "; ".join(repair.request_ids.mapped("name")),
                    f"{repair.meter_reading:g} {meters.get(repair.meter_unit, '')}"
                    if repair.meter_reading
                    else "",
                    " → ".join(faults),
                    ", ".join(parts),
                    self.env._("Repeat of %s", repair.repeat_of_id.name) if repair.repeat_of_id else "",
                ],
            }
        return described

    def _describe_life_file(self, files):
        kinds = self._get_labels(files, "kind")
        return {file.id: {"title": file.name, "lines": [kinds[file.kind]]} for file in files}
