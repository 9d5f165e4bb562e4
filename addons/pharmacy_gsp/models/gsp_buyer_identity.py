# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from odoo.addons.compliance_base.evidence import default_fields

from ..identity_number import get_birth_date, is_valid, mask, normalize

NEED_TO_KNOW = "pharmacy_gsp.pharmacy_gsp_group_identity"


class GspBuyerIdentity(models.Model):
    """Person who showed an identity document to buy special drugs (GSP 17301).

    Name and number are read by nobody through the ORM: people see them masked, and in full only by a look that is kept
    (``gsp.identity.look``). Records are made by ``_register_person`` alone and are evidence at once.
    """

    _name = "gsp.buyer.identity"
    _description = "Buyer Identity"
    _inherit = ["compliance.evidence.mixin"]
    _order = "id desc"
    _rec_name = "masked_name"
    _evidence_retention_parameter = "drug.psychotropic2.ledger_retention_years"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("resident", "Resident Identity Card"), ("passport", "Passport"), ("other", "Other Document")],
        string="Identity Document",
        required=True,
        readonly=True,
    )
    name = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    number = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    phone = fields.Char(readonly=True, groups=NO_ACCESS)
    masked_name = fields.Char(string="Buyer", readonly=True)
    masked_number = fields.Char(string="Document Number", readonly=True)
    birth_date = fields.Date(readonly=True, groups=NO_ACCESS)
    age = fields.Integer(compute="_compute_age", aggregator=None)
    sale_record_ids = fields.One2many("gsp.sale.record", "identity_id", string="Sales")
    sale_record_count = fields.Integer(compute="_compute_sale_record_count")
    look_ids = fields.One2many("gsp.identity.look", "identity_id", string="Looks")

    _person_uniq = models.UniqueIndex(
        "(company_id, kind, number) WHERE active", "This document is registered already."
    )

    @api.depends_context("company")
    def _compute_age(self):
        for identity in self:
            # sudo: the age is shown, the day of birth is not
            born = identity.sudo().birth_date
            identity.age = born and relativedelta(identity.company_id._get_law_date(), born).years

    def _compute_sale_record_count(self):
        counts = dict(
            self.env["gsp.sale.record"]._read_group(
                [("identity_id", "in", self.ids)], ["identity_id"], ["__count"]
            )
        )
        for identity in self:
            identity.sale_record_count = counts.get(identity, 0)

    @api.depends("masked_name", "masked_number")
    def _compute_display_name(self):
        for identity in self:
            identity.display_name = f"{identity.masked_name} {identity.masked_number}"

    def write(self, vals):
        if "active" in vals and not self.env.su:
            self._check_need_to_know()
        return super().write(vals)

    def action_view_sales(self):
        """Open what these people bought."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action_special")
        return dict(action, domain=[("identity_id", "in", self.ids)], context={})

    def action_look(self):
        """Ask for the purpose, then show name and number in full; the look is kept."""
        self.ensure_one()
        self.check_access("read")
        self._check_need_to_know()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Show in Full"),
            "res_model": "gsp.identity.look",
            "view_mode": "form",
            "target": "new",
            "context": {"default_identity_id": self.id},
        }

    def _check_need_to_know(self):
        if not self.env.user.has_group(NEED_TO_KNOW):
            raise AccessError(
                self.env._(
                    "Names and numbers of buyers are seen in full only by those who need to know them."
                )
            )

    @api.model
    def _register_person(self, company, kind, name, number, phone=False, birth_date=False):
        """Find the person of this document, or register it. The caller has checked who may sell.

        :param kind: ``resident``, ``passport`` or ``other``; the birth date of a resident is in the number
        :raise ValidationError: if the number is none, or belongs to somebody registered under another name
        """
        number, name = normalize(number), (name or "").strip()
        if not name or not number:
            raise ValidationError(self.env._("Enter the name and the number of the buyer's document."))
        if kind == "resident":
            if not is_valid(number):
                raise ValidationError(
                    self.env._(
                        "%(number)s is no number of an identity card: its check digit, date or length is wrong. "
                        "Compare it with the card.",
                        number=mask(number, 3, 2),
                    )
                )
            birth_date = get_birth_date(number)
        if not birth_date or birth_date > company._get_law_date():
            raise ValidationError(self.env._("Enter the date of birth in the buyer's document."))
        # sudo: name and number are written once, and read by nobody through the ORM
        identities = self.sudo()
        found = identities.search(
            [("company_id", "=", company.id), ("kind", "=", kind), ("number", "=", number)], limit=1
        )
        if found and found.name != name:
            raise ValidationError(
                self.env._(
                    "The document %(number)s is registered under another name. Compare it with the card. If the "
                    "register is wrong, somebody who may see names in full archives the entry; then register anew.",
                    number=found.masked_number,
                )
            )
        if not found:
            found = identities.create(
                {
                    "company_id": company.id,
                    "kind": kind,
                    "name": name,
                    "number": number,
                    "phone": phone,
                    "birth_date": birth_date,
                    "masked_name": mask(name, 1, 0),
                    "masked_number": mask(number, 3, 2),
                }
            )
            found._close_evidence()
        return found.sudo(self.env.su)

    def _get_person(self):
        """What makes entries of several stores the same person, None without an entry."""
        # sudo: compared, not shown
        identity = self.sudo()
        return (identity.kind, identity.number) if identity else None

    def _get_same_person(self):
        """All entries of these people, in whatever company and whether archived or not."""
        # sudo: compared, not shown
        identities = self.sudo().with_context(active_test=False)
        return identities.search([("number", "in", identities.mapped("number"))])

    def _lock_person(self):
        """Make another sale to the same people at this moment fail and start again, so that it counts this one.

        Two transactions do not see each other's sales; but both write this row, and the second one's write fails.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "UPDATE gsp_buyer_identity SET active = active WHERE (kind, number) IN"
                    " (SELECT kind, number FROM gsp_buyer_identity WHERE id = ANY(%s))",
                    list(self.ids),
                )
            )

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"active"})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self:
            raise UserError(
                self.env._("Registered buyers are kept; their term ends by disposal of evidence.")
            )
