# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..roles import MANAGER, RECEPTION
from .warranty_registration_lifecycle import OPEN_STATES

# What decides about a card is written by its actions alone.
SYSTEM_FIELDS = frozenset(
    {
        "name",
        "state",
        "deadline",
        "refusal_reason",
        "override_reason",
        "decided_on",
        "decided_by_id",
        "registration_id",
    }
)


class WarrantyReturnCard(models.Model):
    """The card a dealer or customer sends back after the sale: who bought which unit, when, proven by what. In time,
    it starts or recognizes the unit's cover; late, the unit is not recognized unless a manager says so."""

    _name = "warranty.return.card"
    _description = "Return Card"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "New"), ("accepted", "Accepted"), ("refused", "Not Recognized")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    dealer_id = fields.Many2one(
        "res.partner",
        string="Sent By",
        check_company=True,
        index="btree_not_null",
        help="The dealer who sold it.",
    )
    serial = fields.Char(
        string="Serial Number", required=True, index="trigram", help="As written on the card."
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Unit", compute="_compute_lot_id", store=True, index="btree_not_null"
    )
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        index=True,
        help="Needed if several products have this serial number.",
    )
    sale_date = fields.Date(string="Sold On", required=True)
    received_on = fields.Date(
        required=True, default=lambda self: self.env.company._get_law_date(), help="Day the card reached us."
    )
    deadline = fields.Date(string="Accepted Until", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", check_company=True, index="btree_not_null")
    customer_name = fields.Char(help="As written on the card; a contact is made of it if none is chosen.")
    customer_phone = fields.Char()
    customer_email = fields.Char()
    customer_address = fields.Char()
    proof_id = fields.Many2one("warranty.proof", string="Proof of Purchase", ondelete="restrict")
    proof_number = fields.Char(string="Document Number")
    installed_on = fields.Date()
    installer_id = fields.Many2one("res.partner", check_company=True)
    professional_installation = fields.Selection(
        [("yes", "Yes"), ("no", "No")], string="Professionally Installed"
    )
    refusal_reason = fields.Char(readonly=True, copy=False)
    override_reason = fields.Char(readonly=True, copy=False, tracking=True)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    registration_id = fields.Many2one("warranty.registration", string="Warranty", readonly=True, copy=False)

    _dates = models.Constraint(
        "CHECK(received_on >= sale_date)", "A return card cannot arrive before the unit was sold."
    )

    # Compute

    @api.depends("serial", "product_id", "company_id")
    def _compute_lot_id(self):
        serials = [card.serial for card in self if card.serial]
        # A card is matched with the unit it names, whoever enters it.
        lots = self.env["stock.lot"].sudo().search([("name", "in", serials)])
        for card in self:
            found = lots.filtered(
                lambda lot: (
                    lot.name == card.serial  # noqa: B023
                    and card.product_id in (lot.product_id, self.env["product.product"])  # noqa: B023
                    and lot.company_id in (card.company_id, self.env["res.company"])  # noqa: B023
                )
            )
            card.lot_id = found.sudo(False) if len(found) == 1 else False

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A card is new until it is decided on, whatever the caller says."""
        for vals in vals_list:
            vals.update(dict.fromkeys(SYSTEM_FIELDS - {"name"}, False), state="draft")
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            # Drawing a number needs no access to the configuration of sequences.
            vals["name"] = self.env["ir.sequence"].sudo().with_company(company).next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        """Refuses to write a decision, or to change what was decided on."""
        if SYSTEM_FIELDS & vals.keys():
            raise UserError(self.env._("A return card is decided on with its buttons only."))
        content = (
            vals.keys() - set(self.env["mail.thread"]._fields) - set(self.env["mail.activity.mixin"]._fields)
        )
        decided = self.filtered(lambda card: card.state != "draft") if content else self.browse()
        if decided:
            raise UserError(
                self.env._("Return card %s is decided. Enter a new card instead.", decided[0].name)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_new(self):
        for card in self:
            if card.state != "draft":
                raise UserError(self.env._("Return card %s is decided and is kept.", card.name))

    # Actions

    def action_submit(self):
        """Decide on new cards: in time and proven, the unit is recognized; else the card is refused with its reason."""
        self._check_role(RECEPTION)
        for card in self:
            card._check_new()
            # Numbers of other companies' terms stay out: the term is that of the card's own company.
            term = card._get_term()
            card._write_system({"deadline": card._get_deadline(term)})
            if reason := card._get_refusal(term):
                card._decide({"state": "refused", "refusal_reason": reason})
            else:
                card._accept()
        return True

    def action_open_override_wizard(self):
        """Ask a manager why a refused card is recognized all the same."""
        self._check_role(MANAGER)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_registration_recognize_action"
        )
        return dict(action, context={"default_card_ids": self.ids})

    def action_view_registration(self):
        """Open the warranty a card started or recognized."""
        self.ensure_one()
        return self.registration_id._get_records_action()

    # Business

    def _check_role(self, group):
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This needs the role “%(role)s” of After-Sales Service.",
                    role=self.env.ref(group).sudo().name,
                )
            )
        self.check_access("write")

    def _override(self, reason):
        """Recognize refused cards with a reason. Manager only."""
        self._check_role(MANAGER)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the unit is recognized without a return card in time."))
        for card in self:
            if card.state != "refused":
                raise UserError(self.env._("Return card %s was not refused.", card.name))
            card._write_system({"override_reason": reason.strip()})
            card._accept()

    def _check_new(self):
        """Refuse what is no decision but a mistake on the card."""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("Return card %s is already decided.", self.name))
        today = self.company_id._get_law_date()
        if self.sale_date > today or self.received_on > today:
            raise UserError(
                self.env._("Return card %s: neither the sale nor the card can be in the future.", self.name)
            )
        if not self.lot_id:
            raise UserError(
                self.env._(
                    "Return card %(card)s: there is no %(product)s with serial number %(serial)s. Compare it with "
                    "the plate of the unit, and choose the product if several have this number.",
                    card=self.name,
                    product=self.product_id.display_name or self.env._("unit"),
                    serial=self.serial,
                )
            )
        self.lot_id._check_not_excluded()
        if not self.partner_id and not self.customer_name:
            raise UserError(self.env._("Return card %s: name the customer.", self.name))

    def _get_current(self):
        """The unit's open registration; empty if it has none."""
        registrations = self.env["warranty.registration"].search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", OPEN_STATES),
            ]
        )
        return registrations._pick_for_date(self.sale_date)

    def _get_term(self):
        """Term the card is judged by: that of the unit's registration, else the one in force at the sale."""
        product = self.lot_id.product_id
        current = self._get_current()
        if current:
            return current.term_id
        sales = [(product, self.sale_date)]
        found = self.env["warranty.term"]._find_for_sales(sales, self.company_id)
        return self.env["warranty.registration"]._get_manual_term(
            None, found.get(sales[0]), product, self.sale_date
        )

    def _get_deadline(self, term):
        days = term.registration_days
        return self.sale_date + timedelta(days=days) if days else False

    def _get_refusal(self, term):
        """Why the terms do not recognize the unit by this card; empty if they do."""
        if self.deadline and self.received_on > self.deadline:
            return self.env._(
                "The card arrived on %(received)s, after %(deadline)s: it is due within %(days)s days of the sale",
                received=format_date(self.env, self.received_on),
                deadline=format_date(self.env, self.deadline),
                days=term.registration_days,
            )
        proofs = self.proof_id | self.env["warranty.proof"].search(
            [("code", "in", ("card", "serial", "none"))]
        )
        if not term._accepts_proofs(proofs):
            return self.env._("No accepted proof of purchase: %s", ", ".join(term.proof_ids.mapped("name")))
        return ""

    def _accept(self):
        """Start or recognize the unit's cover for the customer on the card."""
        self.ensure_one()
        current = self._get_current()
        holder = current.partner_id.commercial_partner_id
        customer = self.partner_id or self._create_customer()
        if (
            current
            and holder
            and holder
            not in (
                self.dealer_id.commercial_partner_id,
                customer.commercial_partner_id,
            )
        ):
            raise self.env["warranty.registration"]._get_held_error(current)
        registration = self._get_registration_for(current, customer)
        registration._write_frozen(self._prepare_recognition_vals())
        registration.write(self._prepare_unit_vals())
        if registration.state == "draft":
            registration._start(self.sale_date)
        self._decide({"state": "accepted", "registration_id": registration.id})

    def _create_customer(self):
        """Contact made of what the card says about the buyer."""
        # Reception may enter cards without being an editor of contacts.
        customer = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": self.customer_name,
                    "phone": self.customer_phone,
                    "email": self.customer_email,
                    "street": self.customer_address,
                    "company_id": self.company_id.id,
                }
            )
        )
        super().write({"partner_id": customer.id})
        return customer.sudo(False)

    def _get_registration_for(self, current, customer):
        """The registration the card speaks of: the unit's own, passed on to the customer, or a new one."""
        Registration = self.env["warranty.registration"]
        if not current:
            return Registration.create(
                {
                    "company_id": self.company_id.id,
                    "product_id": self.lot_id.product_id.id,
                    "lot_id": self.lot_id.id,
                    "partner_id": customer.id,
                    "start_date": self.sale_date,
                }
            )
        if current.state == "draft":
            current._write_frozen({"partner_id": customer.id})
        elif current.partner_id.commercial_partner_id != customer.commercial_partner_id:
            return current._transfer(customer, self.env._("Sold on, return card %s", self.name))
        return current

    def _prepare_recognition_vals(self):
        return {
            "source": "card",
            "return_card_id": self.id,
            "card_deadline": self.deadline,
            "recognized_on": self.received_on,
            "recognition_note": self.override_reason,
        }

    def _prepare_unit_vals(self):
        """What the card says about proof and installation, as far as it says it."""
        names = ("proof_id", "proof_number", "installed_on", "installer_id", "professional_installation")
        return {name: self._fields[name].convert_to_write(self[name], self) for name in names if self[name]}

    def _decide(self, vals):
        self._write_system(dict(vals, decided_on=fields.Datetime.now(), decided_by_id=self.env.uid))

    def _write_system(self, vals):
        """Write past the guard, for this model's own actions only."""
        return super().write(vals)

    @api.model
    def _get_portal_domain(self, partner):
        """Cards a portal user's own company sent."""
        return Domain("dealer_id", "child_of", partner.commercial_partner_id.ids)
