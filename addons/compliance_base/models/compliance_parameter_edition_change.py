# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain


class ComplianceParameterEdition(models.Model):
    """The changes of legal figures: each needs the right and a reason, and leaves a line in the history."""

    _inherit = "compliance.parameter.edition"

    def _deliver(self, vals):
        """Return the edition for one record of a data file. What has been recorded here meanwhile takes precedence."""
        vals = self._prepare_vals(vals)
        recorded = self._get_overlapping(vals) - self._get_predecessor(vals)
        if recorded:
            return recorded[:1]
        return self._add_edition(vals, self.env._("Delivered with the software."), kind="delivered")

    def _add_edition(self, vals, reason, kind="added"):
        """Add an edition; an open one before it ends on the day before. Return the new edition.

        :param dict vals: values of ``CONTENT_FIELDS``
        :raise ValidationError: value of the wrong kind, days overlapping another edition, laxer than the law
        """
        vals = self._prepare_vals(vals)
        self._check_may_change(reason, self.env["res.company"].browse(vals["company_id"]))
        predecessor = self._get_predecessor(vals)
        if predecessor:
            predecessor._end(vals["valid_from"] - timedelta(days=1), reason)
        self._check_vals(vals)
        edition = self._insert(vals)
        edition._log(kind, reason, after=edition._get_summary())
        return edition

    def _correct(self, vals, reason):
        """Withdraw this wrong edition and return the one that replaces it, with ``vals`` changed."""
        self.ensure_one()
        self._check_open()
        vals = self._prepare_vals({**self._get_content(), **vals})
        if vals["parameter_id"] != self.parameter_id.id or vals["company_id"] != self.company_id.id:
            raise UserError(
                self.env._("A correction stays with its parameter and company. Add an edition instead.")
            )
        self._check_may_change(reason, self.company_id)
        before = self._get_summary()
        self._set_withdrawn()
        self._check_vals(vals)
        edition = self._insert(vals, source=self)
        self._write_internal({"replaced_by_id": edition.id})
        edition._log("corrected", reason, before=before, after=edition._get_summary())
        return edition

    def _close(self, last_day, reason):
        """End the edition: ``last_day`` is the last day on which it applies."""
        self.ensure_one()
        self._check_open()
        self._check_may_change(reason, self.company_id)
        if not last_day or (self.valid_to and last_day >= self.valid_to):
            raise UserError(
                self.env._("Give a last day before the present one; to prolong an edition, correct it.")
            )
        self._end(last_day, reason)

    def _withdraw(self, reason):
        """Withdraw a company's own edition: the figure of the law applies again, for all its days."""
        self.ensure_one()
        self._check_open()
        self._check_may_change(reason, self.company_id)
        if not self.company_id:
            raise UserError(
                self.env._(
                    "%(edition)s is the figure of the law for every company: correct it or close it instead of "
                    "withdrawing it.",
                    edition=self.display_name,
                )
            )
        before = self._get_summary()
        self._set_withdrawn()
        self._log("withdrawn", reason, before=before)

    def _end(self, last_day, reason):
        before = self._get_summary()
        self._check_period(self.valid_from, last_day)
        self._write_internal({"valid_to": last_day})
        self._log("closed", reason, before=before, after=self._get_summary())

    def _set_withdrawn(self):
        self._write_internal({"withdrawn_at": fields.Datetime.now(), "withdrawn_by_id": self.env.uid})

    def _log(self, kind, reason, before=False, after=False):
        self.env["compliance.parameter.change"]._record(
            {
                "parameter_id": self.parameter_id.id,
                "edition_id": self.id,
                "company_id": self.company_id.id,
                "kind": kind,
                "reason": reason,
                "before": before,
                "after": after,
            }
        )

    # ---- checks

    def _check_may_change(self, reason, company):
        """Refuse who may not change legal figures (of this company), or gives no reason."""
        if not self.env.user.has_group("compliance_base.compliance_base_group_manager"):
            raise AccessError(self.env._("Only a compliance manager changes legal figures."))
        if company and not self.env.su and company not in self.env.companies:
            raise AccessError(
                self.env._(
                    "You are not working in %(company)s: switch to that company to change its figures.",
                    company=company.sudo().display_name,
                )
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason of the change: it is kept with the figure."))

    def _check_open(self):
        if self.withdrawn_at:
            raise UserError(
                self.env._("%(edition)s is withdrawn and no longer changes.", edition=self.display_name)
            )

    def _check_vals(self, vals):
        """Check a prepared edition against the others before the database does, with a clearer message."""
        self._check_period(vals["valid_from"], vals["valid_to"])
        overlapping = self._get_overlapping(vals)
        if overlapping:
            raise ValidationError(
                self.env._(
                    "These days overlap another edition of “%(parameter)s”: %(edition)s. Close or correct that one "
                    "first, or choose other days.",
                    parameter=overlapping[0].parameter_id.name,
                    edition=overlapping[0]._get_summary(),
                )
            )
        if vals["company_id"]:
            self._check_not_laxer(vals)

    def _check_period(self, first_day, last_day):
        if first_day and last_day and last_day < first_day:
            raise ValidationError(
                self.env._(
                    "The last day %(last)s lies before the first day %(first)s.",
                    last=last_day.isoformat(),
                    first=first_day.isoformat(),
                )
            )

    def _check_not_laxer(self, vals):
        """A company's own figure must not be laxer than the law where the parameter says which way is stricter."""
        parameter = self.env["compliance.parameter"].browse(vals["parameter_id"])
        value = self._parse_value(parameter, vals["value"])
        for general in self._get_overlapping({**vals, "company_id": False}):
            bound = general._get_typed_value()
            if (parameter.company_figure == "higher" and value < bound) or (
                parameter.company_figure == "lower" and value > bound
            ):
                raise ValidationError(
                    self.env._(
                        "The company's own figure %(value)s for “%(parameter)s” would be laxer than the law: "
                        "%(general)s.",
                        value=vals["value"],
                        parameter=parameter.name,
                        general=general._get_summary(),
                    )
                )

    # ---- the editions around one

    def _get_overlapping(self, vals):
        """Return the valid editions of the same parameter and company with a day in common with ``vals``."""
        domain = Domain(
            [
                ("parameter_id", "=", vals["parameter_id"]),
                ("company_id", "=", vals["company_id"]),
                ("withdrawn_at", "=", False),
            ]
        )
        if vals["valid_to"]:
            domain &= Domain("valid_from", "=", False) | Domain("valid_from", "<=", vals["valid_to"])
        if vals["valid_from"]:
            domain &= Domain("valid_to", "=", False) | Domain("valid_to", ">=", vals["valid_from"])
        # sudo: the rule holds whatever the user may see
        return self.sudo().search(domain)

    def _get_predecessor(self, vals):
        """Return the edition without an end that began before the one in ``vals``: the new one ends it."""
        if not vals["valid_from"]:
            return self.browse()
        overlapping = self._get_overlapping(vals)
        return overlapping.filtered(
            lambda edition: (
                not edition.valid_to and (not edition.valid_from or edition.valid_from < vals["valid_from"])
            )
        ).with_env(self.env)
