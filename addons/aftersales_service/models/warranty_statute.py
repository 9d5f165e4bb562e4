# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain


class WarrantyStatute(models.Model):
    """A law (or our own promise beyond it) that gives the holder of a unit remedies, whatever the warranty says."""

    _name = "warranty.statute"
    _description = "Warranty Statute"
    _inherit = ["mail.thread", "compliance.setup.mixin"]
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("car", "Family Cars"),
            ("goods", "Other Durable Goods"),
            ("consumer", "All Consumer Goods"),
            ("contract", "Own Promise"),
        ],
        string="Kind of Goods",
        required=True,
        default="goods",
    )
    reference = fields.Char(translate=True, help="How the statute is quoted, e.g. with its number and year.")
    is_general = fields.Boolean(
        string="Holds for All Goods",
        help="Holds without being set on a product or category, beside the statute that is.",
    )
    consumers_only = fields.Boolean(
        default=True, help="Gives rights to people who buy for themselves, not to companies."
    )
    valid_from = fields.Date(help="First day of a sale that falls under the statute.")
    valid_to = fields.Date(help="Last day of a sale that falls under the statute.")
    active = fields.Boolean(default=True)
    rule_ids = fields.One2many("warranty.statute.rule", "statute_id", string="Rules")
    exemption_ids = fields.One2many("warranty.statute.exemption", "statute_id", string="Exemptions")
    categ_ids = fields.One2many("product.category", "statute_id", string="Product Categories", readonly=True)
    product_tmpl_ids = fields.One2many("product.template", "statute_id", string="Products", readonly=True)
    answer_parameter_id = fields.Many2one(
        "compliance.parameter",
        string="Days to Answer",
        ondelete="restrict",
        help="From the customer's request to the company's answer.",
    )
    completion_parameter_id = fields.Many2one(
        "compliance.parameter",
        string="Days to Complete",
        ondelete="restrict",
        help="Until the remedy has been carried out.",
    )
    completion_from = fields.Selection(
        [("request", "Customer's Request"), ("return", "Goods Returned")],
        string="Completion Counts From",
        required=True,
        default="request",
    )
    refund_method = fields.Selection(
        [
            ("none", "No Deduction"),
            ("meter", "Price × Distance × Coefficient"),
            ("daily", "Price × Rate per Day"),
        ],
        string="Deduction for Use",
        required=True,
        default="none",
    )
    rate_parameter_id = fields.Many2one(
        "compliance.parameter",
        string="Highest Rate",
        ondelete="restrict",
        help="Highest coefficient, or highest rate per day, in percent of the price.",
    )
    rate_unit_parameter_id = fields.Many2one(
        "compliance.parameter",
        string="Distance Unit",
        ondelete="restrict",
        help="Distance for which the coefficient is taken once.",
    )
    certifies_return = fields.Boolean(
        string="Returns Are Certified and Disclosed",
        compute="_compute_certifies_return",
        store=True,
        readonly=False,
        help="A unit taken back gets a certificate of its return or replacement, and whoever buys it later is told "
        "before delivery (Art. 28 and 33 of the car rules).",
    )
    note = fields.Html(translate=True)
    finding_count = fields.Integer(string="Rights", compute="_compute_finding_count")

    _code_uniq = models.Constraint("UNIQUE(code)", "The code of a statute must be unique.")
    _valid_dates = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from)",
        "A statute cannot end before it begins.",
    )

    def _compute_finding_count(self):
        counts = dict(
            self.env["warranty.statute.finding"]._read_group(
                Domain("statute_id", "in", self.ids), ["statute_id"], ["__count"]
            )
        )
        for statute in self:
            statute.finding_count = counts.get(statute, 0)

    @api.depends("kind")
    def _compute_certifies_return(self):
        for statute in self:
            statute.certifies_return = statute.kind == "car"

    def unlink(self):
        """Refused once rights have arisen under it."""
        # sudo: rights in companies the user may not open count as well
        used = (
            self.sudo().env["warranty.statute.finding"].search(Domain("statute_id", "in", self.ids), limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Rights have arisen under “%(statute)s”. Archive it instead.",
                    statute=used.statute_id.with_env(self.env).name,
                )
            )
        return super().unlink()

    def action_view_findings(self):
        """Open the rights that have arisen under these statutes."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_statute_finding_action"
        )
        return dict(action, domain=[("statute_id", "in", self.ids)], context={})

    # Business

    @api.model
    def _get_general(self):
        """The statutes that hold for all goods."""
        return self.browse(self._get_general_ids())

    @api.model
    @tools.ormcache()
    def _get_general_ids(self):
        # sudo: kept for all users; which laws there are is no secret
        return tuple(self.sudo().with_context({}).search([("is_general", "=", True)]).ids)

    def _filter_holding(self, day, partner):
        """Those of the statutes that hold for a sale on a calendar day (None: not known) to a buyer."""
        return self.filtered(
            lambda statute: (
                statute.active
                and not (statute.consumers_only and partner.commercial_partner_id.is_company)
                and not (day and statute.valid_from and day < statute.valid_from)
                and not (day and statute.valid_to and day > statute.valid_to)
            )
        )

    def _get_highest_rate(self, day, company):
        """Highest coefficient or daily rate in percent that the law allows; None if it takes nothing for the use."""
        return self._get_figure("rate_parameter_id", day, company)

    def _get_distance_unit(self, day, company):
        """Distance for which the coefficient is taken once; None if use is not counted by distance."""
        return self._get_figure("rate_unit_parameter_id", day, company)

    def _get_figure(self, name, day, company):
        return self._get_parameter_figure(self[name], day, company)

    @api.model
    def _get_parameter_figure(self, parameter, day, company):
        """The figure in force on a day; None where the law gives none."""
        figures = self.env["compliance.parameter"]
        if parameter and figures._is_in_force(parameter.code, day, company):
            return figures._value(parameter.code, day, company)
        return None

    def _get_deadline(self, name, day, company):
        """Last day of a period of the statute (a field that names its parameter) that begins after ``day``.

        :return: (date or None, whether the public holidays in between are known)
        """
        length = self._get_figure(name, day, company)
        if length is None:
            return None, True
        if self[name].unit == "working_day":
            last = company._add_working_days(day, int(length))
            return last, not company._get_years_without_holidays(day, last)
        return day + timedelta(days=length), True
