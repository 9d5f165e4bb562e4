# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import is_uninstalling

SCOPES = [
    ("drug_sale", "Drug sale"),
    ("drug_storage", "Drug storage and checks"),
    ("drug_record", "Drug records, staff and licenses"),
    ("drug_safety", "Adverse reactions, recall, tracing"),
    ("device", "Medical devices"),
    ("warranty_car", "Family car warranty"),
    ("warranty_goods", "Warranty of other goods"),
    ("consumer", "Consumer rights"),
    ("complaint", "Complaints to the authority"),
    ("claims", "Claims on suppliers"),
    ("other", "Other"),
]
UNITS = [
    ("none", "no unit"),
    ("count", "count"),
    ("minute", "minutes"),
    ("hour", "hours"),
    ("day", "days"),
    ("working_day", "working days"),
    ("month", "months"),
    ("year", "years"),
    ("day_of_year", "month-day"),
    ("km", "km"),
    ("cm", "cm"),
    ("m3", "m³"),
    ("mg", "mg"),
    ("celsius", "°C"),
    ("percent", "%"),
    ("percent_rh", "% relative humidity"),
    ("pack", "minimum packs"),
    ("case", "cases"),
    ("character", "characters"),
    ("cny", "CNY"),
]
# How sure a figure is: read in the law itself, quoted by another source, not found in a text yet
EVIDENCE_MARKS = [
    ("read", "Read"),
    ("quoted", "Quoted"),
    ("to_verify", "To Verify"),
]
NUMERIC_KINDS = ("integer", "float")


