# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .gsp_master_mixin import product_selection
from .gsp_post import ACTS


class GspLicenseRequirement(models.Model):
    """Which license the law asks of whom, for which goods or acts. One of the named types satisfies it.

    All requirements that apply must be satisfied: a requirement added by a store can only tighten.
    """

    _name = "gsp.license.requirement"
    _description = "License Requirement"
    _inherit = ["gsp.master.mixin", "compliance.setup.mixin"]
    _order = "party, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    party = fields.Selection(
        [
            ("own", "Our Company or Store"),
            ("supplier", "Supplier"),
            ("buyer", "Buyer That Is a Company"),
            ("employee", "Employee"),
        ],
        string="Asked Of",
        required=True,
    )
    act = fields.Selection(ACTS, help="For an employee: the act that needs the license.")
    gsp_kind = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_kind"),
        string="Regulated Kind",
    )
    special_class = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_special_class"),
        help="Only for goods of this class. Empty: for all.",
    )
    device_class = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_device_class"),
        help="Only for devices of this class. Empty: for all.",
    )
    type_ids = fields.Many2many("gsp.license.type", string="One Of", required=True)
    check_scope = fields.Boolean(
        string="Scope Must Cover the Product", help="Of those types that name a scope."
    )
    reference = fields.Char(string="Source", translate=True)

    _act_of_employee = models.Constraint(
        "CHECK((party = 'employee') = (act IS NOT NULL))",
        "A requirement on employees names an act, one on companies does not.",
    )

    @api.model
    def _get_for(self, companies, parties):
        """Requirements in force for these companies: the law's, theirs, and their headquarters'."""
        domain = Domain("party", "in", parties) & (
            Domain("company_id", "=", False) | Domain("company_id", "parent_of", companies.ids)
        )
        names = [
            "name",
            "party",
            "gsp_kind",
            "special_class",
            "device_class",
            "company_id",
            "check_scope",
            "reference",
        ]
        return self.search_fetch(domain, names)

    def _applies_to(self, need):
        """Whether this requirement concerns a ``LicenseNeed``."""
        product = need.product
        return (
            self.party == need.party
            and self.gsp_kind in (False, product.gsp_kind)
            and self.special_class in (False, product.gsp_special_class)
            and self.device_class in (False, product.gsp_device_class)
            and (not self.company_id or self.company_id in need.company.sudo().parent_ids)
        )
