# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import format_date


class PartsClaimLine(models.Model):
    """Whom a cost is claimed from and under which agreement, or why it cannot be."""

    _inherit = "parts.claim.line"

    @api.model
    def _get_terms(self, sources, ignored=()):
        """Supplier, agreement, deadline and amount of costs, or the problem that prevents a claim.

        :param sources: list of ClaimSource; the number of queries does not depend on how many there are
        :param ignored: claim lines that the new terms will replace
        :return: dict source -> field values of the line
        """
        keys = {source: self._get_agreement_key(source) for source in sources}
        found = self.env["claim.agreement"]._find(key for key in keys.values() if key[1])
        matches = {source: found.get(key, []) for source, key in keys.items()}
        single = {source: fits[0] for source, fits in matches.items() if len(fits) == 1}
        priced = {source: fit for source, fit in single.items() if self._is_priced(source, fit[0])}
        prices = self._get_prices(priced, keys)
        terms = {
            source: self._prepare_terms_vals(source, keys[source], matches[source], prices.get(source))
            for source in sources
        }
        self._apply_caps(terms, ignored)
        return terms

    @api.model
    def _get_agreement_key(self, source):
        company = source.company
        owner = source.party or source.subject._find_old_part_owner(company)
        return company, owner.commercial_partner_id, source.subject, company._get_law_date(source.when)

    @api.model
    def _prepare_terms_vals(self, source, key, fits, price):
        company, supplier, _product, date = key
        vals = self._prepare_blank_vals() | {
            "supplier_id": supplier.id,
            "currency_id": company.currency_id.id,
            "quantity": source.quantity,
        }
        problem = source.problem or self._get_source_problem(source)
        problem = problem or self._get_match_problem(supplier, source.subject, date, fits)
        if problem:
            # Nobody has promised to pay for goodwill: without an agreement there is nothing to look after.
            return vals | {"uncovered_reason" if source.kind == "goodwill" else "problem": problem}
        return vals | self._prepare_agreed_vals(source, fits[0], price, date)

    @api.model
    def _prepare_blank_vals(self):
        names = [
            "agreement_id",
            "basis_currency_id",
            "basis_date",
            "basis_reference",
            "deadline",
            "flat_rate",
            "old_part_required",
            "price_basis",
            "problem",
            "uncovered_reason",
        ]
        amounts = ["amount_claimed", "basis_price", "cap", "currency_rate", "markup_percent", "unit_price"]
        shares = ["cover_percent", "share_percent"]
        return dict.fromkeys(names, False) | dict.fromkeys(amounts, 0.0) | dict.fromkeys(shares, 100.0)

    @api.model
    def _get_source_problem(self, source):
        """What is wrong with the facts themselves."""
        if source.uom.compare(source.quantity, 0) <= 0:
            return self.env._(
                "%(origin)s: a quantity of %(quantity)g cannot be claimed. Correct the document it comes from.",
                origin=self._get_record_label(source.record),
                quantity=source.quantity,
            )
        if source.kind in ("part", "labor") and source.origin_kind == "repair":
            return self._get_appraisal_problem(source) or self._get_repetition_problem(source)
        return ""

    @api.model
    def _get_appraisal_problem(self, source):
        """An appraisal that finds misuse, or no fault, speaks against every supplier."""
        appraisals = source.repair._get_no_fault_appraisals().filtered(
            lambda appraisal: appraisal.product_id in (source.subject, source.repair.product_id)
        )
        if not appraisals:
            return ""
        labels = dict(appraisals._fields["verdict"]._description_selection(self.env))
        return self.env._(
            "Appraisal %(appraisal)s says “%(verdict)s”: a supplier answers for genuine defects only. Let a manager "
            "waive the line, or appraise the part anew.",
            appraisal=appraisals[0].name,
            verdict=labels[appraisals[0].verdict],
        )

    @api.model
    def _get_repetition_problem(self, source):
        repeated = (
            source.record._get_repeated_labor()
            if source.record._name == "repair.labor"
            else self.env["repair.labor"]
        )
        if not repeated:
            return ""
        return self.env._(
            "%(labor)s is claimed with the main-cause part of %(repair)s already: associated parts do not repeat it.",
            labor=source.record.name,
            repair=source.repair.name,
        )

    @api.model
    def _get_match_problem(self, supplier, product, date, fits):
        """Why no agreement can be applied, and what to do about it; empty if exactly one fits."""
        names = {"part": product.display_name, "supplier": supplier.display_name}
        if not supplier:
            return self.env._(
                "No supplier is known for %(part)s. Enter its vendor, then check again.", **names
            )
        if not fits:
            return self.env._(
                "No claim agreement with %(supplier)s covers %(part)s on %(date)s. Put one in force, then check again.",
                date=format_date(self.env, date),
                **names,
            )
        if len(fits) > 1:
            return self.env._(
                "Several agreements fit %(part)s equally: %(agreements)s. Close all but one, then check again.",
                agreements=", ".join(agreement.name for agreement, _rule in fits),
                **names,
            )
        return ""

    @api.model
    def _get_rule_problem(self, source, agreement, rule):
        """What a rule of the agreement forbids, although it covers the part."""
        if rule.max_quantity and source.uom.compare(source.quantity, rule.max_quantity) > 0:
            return self.env._(
                "%(quantity)g × %(part)s in one repair: %(agreement)s allows %(most)g. Check the quantity; if it is "
                "right, let a manager change the rule.",
                quantity=source.quantity,
                part=source.product.display_name,
                agreement=agreement.name,
                most=rule.max_quantity,
            )
        limited = agreement.meter_limit and source.repair
        if limited and source.repair._get_meter_reading(agreement.meter_unit) is None:
            return self.env._(
                "%(agreement)s is limited by the meter, and %(repair)s has no reading. Enter it on the repair, "
                "then check again.",
                agreement=agreement.name,
                repair=source.repair.name,
            )
        return ""

    @api.model
    def _get_uncovered_reason(self, source, agreement, cover):
        """Why the agreement that applies does not pay for this cost; empty if it does."""
        if (source.kind != "part" and not cover) or (cover and cover._is_empty_promise()):
            labels = dict(self._fields["kind"]._description_selection(self.env))
            return self.env._(
                "%(agreement)s does not cover this kind of cost: %(kind)s.",
                agreement=agreement.name,
                kind=labels[source.kind],
            )
        return agreement._get_period_refusal(source.repair, source.repair.warranty_registration_id)
