# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.tools.misc import clean_context

from ..roles import RECEPTION

# A call whose window ended this many days ago is not put on the list any more.
STALE_DAYS = 7
CRON_BATCH = 500
NIGHTLY_TRIGGERS = ("sale_delivery", "invoice")


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """Something a customer is called about."""

    source: Any
    date: date
    partner: Any
    products: Any = None
    amount: float = 0.0
    user: Any = None
    in_warranty: bool = False
    accident: bool = False
    place: str = ""
    second_tier: bool = False
    period: str = ""
    links: dict = field(default_factory=dict)


class ServiceCallbackRule(models.Model):
    """From what happened to the list of calls: found, filtered, dated and planned for many events at once."""

    _inherit = "service.callback.rule"

    # Doors

    @api.model
    def _cron_generate(self):
        """Nightly: call-backs of all events that have none yet; running twice changes nothing."""
        for company in self.env["res.company"].search([]):
            for rule in self.search([("company_id", "in", [company.id, False])]):
                rule._generate(company)
                self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _trigger(self, triggers, records):
        """Make the call-backs of these records at once: what a hook calls.

        :param triggers: names of triggers
        :param records: records of the trigger's own model; of any number of companies
        """
        if not records:
            return
        # Whoever delivers, invoices or repairs has no right on call-backs: rules make them, not users.
        env = self.env(su=True, context=clean_context(self.env.context))
        rules = env["service.callback.rule"].browse(
            rule for trigger in triggers for rule in self._get_prompt_rule_ids(trigger)
        )
        if not rules:
            return
        for company, sources in records.sudo().grouped("company_id").items():
            own = rules.filtered(lambda rule, company=company: rule.company_id in (company, company.browse()))
            for together in own.grouped("trigger").values():
                together._generate(company, sources)

    @api.model
    @tools.ormcache("trigger")
    def _get_prompt_rule_ids(self, trigger):
        """Ids of the rules that make their calls at once. Deliveries and invoices are many and their calls are days
        away: they wait for the night, unless the customer is called on the same or the next day."""
        rules = self.sudo().search([("trigger", "=", trigger)])
        if trigger in NIGHTLY_TRIGGERS:
            rules = rules.filtered(lambda rule: rule.offset_unit != "month" and rule.offset_from <= 1)
        return tuple(rules.ids)

    def _generate(self, company, sources=None):
        """Make the missing call-backs of these rules, all of one trigger, in one company.

        :param sources: only of these records; otherwise of everything whose call would not be stale yet
        :return: the new call-backs
        """
        finder = getattr(self, f"_find_{self[:1].trigger}_events")
        events = finder(company, sources)
        pairs = self._drop_known([(rule, event) for rule in self for event in events if rule._matches(event)])
        vals_list = [rule._prepare_callback_vals(event, company) for rule, event in pairs]
        if sources is None:
            vals_list = [vals for vals in vals_list if not self._is_stale(vals, company)]
        callbacks = self.env["service.callback"].sudo()
        for start in range(0, len(vals_list), CRON_BATCH):
            callbacks |= callbacks._create_planned(vals_list[start : start + CRON_BATCH], company)
        return callbacks

    def _drop_known(self, pairs):
        """Of pairs of rule and event, those without a call-back yet."""
        if not pairs:
            return []
        keys = {self._get_source_key(event.source) for _rule, event in pairs}
        known = {
            (callback.rule_id, callback.source_key, callback.period or "")
            for callback in self.env["service.callback"]
            .sudo()
            .search_fetch(
                [("rule_id", "in", self.ids), ("source_key", "in", list(keys))],
                ["rule_id", "source_key", "period"],
            )
        }
        return [
            (rule, event)
            for rule, event in pairs
            if (rule, self._get_source_key(event.source), event.period) not in known
        ]

    @api.model
    def _get_source_key(self, source):
        return f"{source._name},{source.id}"

    def _is_stale(self, vals, company):
        return vals["date_to"] < company._get_law_date() - timedelta(days=STALE_DAYS)

    # Filters

    def _matches(self, event):
        """Whether the rule calls about an event."""
        if not event.partner or (self.warranty and (self.warranty == "in") != event.in_warranty):
            return False
        if self.trigger == "callback" and event.source.rule_id != self.after_rule_id:
            return False
        if self.outlet and (self.outlet == "second_tier") != event.second_tier:
            return False
        if self.place and event.place != self.place:
            return False
        if self.categ_ids and not self._has_category(event.products):
            return False
        return self._is_special(event) and self._is_sampled(event)

    def _has_category(self, products):
        paths = tuple(self.categ_ids.mapped("parent_path"))
        return any(
            path.startswith(paths)
            for path in (products or self.env["product.product"]).categ_id.mapped("parent_path")
        )

    def _is_special(self, event):
        """Large amount, major accident, VIP: one of those asked for is enough; all events if none is."""
        asked = [
            (bool(self.min_amount), event.amount >= self.min_amount),
            (self.only_accident, event.accident),
            (
                self.only_vip,
                event.partner.commercial_partner_id.is_service_vip or event.partner.is_service_vip,
            ),
        ]
        return not any(wanted for wanted, _met in asked) or any(wanted and met for wanted, met in asked)

    def _is_sampled(self, event):
        """Whether an event belongs to the sample. Decided by its identity: asked again, the answer is the same."""
        if self.sample_all_in_warranty and event.in_warranty:
            return True
        text = f"{self.code}|{self._get_source_key(event.source)}|{event.period}"
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        return number % 10000 < self.sample_share * 100

    # Dates

    def _get_window(self, day, company):
        """First and last day of the call for an event of a calendar day."""
        if self.offset_unit == "month":
            first, last = (
                day + relativedelta(months=offset) for offset in (self.offset_from, self.offset_to)
            )
        else:
            shift = 1 if company.callback_event_is_day_one else 0
            offsets = [max(offset - shift, 0) for offset in (self.offset_from, self.offset_to)]
            if self.offset_unit == "day":
                first, last = (day + timedelta(days=offset) for offset in offsets)
            else:
                first, last = (company._add_working_days(day, offset) for offset in offsets)
        return first, last + timedelta(days=self.grace_days)

    def _get_first_event_day(self, company):
        """Day before which an event's call would be stale under all of these rules."""
        today = company._get_law_date()
        units = {"day": {"days": 1}, "working_day": {"days": 3}, "month": {"months": 1}}
        return min(
            today
            - relativedelta(days=rule.grace_days + STALE_DAYS + 1)
            - relativedelta(
                **{unit: number * rule.offset_to for unit, number in units[rule.offset_unit].items()}
            )
            for rule in self
        )

    def _prepare_callback_vals(self, event, company):
        """Values of the call-back about an event."""
        if self.trigger == "periodic":
            first, last = self._get_period_bounds(event.date)
        else:
            first, last = self._get_window(event.date, company)
        return {
            "rule_id": self.id,
            "company_id": company.id,
            "partner_id": event.partner.id,
            "user_id": self._get_caller(event).id,
            "source_key": self._get_source_key(event.source),
            "period": event.period,
            "date_event": event.date,
            "date_from": first,
            "date_to": last,
            "in_warranty": event.in_warranty,
            **event.links,
        }

    def _get_caller(self, event):
        """The rule's caller, else whoever looks after the customer if he is one of those who may call."""
        if self.user_id or not event.user:
            return self.user_id
        group_id = self.group_id.id or self.env["ir.model.data"]._xmlid_to_res_id(
            RECEPTION, raise_if_not_found=True
        )
        return event.user if event.user.active and group_id in event.user._get_group_ids() else self.user_id

    # Periods

    def _get_period_bounds(self, day):
        """First and last day of the calendar period of a day."""
        if self.period == "week":
            first = day - timedelta(days=day.weekday())
            return first, first + timedelta(days=6)
        months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.period]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        return first, first + relativedelta(months=months, days=-1)

    # Events: one method per trigger, each with a constant number of queries

    def _find_sale_delivery_events(self, company, sources):
        """Sale orders on the day their first goods reached the customer. Sources: transfers."""
        domain = [
            ("state", "=", "done"),
            ("picking_type_code", "in", ("outgoing", "dropship")),
            ("sale_id", "!=", False),
            ("company_id", "=", company.id),
        ]
        if sources is not None:
            domain.append(("id", "in", sources.ids))
        else:
            start, _end = company._get_law_day_bounds(self._get_first_event_day(company))
            domain.append(("date_done", ">=", start))
        rows = self.env["stock.picking"].sudo()._read_group(domain, ["sale_id"], ["date_done:min"])
        orders = self.env["sale.order"].concat(*(order for order, _moment in rows))
        covered = self._get_covered_sales(orders)
        return [
            CallbackEvent(
                source=order,
                date=company._get_law_date(moment),
                partner=order.partner_id,
                products=order.order_line.product_id,
                amount=order.currency_id._convert(
                    order.amount_total, company.currency_id, company, moment.date()
                ),
                user=order.user_id,
                in_warranty=order.id in covered,
                second_tier=order.team_id.is_second_tier,
                links={"sale_id": order.id},
            )
            for order, moment in rows
        ]

    def _get_covered_sales(self, orders):
        """Ids of the orders whose goods are under a running warranty."""
        domain = [("sale_id", "in", orders.ids), ("state", "in", ("draft", "active"))]
        return {
            order.id for (order,) in self.env["warranty.registration"].sudo()._read_group(domain, ["sale_id"])
        }

    def _find_invoice_events(self, company, sources):
        """Customer invoices on their date."""
        domain = [
            ("state", "=", "posted"),
            ("move_type", "=", "out_invoice"),
            ("company_id", "=", company.id),
        ]
        if sources is not None:
            domain.append(("id", "in", sources.ids))
        else:
            domain.append(("invoice_date", ">=", self._get_first_event_day(company)))
        invoices = self.env["account.move"].sudo().search(domain)
        covered = self._get_covered_sales(invoices.invoice_line_ids.sale_line_ids.order_id)
        return [
            CallbackEvent(
                source=invoice,
                date=invoice.invoice_date,
                partner=invoice.partner_id,
                products=invoice.invoice_line_ids.product_id,
                amount=abs(invoice.amount_total_signed),
                user=invoice.invoice_user_id,
                in_warranty=bool(covered & set(invoice.invoice_line_ids.sale_line_ids.order_id.ids)),
                second_tier=any(
                    invoice.invoice_line_ids.sale_line_ids.order_id.team_id.mapped("is_second_tier")
                ),
                links={
                    "invoice_id": invoice.id,
                    "sale_id": invoice.invoice_line_ids.sale_line_ids.order_id[:1].id,
                },
            )
            for invoice in invoices
        ]

    def _find_repair_done_events(self, company, sources):
        return self._find_repair_events("ready", company, sources)

    def _find_repair_delivery_events(self, company, sources):
        return self._find_repair_events("delivered", company, sources)

    def _find_repair_moments(self, stage, company, sources):
        """Repairs and the moment they last came into a stage: list of (``repair.order``, datetime)."""
        reached = ("ready", "settled", "delivered") if stage == "ready" else ("delivered",)
        domain = [
            ("stage", "=", stage),
            ("repair_id.company_id", "=", company.id),
            ("repair_id.service_stage", "in", reached),
        ]
        if sources is not None:
            domain.append(("repair_id", "in", sources.ids))
        else:
            start, _end = company._get_law_day_bounds(self._get_first_event_day(company))
            domain.append(("entered_on", ">=", start))
        return self.env["repair.stage.log"].sudo()._read_group(domain, ["repair_id"], ["entered_on:max"])

    def _find_repair_events(self, stage, company, sources):
        """Repairs on the day they last came into a stage and did not leave it backwards."""
        if sources is not None and set(sources.mapped("service_stage")) == {stage}:
            # They have come into it just now: no need to ask the log.
            rows = [(repair, repair.service_stage_since) for repair in sources]
        else:
            rows = self._find_repair_moments(stage, company, sources)
        return [
            CallbackEvent(
                source=repair,
                date=company._get_law_date(moment),
                partner=repair.partner_id,
                products=repair.product_id,
                amount=repair.sale_order_id.amount_total,
                user=repair.create_uid,
                in_warranty=repair.under_warranty,
                accident=repair.is_major_accident,
                place="outside" if repair.service_mode in ("on_site", "remote") else "workshop",
                links={
                    "repair_id": repair.id,
                    "product_id": repair.product_id.id,
                    "lot_id": repair.lot_id.id,
                    "technician_id": repair.user_id.id,
                },
            )
            for repair, moment in rows
        ]

    def _find_installation_events(self, company, sources):
        """Units whose cover began with their installation slip, on that day."""
        domain = [
            ("start_event", "=", "installation"),
            ("state", "=", "active"),
            ("company_id", "=", company.id),
            ("previous_id", "=", False),
        ]
        if sources is not None:
            domain.append(("id", "in", sources.ids))
        else:
            domain.append(("start_date", ">=", self._get_first_event_day(company)))
        registrations = self.env["warranty.registration"].sudo().search(domain)
        return [
            CallbackEvent(
                source=registration,
                date=registration.start_date,
                partner=registration.partner_id,
                products=registration.product_id,
                user=registration.sale_id.user_id,
                in_warranty=True,
                links={
                    "registration_id": registration.id,
                    "sale_id": registration.sale_id.id,
                    "product_id": registration.product_id.id,
                    "lot_id": registration.lot_id.id,
                },
            )
            for registration in registrations
        ]

    def _find_callback_events(self, company, sources):
        """Call-backs of another rule on the day they were made."""
        domain = [
            ("rule_id", "in", self.after_rule_id.ids),
            ("state", "=", "done"),
            ("company_id", "=", company.id),
        ]
        if sources is not None:
            domain.append(("id", "in", sources.ids))
        else:
            start, _end = company._get_law_day_bounds(self._get_first_event_day(company))
            domain.append(("done_on", ">=", start))
        names = (
            "sale_id",
            "repair_id",
            "registration_id",
            "invoice_id",
            "product_id",
            "lot_id",
            "technician_id",
        )
        return [
            CallbackEvent(
                source=callback,
                date=company._get_law_date(callback.done_on),
                partner=callback.partner_id,
                products=callback.product_id,
                user=callback.user_id,
                in_warranty=callback.in_warranty,
                links={name: callback[name].id for name in names},
            )
            for callback in self.env["service.callback"].sudo().search(domain)
        ]

    def _find_periodic_events(self, company, sources):
        """Customers of the rule's grade, once in the running period."""
        today = company._get_law_date()
        first, _last = self._get_period_bounds(today)
        domain = [("company_id", "in", [company.id, False]), ("service_grade", "!=", False)]
        if self.grade:
            domain.append(("service_grade", "=", self.grade))
        if sources is not None:
            domain.append(("id", "in", sources.ids))
        return [
            CallbackEvent(
                source=partner,
                date=today,
                partner=partner,
                user=partner.user_id,
                period=fields.Date.to_string(first),
            )
            for partner in self.env["res.partner"].sudo().search(domain)
        ]
