# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools.misc import format_date


class WarrantyStatuteFinding(models.Model):
    """Why a right has arisen, told to each reader in the own language: kept are codes and values, not sentences."""

    _inherit = "warranty.statute.finding"

    @api.depends("reason_data")
    @api.depends_context("lang")
    def _compute_reason(self):
        sentences = self._get_reason_sentences()
        for finding in self:
            finding.reason = " ".join(
                sentences[part["code"]] % self._get_reason_values(part) for part in finding.reason_data or []
            )

    @api.depends("rule_id")
    @api.depends_context("lang")
    def _compute_reference(self):
        for finding in self:
            # sudo: how the law is quoted is public
            finding.reference = finding.sudo().rule_id._get_reference()

    @api.depends("is_deadline_unsure")
    @api.depends_context("lang")
    def _compute_deadline_note(self):
        note = self.env._(
            "The public holidays of that time are not announced yet: Monday to Friday were counted as working days. "
            "Check the deadline when they are."
        )
        for finding in self:
            finding.deadline_note = note if finding.is_deadline_unsure else False

    def _get_reason_sentences(self):
        """The sentences of reasons by their codes, in the reader's language, with named places for their values."""
        return {
            "part_failed": self.env._("%(repair)s: a main part failed (%(assemblies)s)."),
            "long_repair": self.env._(
                "%(repair)s takes %(days)s days so far, more than %(limit)s; loan unit or compensation is due for "
                "%(due)s of them."
            ),
            "must_be_changed": self.env._("%(repair)s: %(assemblies)s or a main part of it must be changed."),
            "safety_fault": self.env._("%(repair)s: a safety fault came early."),
            "severe_repairs": self.env._(
                "Repaired %(count)s times for severe safety faults, and not cured: %(repair)s."
            ),
            "assembly_replaced": self.env._(
                "%(assemblies)s was replaced %(count)s times and is not in order: %(repair)s."
            ),
            "part_replaced": self.env._(
                "%(template)s was replaced %(count)s times and is not in order: %(repair)s."
            ),
            "total_days": self.env._("All repairs together took %(days)s days, more than %(limit)s."),
            "same_fault_exceeded": self.env._(
                "%(count)s repairs of the same fault (%(fault)s), more than %(limit)s."
            ),
            "early_fault": self.env._("%(repair)s: the fault came soon after the sale."),
            "repairs_in_vain": self.env._("Repaired %(count)s times and still not usable: %(repair)s."),
            "own_repair_days": self.env._(
                "%(repair)s takes %(days)s days without the time spent waiting for parts, more than %(limit)s."
            ),
            "parts_missing_days": self.env._(
                "%(repair)s waited for a spare part and takes %(days)s days, more than %(limit)s."
            ),
            "distance_sale": self.env._("Sold at a distance with %(sale)s."),
            "proof_period": self.env._(
                "%(repair)s: whoever says that the goods were in order has to prove it."
            ),
            "same_fault_reached": self.env._("The same fault (%(fault)s) was reported %(count)s times."),
            "failed_handlings": self.env._("%(count)s repairs did not cure the fault (%(fault)s)."),
            "period": self.env._("Cover began on %(start)s; the period runs to %(last)s."),
            "period_and_distance": self.env._(
                "Cover began on %(start)s; the period runs to %(last)s or %(distance)s %(unit)s."
            ),
        }

    def _get_reason_values(self, part):
        """The values of one sentence as its reader writes them: dates, names and units."""
        values = dict(part)
        for name in values.keys() & {"start", "last"}:
            values[name] = format_date(self.env, values[name])
        # sudo: names of parts and faults only, also for a customer who may read neither
        if "fault" in values:
            values["fault"] = self.env["service.fault"].sudo().browse(part["fault"]).exists().name or ""
        if "template" in values:
            template = self.env["product.template"].sudo().browse(part["template"]).exists()
            values["template"] = template.display_name or ""
        if "assemblies" in values:
            labels = self.env["product.template"]._fields["statute_assembly"]._description_selection(self.env)
            values["assemblies"] = ", ".join(label for code, label in labels if code in part["assemblies"])
        if "unit" in values:
            labels = dict(self.env["repair.order"]._fields["meter_unit"]._description_selection(self.env))
            values["distance"] = f"{part['distance']:,}"
            values["unit"] = labels.get(part["unit"], part["unit"])
        return values
