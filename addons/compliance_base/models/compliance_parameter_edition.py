# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import is_uninstalling
from .compliance_parameter import EVIDENCE_MARKS, NUMERIC_KINDS

# What the wizard hands over and what a corrected edition takes from the one it replaces
CONTENT_FIELDS = (
    "parameter_id",
    "company_id",
    "value",
    "valid_from",
    "valid_to",
    "law",
    "law_edition",
    "article",
    "evidence",
    "note",
)


class ComplianceParameterEdition(models.Model):
    """One figure of a legal parameter, from a day to a day.

    An edition is never overwritten: a new one ends the one before it, a wrong one is withdrawn and replaced.
    Nobody creates or writes one directly; the private methods below do it, with a reason, and keep the history.
    """

    _name = "compliance.parameter.edition"
    _description = "Edition of a Legal Parameter"
    _order = "parameter_id, valid_from desc, id desc"

    parameter_id = fields.Many2one(
        "compliance.parameter", required=True, readonly=True, index=True, ondelete="restrict"
    )
    scope = fields.Selection(related="parameter_id.scope", store=True)
    value_kind = fields.Selection(related="parameter_id.value_kind")
    unit = fields.Selection(related="parameter_id.unit")
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Empty: the figure of the law, for every company. Else: the own figure of this company and its branches.",
    )
    value = fields.Char(required=True, readonly=True)
    valid_from = fields.Date(readonly=True, help="First day. Empty: the beginning is not known.")
    valid_to = fields.Date(readonly=True, help="Last day. Empty: until further notice.")
    law = fields.Char(required=True, readonly=True, translate=True)
    law_edition = fields.Char(string="Edition of the Law", readonly=True, translate=True)
    article = fields.Char(readonly=True, translate=True)
    legal_reference = fields.Char(compute="_compute_legal_reference")
    evidence = fields.Selection(
        EVIDENCE_MARKS,
        string="Evidence Mark",
        required=True,
        readonly=True,
        default="to_verify",
        help="Read: in the law itself. Quoted: by another source. To verify: not found in a text yet.",
    )
    note = fields.Text(readonly=True, translate=True)
    withdrawn_at = fields.Datetime(readonly=True, help="Withdrawn as wrong: it no longer applies to any day.")
    withdrawn_by_id = fields.Many2one("res.users", readonly=True)
    replaced_by_id = fields.Many2one("compliance.parameter.edition", readonly=True, index="btree_not_null")
    status = fields.Selection(
        [("past", "Past"), ("current", "In Force"), ("future", "Upcoming"), ("withdrawn", "Withdrawn")],
        compute="_compute_status",
        search="_search_status",
    )

    # Ranges of one number stand for equality, so that no database extension is needed
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(parameter_id, parameter_id, '[]') WITH &&, "
        "int4range(COALESCE(company_id, 0), COALESCE(company_id, 0), '[]') WITH &&, "
        "daterange(valid_from, valid_to, '[]') WITH &&) WHERE (withdrawn_at IS NULL)",
        "Another edition of this legal figure applies on some of these days. Look at its editions and try again.",
    )

    @api.depends("law", "law_edition", "article")
    @api.depends_context("lang")
    def _compute_legal_reference(self):
        for edition in self:
            reference = edition.law
            if edition.law_edition:
                reference = self.env._("%(law)s (%(edition)s)", law=reference, edition=edition.law_edition)
            if edition.article:
                reference = self.env._("%(law)s, %(article)s", law=reference, article=edition.article)
            edition.legal_reference = reference

    @api.depends("valid_from", "valid_to", "withdrawn_at")
    @api.depends_context("company")
    def _compute_status(self):
        today = self.env.company._get_law_date()
        for edition in self:
            if edition.withdrawn_at:
                edition.status = "withdrawn"
            elif edition.valid_from and edition.valid_from > today:
                edition.status = "future"
            elif edition.valid_to and edition.valid_to < today:
                edition.status = "past"
            else:
                edition.status = "current"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._get_law_date()
        valid = Domain("withdrawn_at", "=", False)
        future, past = Domain("valid_from", ">", today), Domain("valid_to", "<", today)
        domains = {
            "withdrawn": ~valid,
            "future": valid & future,
            "past": valid & past,
            # an empty day compares with nothing, hence the open ends are named
            "current": valid
            & (Domain("valid_from", "=", False) | Domain("valid_from", "<=", today))
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", today)),
        }
        return Domain.OR(domains[status] for status in value if status in domains)

    @api.depends("parameter_id", "value", "unit", "valid_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for edition in self:
            start = edition.valid_from and edition.valid_from.isoformat()
            figure = edition._get_figure_text()
            edition.display_name = (
                self.env._("%(figure)s from %(start)s", figure=figure, start=start) if start else figure
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_direct_change()

    def write(self, vals):
        self._refuse_direct_change()

    def unlink(self):
        if not is_uninstalling(self.env):
            raise UserError(
                self.env._(
                    "Editions of legal figures are kept for good. Withdraw or close the edition instead."
                )
            )
        self.env["compliance.parameter.change"].search(Domain("edition_id", "in", self.ids)).unlink()
        return super().unlink()

    def _refuse_direct_change(self):
        raise UserError(
            self.env._(
                "A legal figure is not changed directly, because every change needs a reason that is kept. Open the "
                "parameter and use “New Edition”, “Correct”, “Close” or “Withdraw”."
            )
        )

    def _load_records_create(self, vals_list):
        """Let an addon deliver figures with its data; an import by a user is refused like any direct change."""
        if not (self.env.su and self.env.uid == SUPERUSER_ID):
            self._refuse_direct_change()
        return self.browse().concat(*(self._deliver(vals) for vals in vals_list))

    def _load_records_write(self, values):
        """Keep a delivered edition as it is when its data file is loaded again."""
        if not (self.env.su and self.env.uid == SUPERUSER_ID):
            self._refuse_direct_change()

    def _insert(self, vals, source=None):
        """Create the edition past the guard of ``create``; wording not changed keeps the translations of ``source``."""
        # sudo: nobody has create access; the right and the reason were checked by the caller
        edition = super(ComplianceParameterEdition, self.sudo()).create([vals])
        for name in ("law", "law_edition", "article", "note") if source else ():
            if source[name] and source[name] == edition[name]:
                edition._copy_translations(source, name)
        self.env.registry.clear_cache()
        return edition.sudo(self.env.su)

    def _copy_translations(self, source, name):
        translations, _context = source.sudo().get_field_translations(name)
        for translation in translations:
            if translation["value"]:
                edition = self.with_context(lang=translation["lang"])
                super(ComplianceParameterEdition, edition).write({name: translation["value"]})

    def _write_internal(self, vals):
        """Write past the guard of ``write`` and at once, so that the database sees the period freed."""
        # sudo: nobody has write access; the right and the reason were checked by the caller
        super(ComplianceParameterEdition, self.sudo()).write(vals)
        self.flush_recordset()
        self.env.registry.clear_cache()

    # ---- values

    @api.model
    def _prepare_vals(self, vals):
        """Return ``vals`` complete, with real dates and the value in its one written form."""
        unknown = vals.keys() - set(CONTENT_FIELDS)
        if unknown:
            raise UserError(
                self.env._(
                    "These fields of an edition cannot be set: %(names)s.", names=", ".join(sorted(unknown))
                )
            )
        vals = {**dict.fromkeys(CONTENT_FIELDS, False), **vals}
        vals["evidence"] = vals["evidence"] or "to_verify"
        vals["valid_from"] = fields.Date.to_date(vals["valid_from"]) or False
        vals["valid_to"] = fields.Date.to_date(vals["valid_to"]) or False
        parameter = self.env["compliance.parameter"].browse(vals["parameter_id"])
        typed = self._parse_value(parameter, vals["value"])
        vals["value"] = (
            format(Decimal(str(typed)).normalize(), "f") if parameter.value_kind == "float" else str(typed)
        )
        return vals

    @api.model
    def _parse_value(self, parameter, value):
        """Return the written ``value`` as int, float or str by the kind of ``parameter``."""
        text = "" if value is False or value is None else str(value).strip()
        kind = parameter.value_kind
        try:
            if kind in NUMERIC_KINDS:
                number = Decimal(text)
                if not number.is_finite() or (kind == "integer" and number != number.to_integral_value()):
                    raise ValueError(text)
                return int(number) if kind == "integer" else float(number)
            if kind == "day":
                if not re.fullmatch(r"\d\d-\d\d", text):
                    raise ValueError(text)
                # a day that every year has
                date.fromisoformat(f"2001-{text}")
            elif not text:
                raise ValueError(text)
        except (ValueError, InvalidOperation) as error:
            raise ValidationError(
                self.env._(
                    "“%(value)s” is not a value for “%(parameter)s”: a whole number such as 5, a decimal number such "
                    "as 0.5, a day of the year such as 03-31, or a text is needed, by the kind of the parameter.",
                    value=text,
                    parameter=parameter.name,
                )
            ) from error
        return text

    def _get_typed_value(self):
        self.ensure_one()
        return self._parse_value(self.parameter_id, self.value)

    def _get_content(self):
        self.ensure_one()
        return {
            name: self[name].id if self._fields[name].relational else self[name] for name in CONTENT_FIELDS
        }

    def _get_figure_text(self):
        """Return the figure with its unit, such as ``5 years``."""
        self.ensure_one()
        if self.unit in (False, "none", "count", "day_of_year"):
            return self.value or ""
        return f"{self.value} {self._get_unit_text()}"

    def _get_unit_text(self):
        """Return the unit as it follows the value: in the singular after one."""
        singular = {
            "minute": self.env._("minute"),
            "hour": self.env._("hour"),
            "day": self.env._("day"),
            "working_day": self.env._("working day"),
            "month": self.env._("month"),
            "year": self.env._("year"),
        }
        if self.value == "1" and self.unit in singular:
            return singular[self.unit]
        return dict(self._fields["unit"]._description_selection(self.env))[self.unit]

    def _get_summary(self):
        """Return one line that says all of the edition, for the history and for messages."""
        self.ensure_one()
        evidence = dict(self._fields["evidence"]._description_selection(self.env))[self.evidence]
        return self.env._(
            "%(figure)s, %(first)s to %(last)s, %(reference)s [%(evidence)s]",
            figure=self._get_figure_text(),
            first=self.valid_from.isoformat() if self.valid_from else "…",
            last=self.valid_to.isoformat() if self.valid_to else "…",
            reference=self.legal_reference,
            evidence=evidence,
        )
