# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from odoo import api, models
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation


class GspGate(models.AbstractModel):
    """The one gate every drug and device passes on its way out.

    Rules are small methods that take a list of ``ReleaseLine`` and return a list of ``Violation``; all of them
    run, so that one refusal names everything that is wrong. They work on the whole list at once: the number of
    queries does not grow with the lines. Add a rule by extending ``_get_release_rules``.
    """

    _name = "gsp.gate"
    _description = "GSP Release Gate"

    @api.model
    def _get_release_rules(self):
        """Names of the rule methods, in the order their findings are shown."""
        return [
            "_rule_lot",
            "_rule_expiry",
            "_rule_prescription",
            "_rule_prescribed_quantity",
            "_rule_course",
        ]

    @api.model
    def _check_release(self, lines):
        """Refuse (and record) the release of ``lines`` if any rule is broken.

        :param list lines: ``ReleaseLine`` of regulated products only
        :raises UserError: all violations in one message
        """
        lines = self._with_available(lines)
        violations = [
            violation for rule in self._get_release_rules() for violation in getattr(self, rule)(lines)
        ]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)

    # -- lots ---------------------------------------------------------------------------------------------------

    @api.model
    def _get_saleable_from(self, company, days=0):
        """Moment (naive UTC) from which a lot may expire and still be sold today.

        A lot is sold up to and including the calendar day of its expiry in the company's time zone, so the limit
        is the first moment of the law date (plus ``days`` kept before expiry).
        """
        first_day = company._get_law_date() + timedelta(days=days)
        return company._get_law_day_bounds(first_day)[0]

    @api.model
    def _rule_lot(self, lines):
        """A drug leaves only with its lot (GSP 17102, Drug Law art. 57)."""
        return [
            Violation(
                rule="gsp.sale.lot",
                record=line.document,
                message=self.env._(
                    "%(product)s in %(document)s has no lot.",
                    product=line.product.display_name,
                    document=line.document.display_name,
                ),
                remedy=self.env._("Choose the lot that is handed over."),
                reference=self.env._("GSP 17102; Drug Administration Law art. 57"),
            )
            for line in lines
            if line.lot_known and not line.lot and line.product.gsp_kind == "drug"
        ]

    @api.model
    def _rule_expiry(self, lines):
        """Nothing expired leaves, nothing without expiry date if it is a drug, nothing inside its stop-sale days."""
        limits = {}
        violations = []
        for line in lines:
            if not line.lot:
                continue
            key = (line.company, line.product.gsp_stop_sale_days)
            if key not in limits:
                limits[key] = self._get_saleable_from(*key)
            expiration = line.lot.expiration_date
            if expiration and expiration >= limits[key] or not expiration and line.product.gsp_kind != "drug":
                continue
            violations.append(
                Violation(
                    rule="gsp.sale.expired",
                    record=line.document,
                    message=self._describe_expiry(line),
                    remedy=self.env._("Take another lot; move this one to quarantine."),
                    reference=self.env._("GSP 17005; Drug Administration Law art. 98"),
                )
            )
        return violations

    @api.model
    def _describe_expiry(self, line):
        """Sentence that says why the lot of ``line`` may not leave today."""
        expiry = self._get_expiry_day(line)
        if not expiry:
            message = self.env._("Lot %(lot)s of %(product)s has no expiry date.")
        elif expiry < line.company._get_law_date():
            message = self.env._("Lot %(lot)s of %(product)s expired on %(date)s.")
        else:
            message = self.env._(
                "Lot %(lot)s of %(product)s expires on %(date)s; its sale stops %(days)s days before."
            )
        return message % {
            "lot": line.lot.name,
            "product": line.product.display_name,
            "date": expiry and format_date(self.env, expiry),
            "days": line.product.gsp_stop_sale_days,
        }

    @api.model
    def _get_expiry_day(self, line):
        expiration = line.lot.expiration_date
        return line.company._get_law_date(expiration) if expiration else None

    # -- prescriptions ------------------------------------------------------------------------------------------

    @api.model
    def _get_prescription_lines(self, lines):
        return [line for line in lines if line.purpose == "sale" and line.product.gsp_prescription_required]

    @api.model
    def _rule_prescription(self, lines):
        """A prescription drug is sold only on a reviewed, valid prescription of this buyer (GSP 17001)."""
        violations = []
        for line in self._get_prescription_lines(lines):
            problem = self._get_prescription_problem(line)
            if problem:
                violations.append(
                    Violation(
                        rule="gsp.sale.prescription",
                        record=line.document,
                        message=problem,
                        remedy=self.env._(
                            "Link a prescription that a pharmacist has reviewed and that lists the drug."
                        ),
                        reference=self.env._("GSP 17001, 17002"),
                    )
                )
        return violations

    @api.model
    def _get_prescription_problem(self, line):
        """Sentence that says why the prescription does not cover ``line``, or None."""
        prescription = line.prescription
        if not prescription:
            message = self.env._(
                "%(product)s in %(document)s is a prescription drug, and no prescription is linked."
            )
        elif prescription.company_id != line.company:
            message = self.env._(
                "Prescription %(prescription)s belongs to another company than %(document)s."
            )
        elif problem := prescription._get_dispensing_problem(line.partner):
            return problem
        elif line.product not in prescription.line_ids.product_id:
            message = self.env._(
                "Prescription %(prescription)s does not list %(product)s; nothing may be substituted."
            )
        else:
            return None
        return message % {
            "product": line.product.display_name,
            "document": line.document.display_name,
            "prescription": prescription.display_name,
        }

    @api.model
    def _rule_prescribed_quantity(self, lines):
        """Never more than prescribed: counts what is dispensed and what other orders still hold (GSP 17002)."""
        wanted = defaultdict(float)
        first_line = {}
        for line in self._get_prescription_lines(lines):
            if line.available is not None:
                key = (line.prescription, line.product)
                wanted[key] += line.quantity
                first_line.setdefault(key, line)
        return [
            self._get_quantity_violation(line, wanted[key], line.available)
            for key, line in first_line.items()
            if line.product.uom_id.compare(wanted[key], line.available) > 0
        ]

    @api.model
    def _with_available(self, lines):
        """The same lines, those of prescription drugs with what is left for them on their prescription.

        It also reads the prescribed drugs into the cache, for all rules.
        """
        prescriptions = {
            line.prescription for line in self._get_prescription_lines(lines) if line.prescription
        }
        if not prescriptions:
            return lines
        available = self._get_available_prescribed(lines, prescriptions)
        return [replace(line, available=available.get((line.prescription, line.product))) for line in lines]

    @api.model
    def _get_available_prescribed(self, lines, prescriptions):
        """{(prescription, product): quantity in product UoM still free for these lines}."""
        # sudo: as the doors hand them over; whoever sells need not be allowed to read prescriptions
        prescriptions = self.env["gsp.prescription"].sudo().concat(*prescriptions)
        available = prescriptions._get_remaining_quantities()
        if not all(line.lot_known for line in lines):
            orders = self.env["sale.order"].concat(*{line.document for line in lines})
            for key, quantity in prescriptions._get_committed_quantities(orders).items():
                if key in available:
                    available[key] -= quantity
        return available

    @api.model
    def _get_quantity_violation(self, line, wanted, available):
        uom = line.product.uom_id
        return Violation(
            rule="gsp.sale.quantity",
            record=line.document,
            message=self.env._(
                "%(product)s: %(wanted)s %(uom)s asked for, %(available)s %(uom)s left on prescription "
                "%(prescription)s.",
                product=line.product.display_name,
                wanted=f"{wanted:g}",
                available=f"{max(available, 0.0):g}",
                uom=uom.name,
                prescription=line.prescription.display_name,
            ),
            remedy=self.env._("Reduce the quantity, or have the physician prescribe again."),
            reference=self.env._("GSP 17002"),
        )

    @api.model
    def _rule_course(self, lines):
        """The lot must last for the days it is taken, so that it does not expire during the course (GSP 17005)."""
        violations = []
        for line in lines:
            expiry = line.lot and self._get_expiry_day(line)
            days = self._get_course_days(line)
            if not expiry or not days:
                continue
            today = line.company._get_law_date()
            if today <= expiry < today + timedelta(days=days - 1):
                violations.append(
                    Violation(
                        rule="gsp.sale.course",
                        record=line.document,
                        message=self.env._(
                            "Lot %(lot)s of %(product)s expires on %(date)s, before the %(days)s days of its "
                            "course are over.",
                            lot=line.lot.name,
                            product=line.product.display_name,
                            date=format_date(self.env, expiry),
                            days=days,
                        ),
                        remedy=self.env._("Take a lot with a later expiry date."),
                        reference=self.env._("GSP 17005"),
                    )
                )
        return violations

    @api.model
    def _get_course_days(self, line):
        """Days for which the goods of ``line`` will be taken: as prescribed, else as the seller asked; 0: unknown."""
        if line.purpose != "sale":
            return 0
        prescribed = line.prescription.line_ids.filtered(lambda item: item.product_id == line.product)
        return prescribed[:1].days or line.facts.course_days
