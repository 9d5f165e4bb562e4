# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import datetime

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..roles import MANAGER
from .warranty_term import START_EVENTS

SEQUENCE_CODE = "warranty.registration"
COVER_STATUSES = [
    ("none", "No Warranty"),
    ("waiting", "Not Started"),
    ("covered", "Covered"),
    ("expired", "Expired"),
    ("void", "Void"),
    ("unrecognized", "Not Recognized"),
]


class WarrantyRegistration(models.Model):
    """One unit's cover: who was promised what, from when to when, for which unit. Copied from the term in force
    at the sale and frozen; only its state moves, through actions."""

    _name = "warranty.registration"
    _description = "Warranty Registration"
    _inherit = ["mail.thread", "mail.activity.mixin", "portal.mixin"]
    _order = "id desc"
    _check_company_auto = True

    # What nobody may write once the record exists; the second set may be filled in while it is a draft.
    _frozen_fields = frozenset(
        {
            "name",
            "company_id",
            "state",
            "product_id",
            "lot_id",
            "quantity",
            "product_uom_id",
            "partner_id",
            "term_id",
            "start_event",
            "start_date",
            "end_date",
            "sale_date",
            "sale_id",
            "sale_line_id",
            "picking_id",
            "move_id",
            "line_ids",
            "previous_id",
            "closing_reason",
            "closed_on",
            "source",
            "card_deadline",
            "recognized_on",
            "recognition_note",
            "return_card_id",
            "notified_on",
        }
    )
    _draft_fields = frozenset({"partner_id", "start_date"})

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("draft", "Not Started"),
            ("active", "Active"),
            ("expired", "Expired"),
            ("void", "Void"),
            ("transferred", "Transferred"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    product_id = fields.Many2one("product.product", required=True, check_company=True, index=True)
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    product_uom_id = fields.Many2one("uom.uom", string="Unit of Measure")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        check_company=True,
        index=True,
        tracking=True,
        help="The end customer.",
    )
    term_id = fields.Many2one(
        "warranty.term", string="Terms", required=True, check_company=True, index=True, ondelete="restrict"
    )
    start_event = fields.Selection(START_EVENTS, readonly=True)
    sale_date = fields.Date(string="Sold On", readonly=True)
    start_date = fields.Date(string="Cover Starts", tracking=True, index=True)
    end_date = fields.Date(
        string="Covered Until",
        readonly=True,
        index=True,
        help="Last day of the component that is covered longest.",
    )
    sale_id = fields.Many2one(
        "sale.order", string="Sales Order", readonly=True, check_company=True, index="btree_not_null"
    )
    sale_line_id = fields.Many2one("sale.order.line", readonly=True, index="btree_not_null")
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, check_company=True, index="btree_not_null"
    )
    move_id = fields.Many2one(
        "stock.move", string="Stock Move", readonly=True, check_company=True, index="btree_not_null"
    )
    previous_id = fields.Many2one(
        "warranty.registration", string="Follows", readonly=True, copy=False, index="btree_not_null"
    )
    line_ids = fields.One2many(
        "warranty.registration.line", "registration_id", string="Components", readonly=True
    )
    cover_status = fields.Selection(COVER_STATUSES, string="Warranty", compute="_compute_cover_status")
    closing_reason = fields.Char(readonly=True, copy=False, tracking=True)
    closed_on = fields.Date(readonly=True, copy=False)
    repair_ids = fields.One2many("repair.order", "warranty_registration_id", string="Repairs", readonly=True)
    repair_count = fields.Integer(compute="_compute_repair_count", compute_sudo=True)

    _move_lot_uniq = models.UniqueIndex(
        "(move_id, COALESCE(lot_id, 0)) WHERE move_id IS NOT NULL",
        "This delivery of this unit already has its warranty registration.",
    )
    _due_idx = models.Index("(company_id, end_date) WHERE state = 'active'")

    # Compute

    @api.depends("name", "lot_id.name")
    def _compute_display_name(self):
        # Customers cannot read serial numbers, but may know their own.
        for registration in self.sudo():
            serial = f" ({registration.lot_id.name})" if registration.lot_id else ""
            registration.display_name = f"{registration.name}{serial}"

    def _compute_repair_count(self):
        counts = dict(
            self.env["repair.order"]._read_group(
                [("warranty_registration_id", "in", self.ids)], ["warranty_registration_id"], ["__count"]
            )
        )
        for registration in self:
            registration.repair_count = counts.get(registration, 0)

    def _compute_access_url(self):
        super()._compute_access_url()
        for registration in self:
            registration.access_url = f"/my/warranties/{registration.id}"

    @api.depends("state", "start_date", "end_date", "closed_on")
    def _compute_cover_status(self):
        for registration in self:
            registration.cover_status = registration._get_cover_status()

    # Constraints

    @api.constrains("lot_id", "product_id")
    def _check_lot(self):
        for registration in self:
            if registration.lot_id and registration.lot_id.product_id != registration.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(lot)s is a %(actual)s, not a %(product)s.",
                        lot=registration.lot_id.name,
                        actual=registration.lot_id.product_id.display_name,
                        product=registration.product_id.display_name,
                    )
                )

    @api.onchange("product_id", "company_id")
    def _onchange_product_id(self):
        product, company = self.product_id._origin, self.company_id
        today = company._get_law_date()
        terms = self.env["warranty.term"]._find_for_sales([(product, today)], company) if product else {}
        self.term_id = terms.get((product, today))
        self.product_uom_id = self.product_id.uom_id
        if self.lot_id.product_id != self.product_id:
            self.lot_id = False

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A registration made by hand (return card, import): a draft under the terms in force for its product.

        What only a delivery or an action may set is overwritten, whether it comes in the values or as a
        ``default_`` of the context.
        """
        terms = self._find_manual_terms(vals_list)
        prepared = [self._prepare_manual_vals(vals, terms) for vals in vals_list]
        return self._create_frozen(prepared)

    def write(self, vals):
        """Refuses what is frozen; a draft may still be given its customer and first day of cover."""
        touched = self._frozen_fields & vals.keys()
        if touched and not (touched <= self._draft_fields and all(reg.state == "draft" for reg in self)):
            raise UserError(
                self.env._(
                    "Warranty registration %(name)s is frozen: %(fields)s cannot be changed. Use its actions "
                    "(activate, transfer, void) instead.",
                    name=", ".join(self.mapped("name")[:5]),
                    fields=", ".join(
                        sorted(self._fields[name]._description_string(self.env) for name in touched)
                    ),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        kept = self.filtered(lambda registration: registration.state != "draft" or registration.move_id)
        if kept:
            raise UserError(
                self.env._(
                    "Warranty registration %(name)s records what a customer was promised and cannot be deleted. "
                    "Void it instead.",
                    name=kept[0].display_name,
                )
            )

    def copy_data(self, default=None):
        """Refused: a second promise for the same unit would be made by a keystroke."""
        raise UserError(self.env._("A warranty registration cannot be duplicated."))

    # Actions

    def action_view_repairs(self):
        """Open the repairs judged under these registrations."""
        action = self.env["ir.actions.act_window"]._for_xml_id("repair.action_repair_order_tree")
        return dict(action, domain=[("warranty_registration_id", "in", self.ids)], context={"create": False})

    @api.model
    def _get_list_action(self, domain):
        """Window action on the registrations of a domain; straight to the form when there is one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_registration_action"
        )
        action = dict(action, domain=list(Domain(domain)), context={"create": False})
        found = self.search(domain, limit=2)
        if len(found) == 1:
            action.update(views=[(False, "form")], res_id=found.id)
        return action

    # Business

    def _check_group(self, group):
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This needs the role “%(role)s” of After-Sales Service.",
                    role=self.env.ref(group).sudo().name,
                )
            )

    def _pick_for_date(self, date=None):
        """The one of a unit's registrations to judge by on a calendar day (default: today): one in force rather
        than one that was ended, one that had begun rather than a later one, then the latest."""

        def rank(registration):
            day = date or registration.company_id._get_law_date()
            start = registration.start_date
            return (
                registration.state not in ("void", "transferred"),
                bool(start and start <= day),
                start or datetime.date.min,
                registration.id,
            )

        return max(self, key=rank, default=self.browse())

    def _filter_family(self, partner):
        """Those of a customer and of whoever belongs to him, as the operator ``child_of`` finds them."""

        def belongs(holder):
            while holder and holder != partner:
                holder = holder.parent_id
            return bool(holder)

        return self.filtered(lambda registration: belongs(registration.partner_id))

    def _get_cover_status(self, date=None):
        """Whether the unit has cover for anything on a calendar day (default: today), by the dates alone."""
        if not self:
            return "none"
        self.ensure_one()
        day = date or self.company_id._get_law_date()
        if self.state == "void":
            return "void"
        if self.state == "draft" or not self.start_date or day < self.start_date:
            return "waiting"
        last = min(self.end_date, self.closed_on or self.end_date)
        return "covered" if day <= last else "expired"

    @api.model
    def _get_end_date(self, start, months):
        """Last day of cover: the day before the same calendar day ``months`` later (from 15 January, one month:
        14 February). Where that month has no such day, its last day (from 31 January, one month: 28 February).
        """
        same_day = start + relativedelta(months=months)
        return same_day if same_day.day != start.day else same_day - relativedelta(days=1)

    @api.model
    def _find_manual_terms(self, vals_list):
        """Terms in force for what is entered by hand, one search per company: {(product, day, company): term}."""
        sales_by_company = {}
        for vals in vals_list:
            product, date, company = self._get_manual_sale(vals)
            sales_by_company.setdefault(company, set()).add((product, date))
        return {
            (product, date, company): term
            for company, sales in sales_by_company.items()
            for (product, date), term in self.env["warranty.term"]._find_for_sales(sales, company).items()
        }

    @api.model
    def _get_manual_sale(self, vals):
        """What, when, and by which company was sold, according to values entered by hand."""
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        product = self.env["product.product"].browse(vals.get("product_id"))
        if not product and vals.get("lot_id"):
            product = self.env["stock.lot"].browse(vals["lot_id"]).product_id
        if not product:
            raise UserError(self.env._("Choose the product the warranty is registered for."))
        return product, fields.Date.to_date(vals.get("start_date")) or company._get_law_date(), company

    @api.model
    def _prepare_manual_vals(self, vals, terms):
        """Values of a registration entered by hand: number, state and origin are never the caller's to give.

        :param terms: see ``_find_manual_terms``
        """
        product, sale_date, company = self._get_manual_sale(vals)
        in_force = terms.get((product, sale_date, company))
        term = self._get_manual_term(vals.get("term_id"), in_force, product, sale_date)
        allowed = {key: vals[key] for key in vals if key not in self._frozen_fields}
        return {
            **dict.fromkeys(self._frozen_fields - {"line_ids"}, False),
            **allowed,
            "company_id": company.id,
            "state": "draft",
            "product_id": product.id,
            "lot_id": vals.get("lot_id", False),
            "quantity": vals.get("quantity", 1.0),
            "product_uom_id": vals.get("product_uom_id") or product.uom_id.id,
            "partner_id": vals.get("partner_id", False),
            "term_id": term.id,
            "start_event": term.start_event,
            "sale_date": sale_date,
            "start_date": vals.get("start_date", False),
        }

    @api.model
    def _get_manual_term(self, term_id, term, product, date):
        """Term of a registration by hand: the one in force (empty if none is); a manager may choose another."""
        chosen = self.env["warranty.term"].browse(term_id)
        if chosen and chosen != term:
            self._check_group(MANAGER)
            return chosen
        if not term:
            raise UserError(
                self.env._(
                    "No warranty term was in force for %(product)s on %(date)s. Ask an after-sales manager to "
                    "enter one under After-Sales / Configuration / Warranty Terms.",
                    product=product.display_name,
                    date=fields.Date.to_string(date),
                )
            )
        return term

    @api.model
    def _create_frozen(self, vals_list, lines_list=None):
        """Create registrations with their frozen lines from trusted values. Numbers are drawn per company in one
        go; nothing here asks the database once per unit.

        :param vals_list: values without number and lines; state "active" needs a start date
        :param lines_list: per registration, the values of its lines; default: copies of its term's lines
        """
        lines_list = lines_list or [self._prepare_lines_vals(vals) for vals in vals_list]
        self._set_numbers(vals_list)
        for vals, lines in zip(vals_list, lines_list, strict=True):
            if vals["state"] == "active":
                vals["end_date"] = max(line["end_date"] for line in lines)
        registrations = super().create(vals_list)
        # Nobody has the right to create lines: they exist only as the copies made here.
        self.env["warranty.registration.line"].sudo()._create_frozen(
            [
                dict(line, registration_id=registration.id)
                for registration, lines in zip(registrations, lines_list, strict=True)
                for line in lines
            ]
        )
        return registrations

    @api.model
    def _set_numbers(self, vals_list):
        """Fill in ``name`` in each values, by company."""
        by_company = {}
        for vals in vals_list:
            by_company.setdefault(vals["company_id"], []).append(vals)
        for company_id, company_vals in by_company.items():
            company = self.env["res.company"].browse(company_id)
            # Drawing a number needs no access to the configuration of sequences.
            names = (
                self.env["ir.sequence"].sudo()._next_many_by_code(SEQUENCE_CODE, len(company_vals), company)
            )
            for vals, name in zip(company_vals, names, strict=True):
                vals["name"] = name

    @api.model
    def _prepare_lines_vals(self, vals):
        """Frozen copies of the term's lines for one registration's values, with dates if cover has started."""
        # Terms are shared configuration: whoever delivers may not read them, the promise holds all the same.
        lines = self.env["warranty.term"].sudo().browse(vals["term_id"])._prepare_registration_line_vals()
        if vals["state"] == "active":
            for line in lines:
                line["start_date"] = vals["start_date"]
                line["end_date"] = self._get_end_date(vals["start_date"], line["months"])
        return lines

    def _write_frozen(self, vals):
        """Write past the freeze, for this addon's own actions only."""
        return super().write(vals)
