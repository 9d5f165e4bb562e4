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
PARTIES = [
    ("customer", "Customer"),
    ("supplier", "Supplier"),
    ("carrier", "Carrier"),
    ("installer", "Installer"),
    ("station", "Service Station"),
    ("ourselves", "Ourselves"),
]
COVERAGE_FIELDS = frozenset(
    {
        "cost_bearer",
        "cost_bearer_partner_id",
        "coverage",
        "coverage_granted_by_id",
        "coverage_reason",
        "coverage_refused_share",
        "coverage_share",
        "list_price_unit",
        "warranty_registration_line_id",
    }
)
# What a line can be covered by: a campaign is recognized, never granted by hand.
LINE_COVERAGES = [*COVERAGES, ("campaign", "Campaign")]
# Technical price of a quotation line whose price follows from cover or from a labor rate. It equals no price, so the
# platform takes the price as set by hand and does not recompute it when the quantity changes.
FOLLOWING_PRICE = -1.0


class RepairCoverageMixin(models.AbstractModel):
    """A line of a repair that somebody pays for: a part or labor. Who pays, how much and why is decided from the
    unit's warranty on the day the fault was reported; a manager can decide otherwise.

    A model that inherits this has ``repair_id``, refuses ``COVERAGE_FIELDS`` in ``create`` and ``write`` with
    ``_check_coverage_vals()``, and offers ``_write_coverage()``, which writes past that refusal.
    """

    _name = "repair.coverage.mixin"
    _description = "Line of a Repair that Somebody Pays for"

    # Which share of a warranty component covers the line.
    _coverage_share_field = "parts_share"

    coverage = fields.Selection(
        LINE_COVERAGES,
        readonly=True,
        copy=False,
        help="Who pays: decided from the unit's warranty on the day the fault was reported, and frozen "
        "when the repair is confirmed.",
    )
    coverage_reason = fields.Char(readonly=True, copy=False)
    coverage_share = fields.Float(
        string="Covered (%)",
        readonly=True,
        copy=False,
        digits=(5, 2),
        help="Share of the price the customer is not charged.",
    )
    coverage_refused_share = fields.Float(
        string="Refused (%)",
        readonly=True,
        copy=False,
        digits=(5, 2),
        help="Share of the warranty refused because the customer is responsible for the fault.",
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
    cost_bearer = fields.Selection(
        PARTIES,
        readonly=True,
        copy=False,
        help="Who bears what the customer is not charged; the customer himself where nothing is covered.",
    )
    cost_bearer_partner_id = fields.Many2one(
        "res.partner", string="Borne By", readonly=True, copy=False, index="btree_not_null"
    )
    list_price_unit = fields.Float(
        string="List Price",
        readonly=True,
        copy=False,
        digits="Product Price",
        help="Price of one unit without any cover, as it was when the line was judged.",
    )
    coverage_currency_id = fields.Many2one("res.currency", compute="_compute_coverage_currency_id")
    list_amount = fields.Monetary(
        compute="_compute_coverage_amounts", currency_field="coverage_currency_id", string="Amount"
    )
    customer_amount = fields.Monetary(
        compute="_compute_coverage_amounts", currency_field="coverage_currency_id", string="Customer Pays"
    )
    bearer_amount = fields.Monetary(
        compute="_compute_coverage_amounts",
        currency_field="coverage_currency_id",
        string="Others Pay",
        help="What the cost bearer pays instead of the customer.",
    )

    def _compute_coverage_currency_id(self):
        # A compute of its own: the moves of every delivery would pay for a currency that hung on their state.
        for line, sudo_line in zip(self, self.sudo(), strict=True):
            repair = sudo_line.repair_id
            line.coverage_currency_id = (
                repair.sale_order_id.currency_id
                or repair.company_id.currency_id
                or self.env.company.currency_id
            )

    @api.depends("coverage_share", "list_price_unit")
    def _compute_coverage_amounts(self):
        # Superuser mode: what a technician's line costs the customer is no secret to him, the quotation is.
        for line, sudo_line in zip(self, self.sudo(), strict=True):
            currency = line.coverage_currency_id
            quantity = sudo_line._get_charged_quantity()
            customer = currency.round(quantity * sudo_line._get_customer_price())
            line.customer_amount = customer
            line.list_amount = max(currency.round(quantity * sudo_line._get_list_price()), customer)
            line.bearer_amount = line.list_amount - customer

    def _invalidate_amounts(self):
        """Forget amounts that were read before the quotation changed: they do not depend on it field by field, so that
        sales that are no repair pay nothing for them."""
        names = ["coverage_currency_id", "list_amount", "customer_amount", "bearer_amount"]
        self.invalidate_recordset(names, flush=False)
        self.repair_id._invalidate_estimate()

    # What a line is; to be overridden

    def _is_coverage_open(self):
        """Whether who pays for the line can still be judged."""
        raise NotImplementedError

    def _match_component(self, components):
        """The ``warranty.registration.line`` among ``components`` (of one registration) that the line belongs to."""
        raise NotImplementedError

    def _get_charged_quantity(self):
        """Quantity that somebody pays for; 0 if nobody does."""
        raise NotImplementedError

    def _find_cover_bearer(self):
        """Whom the warranty of this line is recovered from, as ``(bearer, res.partner)``."""
        return "ourselves", self.env["res.partner"]

    def _find_campaign(self):
        """The ``warranty.campaign`` that makes the line free, whatever the warranty says; empty if there is none."""
        return self.env["warranty.campaign"]

    def _coverage_decided(self):
        """What follows from a decision: prices, places."""

    def _get_list_price(self):
        return self.list_price_unit

    def _get_customer_price(self):
        """What the customer pays for one unit: what the quotation says, else what the cover leaves."""
        sale_line = self.sale_line_id
        if sale_line:
            return sale_line.price_unit * (1 - sale_line.discount / 100)
        return self._get_list_price() * (1 - self.coverage_share / 100)

    # Guard

    def _check_coverage_vals(self, vals):
        touched = COVERAGE_FIELDS & vals.keys()
        if any(vals[name] for name in touched) or (touched and self):
            raise UserError(
                self.env._(
                    "Coverage is decided from the unit's warranty. A manager can grant goodwill with the button "
                    "“Grant Coverage” on the repair."
                )
            )

    # Decision

    def _decide_coverage(self):
        """Decide who pays, for the lines no manager has decided about, and let price and place follow."""
        lines = self.filtered(lambda line: line._is_coverage_open())
        decisions = {}
        for line in lines.filtered(lambda line: not line.coverage_granted_by_id):
            key = tuple(line._get_coverage_decision().items())
            decisions[key] = decisions.get(key, self.browse()) | line
        for decision, alike in decisions.items():
            alike._write_coverage(dict(decision))
        lines._coverage_decided()

    def _get_coverage_decision(self):
        """Coverage of one line at the repair's report date: values of the coverage fields."""
        self.ensure_one()
        if campaign := self._find_campaign():
            return self._prepare_campaign(campaign)
        repair = self.repair_id
        registration = repair.warranty_registration_id
        day = repair._get_report_day()
        component = self._match_component(registration.line_ids)
        refusal = repair._get_cover_refusal(registration, day) or self._get_part_refusal(component, day)
        if refusal:
            return self._prepare_coverage("billable", refusal, line=component)
        return self._prepare_warranty(component)

    def _prepare_campaign(self, campaign):
        """Values of a line that a campaign makes free: its supplier bears it, else we do."""
        return self._prepare_coverage("campaign", campaign.display_name, share=100.0) | {
            "cost_bearer": "supplier" if campaign.supplier_id else "ourselves",
            "cost_bearer_partner_id": campaign.supplier_id.id,
        }

    def _prepare_warranty(self, component):
        """Values of a line that its component covers, less the share the customer is responsible for."""
        refused, reasons = self.repair_id._get_refused_cover()
        share = component[self._coverage_share_field] * (100 - refused) / 100
        if not share:
            return self._prepare_coverage("billable", reasons, line=component) | {
                "coverage_refused_share": refused
            }
        reason = self.repair_id._get_cover_reason(component)
        if refused:
            reason = self.env._("%(reason)s. Refused: %(refused)s", reason=reason, refused=reasons)
        return self._prepare_coverage("warranty", reason, share=share, line=component) | {
            "coverage_refused_share": refused
        }

    def _judge_responsibility_anew(self):
        """Apply who is responsible for the fault to lines whose cover is frozen already: only the share it refuses
        changes, whatever became of the warranty since."""
        lines = self.filtered(
            lambda line: (
                line._is_coverage_open()
                and not line.coverage_granted_by_id
                and (line.coverage == "warranty" or line.coverage_refused_share)
            )
        )
        for line in lines:
            line._write_coverage(line._prepare_warranty(line.warranty_registration_line_id))
        lines._coverage_decided()

    def _get_part_refusal(self, line, day):
        """Why a unit under cover does not cover this part or labor; empty if it does.

        :param line: ``warranty.registration.line`` the part or labor belongs to; may be empty
        """
        if not line:
            return self.env._("No component of the warranty covers this part")
        if day > line.end_date:
            return self.env._(
                "%(component)s was covered until %(date)s",
                component=line.component_id.name,
                date=format_date(self.env, line.end_date),
            )
        if not line[self._coverage_share_field]:
            return self._get_share_refusal(line)
        return (line.meter_limit and self._get_meter_refusal(line)) or line._get_condition_refusal()

    def _get_share_refusal(self, line):
        return self.env._("%s: parts are not covered", line.component_id.name)

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

    def _prepare_coverage(self, coverage, reason, share=0.0, line=None):
        bearer, partner = "customer", self.env["res.partner"]
        if coverage == "warranty":
            bearer, partner = self.repair_id._get_responsible_party() or self._find_cover_bearer()
        return {
            "coverage": coverage,
            "coverage_reason": reason,
            "coverage_share": share,
            "coverage_refused_share": 0.0,
            "warranty_registration_line_id": line.id if line else False,
            "cost_bearer": bearer,
            "cost_bearer_partner_id": partner.id,
        }

    def _grant_coverage(self, coverage, reason, share=None, bearer=None, partner=None):
        """A manager's own decision about these lines (checked and signed by the caller), instead of the automatic
        one.

        :param share: percentage the customer is not charged; everything by default, nothing if billable
        :param bearer: who bears that share; ourselves by default
        """
        billable = coverage == "billable"
        if share is None:
            share = 100.0
        self._write_coverage(
            {
                "coverage": coverage,
                "coverage_reason": reason,
                "coverage_share": 0.0 if billable else share,
                "coverage_refused_share": 0.0,
                "coverage_granted_by_id": self.env.uid,
                "cost_bearer": "customer" if billable else bearer or "ourselves",
                "cost_bearer_partner_id": partner.id if partner and not billable else False,
            }
        )
        self._coverage_decided()

    # Prices

    def _get_cover_price_vals(self, sale_line):
        """Values that give a quotation line the price the cover leaves to the customer, or None to leave the price
        as the platform makes it."""
        if not self.coverage_share:
            return None
        price = sale_line.currency_id.round(self._get_list_price() * (1 - self.coverage_share / 100))
        return {"price_unit": price, "technical_price_unit": FOLLOWING_PRICE}

    @api.model
    def _get_open_price(self, price, share):
        """List price that leaves ``price`` to the customer when ``share`` percent are covered."""
        return price / (1 - share / 100)
