# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_date

from ..roles import MANAGER

RECOGNITIONS = [
    ("not_required", "Not Required"),
    ("awaited", "Awaited"),
    ("recognized", "Recognized"),
    ("refused", "Not Recognized"),
]


class WarrantyRegistration(models.Model):
    """What cover hangs on besides the calendar: the return card, the proof of purchase, who installed the unit, and
    whether it was maintained. Also where the unit is: the installed base of a customer's project."""

    _inherit = "warranty.registration"

    source = fields.Selection(
        [
            ("delivery", "Delivery"),
            ("manual", "Entered by Hand"),
            ("card", "Return Card"),
            ("replacement", "Replacement"),
        ],
        readonly=True,
        index=True,
    )
    # Recognition
    card_deadline = fields.Date(
        string="Return Card Until", readonly=True, help="Last day on which the return card is accepted."
    )
    recognized_on = fields.Date(readonly=True)
    recognition_note = fields.Char(string="Reason of Recognition", readonly=True, tracking=True)
    recognition = fields.Selection(RECOGNITIONS, compute="_compute_recognition")
    return_card_id = fields.Many2one(
        "warranty.return.card", readonly=True, copy=False, index="btree_not_null", check_company=True
    )
    # Proof of purchase
    proof_id = fields.Many2one(
        "warranty.proof", string="Proof Shown", tracking=True, index="btree_not_null", ondelete="restrict"
    )
    proof_number = fields.Char(
        string="Document Number",
        tracking=True,
        index="trigram",
        help="Number of an old invoice, receipt, or order.",
    )
    proof_status = fields.Selection(
        [("accepted", "Accepted"), ("missing", "Missing")], string="Proof", compute="_compute_proof_status"
    )
    # Installed base
    customer_project = fields.Char(
        index="trigram", help="The customer's project or site the unit belongs to."
    )
    installed_on = fields.Date(tracking=True)
    install_place = fields.Char(string="Installed At")
    installer_id = fields.Many2one("res.partner", check_company=True, index="btree_not_null", tracking=True)
    professional_installation = fields.Selection(
        [("yes", "Yes"), ("no", "No")], string="Professionally Installed", tracking=True
    )
    unit_properties = fields.Properties(
        "Attributes", definition="product_id.lot_properties_definition", copy=False
    )
    maintenance_ids = fields.One2many("warranty.maintenance", "registration_id")
    meter_reading_count = fields.Integer(related="lot_id.meter_reading_count")
    exchange_end_date = fields.Date(
        string="Exchange or Return Until",
        compute="_compute_exchange_end_date",
        help="Last day on which exchange or return may be claimed.",
    )

    # Compute

    @api.depends("card_deadline", "recognized_on")
    def _compute_recognition(self):
        for registration in self:
            registration.recognition = registration._get_recognition()

    @api.depends("card_deadline", "recognized_on")
    def _compute_cover_status(self):
        return super()._compute_cover_status()

    @api.depends("proof_id", "sale_id", "lot_id", "return_card_id", "line_ids.proof_ids")
    def _compute_proof_status(self):
        for registration in self:
            proofs = registration._get_proofs()
            missing = registration.line_ids.filtered(lambda line: not line._accepts_proofs(proofs))  # noqa: B023
            registration.proof_status = "missing" if missing else "accepted"

    @api.depends("start_date", "term_id.exchange_months")
    def _compute_exchange_end_date(self):
        for registration in self:
            # Terms may belong to nobody's reading rights; the customer's own promise is read from them.
            months = registration.sudo().term_id.exchange_months
            start = registration.start_date
            registration.exchange_end_date = start and months and self._get_end_date(start, months)

    # Constraints

    @api.constrains("installed_on", "sale_date")
    def _check_installed_on(self):
        for registration in self:
            if (
                registration.installed_on
                and registration.installed_on > registration.company_id._get_law_date()
            ):
                raise ValidationError(
                    self.env._(
                        "%s: the unit cannot have been installed in the future. Correct “Installed On”.",
                        registration.display_name,
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A unit that somebody else holds, or that already has its cover, is not registered a second time."""
        self.browse().check_access("create")
        self._check_manual_units(vals_list)
        return super().create(vals_list)

    @api.model
    def _check_manual_units(self, vals_list):
        """Refuse what is registered by hand for a serial number that has an open registration, or without one."""
        lots = self.env["stock.lot"].browse({vals["lot_id"] for vals in vals_list if vals.get("lot_id")})
        # Read at once what is asked of each unit below.
        lots.product_id.fetch(["tracking"])
        held = {
            registration.lot_id: registration
            for registration in self.search(
                [("lot_id", "in", lots.ids), ("state", "in", ("draft", "active"))]
            )
        }
        for vals in vals_list:
            lot = self.env["stock.lot"].browse(vals.get("lot_id"))
            product = self.env["product.product"].browse(vals.get("product_id")) or lot.product_id
            if product.tracking != "serial":
                continue
            if not lot:
                raise UserError(
                    self.env._(
                        "%s is sold by serial number: name the serial number the warranty is registered for.",
                        product.display_name,
                    )
                )
            if lot in held:
                raise self._get_held_error(held[lot])
            lot._check_not_excluded()
            held[lot] = self

    @api.model
    def _get_held_error(self, registration):
        """Error for a second registration of one serial number (empty: twice in the same batch)."""
        if not registration:
            return UserError(self.env._("The same serial number is registered twice at once. Name it once."))
        return UserError(
            self.env._(
                "Serial number %(serial)s was sold to %(customer)s, who holds warranty %(registration)s. "
                "Transfer that warranty instead of registering the unit again.",
                serial=registration.lot_id.name,
                customer=registration.partner_id.display_name or "—",
                registration=registration.name,
            )
        )

    @api.model
    def _prepare_manual_vals(self, vals, terms):
        """A registration entered within the deadline is itself the card; later, a manager must recognize it."""
        prepared = super()._prepare_manual_vals(vals, terms)
        prepared["source"] = "manual"
        self._set_card_deadline(prepared)
        today = self.env["res.company"].browse(prepared["company_id"])._get_law_date()
        if prepared["card_deadline"] and today <= prepared["card_deadline"]:
            prepared["recognized_on"] = today
        return prepared

    @api.model
    def _prepare_delivery_vals(self, unit, term):
        vals = dict(super()._prepare_delivery_vals(unit, term), source="delivery")
        self._set_card_deadline(vals)
        return vals

    @api.model
    def _set_card_deadline(self, vals):
        """Fill in ``card_deadline``: days of the term after the sale, or none."""
        # Read as the rest of the promise is, by whoever delivers.
        days = self.env["warranty.term"].sudo().browse(vals["term_id"]).registration_days
        vals["card_deadline"] = vals["sale_date"] + timedelta(days=days) if days else False

    # Actions

    def action_open_recognize_wizard(self):
        """Ask a manager for the reason to recognize units whose return card did not come in time."""
        self._check_group(MANAGER)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_registration_recognize_action"
        )
        return dict(action, context=dict(self.env.context, active_ids=self.ids))

    def action_view_unit(self):
        """Open the units of these registrations."""
        return self.lot_id._get_records_action()

    def action_view_sale_order(self):
        """Open the sales orders behind these registrations."""
        return self.sale_id._get_records_action()

    def action_view_meter_readings(self):
        """Open the meter readings of these units."""
        return self.lot_id.action_view_meter_readings()

    # Business

    def _recognize(self, reason):
        """Recognize units without, or in spite of, their return card. Manager only, with a reason."""
        self._check_group(MANAGER)
        self.check_access("write")
        self._check_open()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the unit is recognized without a return card in time."))
        for registration in self:
            if registration.recognition not in ("awaited", "refused"):
                raise UserError(
                    self.env._("Warranty registration %s needs no recognition.", registration.name)
                )
        for company, registrations in self.grouped("company_id").items():
            registrations._write_frozen(
                {"recognized_on": company._get_law_date(), "recognition_note": reason.strip()}
            )

    def _get_recognition(self, date=None):
        """Whether the unit is recognized on a calendar day (default: today); see ``RECOGNITIONS``."""
        self.ensure_one()
        if not self.card_deadline:
            return "not_required"
        if self.recognized_on:
            return "recognized"
        day = date or self.company_id._get_law_date()
        return "awaited" if day <= self.card_deadline else "refused"

    def _get_cover_status(self, date=None):
        status = super()._get_cover_status(date)
        if status == "covered" and self._get_recognition(date) == "refused":
            return "unrecognized"
        return status

    def _get_proofs(self):
        """Kinds of proof of purchase at hand: shown by the customer, or known from our own books."""
        self.ensure_one()
        codes = {"none"}
        if self.sale_id:
            codes.add("order")
        if self.lot_id:
            codes.add("serial")
        if self.return_card_id:
            codes.add("card")
        # Only the fact that an invoice was posted is read.
        if any(invoice.state == "posted" for invoice in self.sudo().sale_id.invoice_ids):
            codes.add("invoice")
        return self.proof_id | self.env["warranty.proof"].search([("code", "in", list(codes))])

    def _get_maintenance_refusal(self, day):
        """Why maintenance records do not suffice on a calendar day; empty if they do or none are asked for."""
        self.ensure_one()
        months = self.sudo().term_id.maintenance_interval_months
        if not months or not self.start_date:
            return ""
        previous = self.start_date
        for done_on in sorted({*self._get_maintenance_days(day), day}):
            if done_on > previous + relativedelta(months=months):
                return self.env._(
                    "No record of maintenance by the manual between %(first)s and %(last)s (every %(months)s "
                    "months)",
                    first=format_date(self.env, previous),
                    last=format_date(self.env, done_on),
                    months=months,
                )
            previous = done_on
        return ""

    def _get_maintenance_days(self, day):
        """Days from the start of cover to ``day`` on which the unit was maintained."""
        # Whoever judges cover may not read every record; only the dates count.
        domain = [("done_on", ">=", self.start_date), ("done_on", "<=", day)]
        domain += [("lot_id", "=", self.lot_id.id)] if self.lot_id else [("registration_id", "=", self.id)]
        return self.env["warranty.maintenance"].sudo().search(domain).mapped("done_on")