class ComplianceParameter(models.Model):
    _name = "compliance.parameter"
    _description = "Legal Parameter"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "scope, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(
        required=True, copy=False, help="Stable name by which the programs ask for the figure."
    )
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    scope = fields.Selection(SCOPES, string="Area", required=True, default="other")
    value_kind = fields.Selection(
        [
            ("integer", "Whole number"),
            ("float", "Decimal number"),
            ("text", "Text"),
            ("day", "Day of the year"),
        ],
        string="Kind of Value",
        required=True,
        default="integer",
    )
    unit = fields.Selection(UNITS, required=True, default="none")
    company_figure = fields.Selection(
        [("any", "May replace it"), ("higher", "May only be higher"), ("lower", "May only be lower")],
        string="A Company's Own Figure",
        required=True,
        default="any",
        help="Whether a company may set any figure of its own, or only one that is stricter than the law.",
    )
    edition_ids = fields.One2many(
        "compliance.parameter.edition", "parameter_id", string="Editions", readonly=True
    )
    change_ids = fields.One2many(
        "compliance.parameter.change", "parameter_id", string="Changes", readonly=True
    )
    change_count = fields.Integer(compute="_compute_change_count")

    # The figure that applies on the day and for the company asked for (context), today and here by default
    figure_edition_id = fields.Many2one(
        "compliance.parameter.edition", string="Applicable Edition", compute="_compute_figure"
    )
    figure_value = fields.Char(string="Value", compute="_compute_figure")
    figure_text = fields.Char(string="Figure", compute="_compute_figure")
    figure_reference = fields.Char(string="Legal Reference", compute="_compute_figure")
    figure_evidence = fields.Selection(
        EVIDENCE_MARKS, string="Evidence Mark", compute="_compute_figure", search="_search_figure_evidence"
    )
    figure_valid_from = fields.Date(string="Valid From", compute="_compute_figure")
    figure_valid_to = fields.Date(string="Valid To", compute="_compute_figure")
    figure_is_own = fields.Boolean(
        string="Company's Own", compute="_compute_figure", help="The company has set this figure for itself."
    )

    _bound_numeric = models.Constraint(
        "CHECK(company_figure = 'any' OR value_kind IN ('integer', 'float'))",
        "Only a number can be bounded: for texts and days, a company may replace the figure.",
    )
    _code_uniq = models.Constraint("UNIQUE(code)", "A legal parameter with this code exists already.")

    def _compute_change_count(self):
        counts = dict(
            self.env["compliance.parameter.change"]._read_group(
                Domain("parameter_id", "in", self.ids), ["parameter_id"], ["__count"]
            )
        )
        for parameter in self:
            parameter.change_count = counts.get(parameter, 0)

    @api.depends("edition_ids", "code")
    @api.depends_context("company", "figures_on", "figures_company_id", "lang")
    def _compute_figure(self):
        day, company = self._get_figure_context()
        editions = {
            parameter: self.env["compliance.parameter.edition"].browse(
                parameter._find_edition_id(parameter.code, day, company)
            )
            for parameter in self
        }
        for parameter, edition in editions.items():
            # sudo: a figure applies also when it was set by the head company, which the reader may not open
            edition = edition.sudo()
            parameter.figure_edition_id = edition
            parameter.figure_value = edition.value
            parameter.figure_text = edition._get_figure_text() if edition else False
            parameter.figure_reference = edition.legal_reference
            parameter.figure_evidence = edition.evidence
            parameter.figure_valid_from = edition.valid_from
            parameter.figure_valid_to = edition.valid_to
            parameter.figure_is_own = bool(edition.company_id)

    def _search_figure_evidence(self, operator, value):
        if operator != "in":
            return NotImplemented
        matching = self.search([]).filtered(lambda parameter: parameter.figure_evidence in value)
        return Domain("id", "in", matching.ids)

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for parameter in self:
            parameter.display_name = (
                f"{parameter.name} ({parameter.code})"
                if parameter.name and parameter.code
                else parameter.name
            )

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        self.env.registry.clear_cache()
        return parameters

    def write(self, vals):
        frozen = {"code", "value_kind", "unit", "company_figure"} & vals.keys()
        # sudo: editions of other companies freeze the meaning of the parameter as well
        used = self.sudo().filtered("edition_ids") if frozen else self.browse()
        changed = used.filtered(lambda parameter: any(parameter[name] != vals[name] for name in frozen))
        if changed:
            raise UserError(
                self.env._(
                    "%(parameter)s has editions: its code, kind, unit and the rule for companies cannot change any "
                    "more. Create another parameter.",
                    parameter=changed[0].display_name,
                )
            )
        result = super().write(vals)
        if frozen:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        # sudo: editions of other companies count as well
        editions = self.sudo().edition_ids
        if is_uninstalling(self.env):
            editions.unlink()
        elif editions:
            raise UserError(
                self.env._(
                    "%(parameter)s has editions and is part of the history: it cannot be deleted. "
                    "Close its edition if the law no longer has such a figure.",
                    parameter=editions[0].parameter_id.display_name,
                )
            )
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def action_view_changes(self):
        """Open the history of changes of this parameter."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "compliance_base.compliance_parameter_change_action"
        )
        return {**action, "domain": [("parameter_id", "=", self.id)], "context": {}}

    @api.model
    def _value(self, code, on=None, company=None):
        """Return the figure ``code`` that applies on a day to a company.

        :param str code: code of the parameter
        :param on: date, or naive UTC datetime (its day of law is taken); today when empty
        :param company: ``res.company`` record; the current company when empty
        :return: int, float or str by the kind of the parameter (a day of the year as ``"MM-DD"``)
        :raise UserError: no such parameter, or no edition in force on that day
        """
        return self._get_row(code, on, company)[3]

    @api.model
    def _edition(self, code, on=None, company=None):
        """Return the edition behind ``_value`` (same arguments and errors), to quote its legal reference.

        The record is returned as superuser: whoever is refused something may read by which law.
        """
        edition_id = self._get_row(code, on, company)[4]
        # sudo: see the docstring; an edition holds nothing confidential
        return self.env["compliance.parameter.edition"].sudo().browse(edition_id)

    @api.model
    def _is_in_force(self, code, on=None, company=None):
        """Tell whether a figure applies at all on that day, for rights that the law did not always give."""
        company = company or self.env.company
        return bool(self._find_row(code, self._get_day(on, company), company))

    @api.model
    def _get_row(self, code, on, company):
        """Return the row of ``_get_edition_table`` that applies, or raise."""
        company = company or self.env.company
        day = self._get_day(on, company)
        row = self._find_row(code, day, company)
        if row:
            return row
        # sudo: gates run for users who may not read parameters; only its name is shown
        parameter = self.sudo().search([("code", "=", code)], limit=1)
        if not parameter:
            raise UserError(
                self.env._(
                    "There is no legal parameter with the code “%(code)s”. Create it under Compliance > Legal Figures "
                    "> Parameters, with an edition that says from which law the figure comes.",
                    code=code,
                )
            )
        raise UserError(
            self.env._(
                "The legal figure “%(name)s” (%(code)s) has no edition in force on %(date)s for %(company)s. "
                "Record one under Compliance > Legal Figures > Parameters, with the law it comes from.",
                name=parameter.name,
                code=code,
                date=day.isoformat(),
                company=company.sudo().display_name,
            )
        )

    @api.model
    def _get_day(self, on, company):
        """Return ``on`` (empty, date, datetime or ISO text) as the company's day of law."""
        if not on or isinstance(on, datetime):
            return company._get_law_date(on)
        return fields.Date.to_date(on)

    @api.model
    def _find_edition_id(self, code, day, company):
        row = self._find_row(code, day, company)
        return row[4] if row else False

    @api.model
    def _find_row(self, code, day, company):
        """Return the applicable row of the edition table, or None: the company's own figure (else that of its
        nearest parent company) before the general one, but never one laxer than a law that sets a bound."""
        rule, rows = self._get_edition_table(code)
        in_force = {row[0]: row for row in rows if row[1] <= day <= row[2]}
        general = in_force.get(False)
        own = next((in_force[id_] for id_ in self._get_company_line(company.id) if id_ in in_force), None)
        if not own or not general:
            return own or general
        laxer = (rule == "higher" and own[3] < general[3]) or (rule == "lower" and own[3] > general[3])
        return general if laxer else own

    @api.model
    @tools.ormcache("code")
    def _get_edition_table(self, code):
        """Return the rule for companies' own figures and the editions of ``code`` as plain data.

        :return: ``(rule, ((company id or False, first day, last day, typed value, edition id), …))``
        """
        # sudo: the table is shared by all users and companies; callers pick the row of their company
        parameter = self.sudo().search([("code", "=", code)], limit=1)
        editions = parameter.edition_ids.filtered(lambda edition: not edition.withdrawn_at)
        return parameter.company_figure, tuple(
            (
                edition.company_id.id,
                edition.valid_from or date.min,
                edition.valid_to or date.max,
                edition._get_typed_value(),
                edition.id,
            )
            for edition in editions
        )

    @api.model
    @tools.ormcache("company_id")
    def _get_company_line(self, company_id):
        """Return the ids of the company and of its parents, the nearest first (the tree of companies is immutable)."""
        # sudo: a branch obeys its head company also for users who may not open that company
        return tuple(reversed(self.env["res.company"].sudo().browse(company_id).parent_ids.ids))

    @tools.ormcache("self.id")
    def _get_code_and_unit(self):
        """Return the code of one parameter and the unit of its figures, for rules that point to it."""
        return self.code, self.unit

    @api.model
    def _get_figure_context(self):
        """Return the day and company for which a screen shows figures; a company of others is not accepted."""
        asked = self.env["res.company"].browse(self.env.context.get("figures_company_id") or 0)
        company = asked if asked in self.env.user.company_ids else self.env.company
        return self._get_day(self.env.context.get("figures_on"), company), company
