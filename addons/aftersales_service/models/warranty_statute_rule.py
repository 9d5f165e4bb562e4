# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools

from ..statute_facts import NotInForceError, Right

RIGHTS = [
    ("choice", "Return, replacement or repair"),
    ("exchange_repair", "Replacement or repair"),
    ("exchange_return", "Replacement or return"),
    ("exchange", "Replacement"),
    ("assembly", "Free replacement of the assembly"),
    ("loan", "Loan unit or compensation"),
    ("return", "Return without a reason"),
    ("proof", "Burden of proof on the seller"),
    ("escalation", "Higher service level"),
    ("minimum", "Minimum of the warranty"),
]
METHODS = [
    ("minimum_cover", "Minimum cover of warranty terms"),
    ("early_assembly", "Main part fails early: new assembly"),
    ("long_repair", "One repair takes longer than"),
    ("immediate_change", "Main assembly must be changed at once"),
    ("early_safety", "Safety fault comes early"),
    ("severe_repairs", "Severe fault not cured by repairs"),
    ("assembly_replacements", "Main assembly replaced in vain"),
    ("part_replacements", "Same main part replaced in vain"),
    ("total_days", "All repairs together take longer than"),
    ("same_fault_exceeded", "Same fault repaired more often than"),
    ("early_fault", "Fault within days of the sale"),
    ("repairs_in_vain", "Repaired so often in vain"),
    ("own_repair_days", "Our repair takes longer than"),
    ("parts_missing_days", "No spare part comes within"),
    ("distance_return", "Distance sale: return without a reason"),
    ("proof_period", "Seller bears the burden of proof"),
    ("same_fault_reached", "Same fault reported so often"),
    ("failed_handlings", "Handled so often without success"),
]


class WarrantyStatuteRule(models.Model):
    """One article: the right it gives, the named method that decides whether it has arisen, the figures it reads."""

    _name = "warranty.statute.rule"
    _description = "Statutory Rule"
    _order = "statute_id, sequence, id"

    statute_id = fields.Many2one("warranty.statute", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    article = fields.Char(translate=True, help="As the statute counts it, e.g. Art. 24 (4).")
    name = fields.Char(required=True, translate=True)
    right = fields.Selection(RIGHTS, required=True, default="exchange_return")
    method = fields.Selection(METHODS, string="Decided By", required=True)
    period_parameter_id = fields.Many2one(
        "compliance.parameter",
        string="Period",
        ondelete="restrict",
        domain="[('unit', 'in', ('day', 'month'))]",
        help="Only faults reported within so many days or months of the start of cover count.",
    )
    meter_parameter_id = fields.Many2one(
        "compliance.parameter",
        string="Distance",
        ondelete="restrict",
        domain="[('unit', '=', 'km')]",
        help="Only faults reported up to this reading count. A reading that is not known stops nothing.",
    )
    limit_parameter_id = fields.Many2one(
        "compliance.parameter",
        string="Limit",
        ondelete="restrict",
        help="The number or days the method counts to.",
    )
    component_kind = fields.Selection(
        [("main", "Main Unit"), ("key", "Key Parts")],
        string="Components",
        help="Minimum cover: of which components. Empty: of all but wear parts.",
    )
    subsidiary = fields.Boolean(help="Holds only for goods that no particular statute is set for.")
    use_compensation = fields.Boolean(
        string="Customer Pays for Use", help="What the buyer used the goods is deducted from the refund."
    )

    @api.depends("article", "name", "statute_id.name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = " ".join(filter(None, (rule.statute_id.name, rule.article))) or rule.name

    # Business

    def _get_reference(self):
        """How the rule is quoted: statute and article."""
        self.ensure_one()
        statute = self.statute_id
        return ", ".join(filter(None, (statute.name, statute.reference, self.article)))

    def _get_figure(self, name, day, company):
        """The figure behind one of the parameter fields, and its unit; (None, None) if the field is empty.

        :raise NotInForceError: the law knew no such figure on that day, so the rule did not exist
        """
        parameter = self[name]
        if not parameter:
            return None, None
        code, unit = parameter._get_code_and_unit()
        if not parameter._is_in_force(code, day, company):
            raise NotInForceError(code)
        return parameter._value(code, day, company), unit

    def _evaluate(self, units):
        """Let each of these rules judge each unit it holds for.

        :param units: list of ``UnitFacts``
        :return: list of (``UnitFacts``, ``Right``)
        """
        found = {}
        # sudo: the figures of the law apply whoever repairs; they are not confidential
        for rule in self.sudo():
            for unit in units if rule.right != "minimum" else ():
                if rule.statute_id not in unit.statutes or (rule.subsidiary and unit.is_particular):
                    continue
                try:
                    rights = list(getattr(rule, f"_decide_{rule.method}")(unit))
                except NotInForceError:
                    continue
                for right in rights:
                    # Where two articles differ in their period only, the stronger one comes first.
                    key = (unit.key, unit.company, rule.statute_id, rule.method, right.subject)
                    found.setdefault(key, (unit, right))
        return list(found.values())

    def _get_limit(self, unit):
        return self._get_figure("limit_parameter_id", unit.start, unit.company)[0]

    def _get_last_day(self, unit):
        """Last day of the rule's period for a unit; None without period. The day on which cover starts is not
        counted (Art. 201 and 202 of the Civil Code).

        :raise NotInForceError: the start is not known, so nothing can be judged by it
        """
        length, measure = self._get_figure("period_parameter_id", unit.start, unit.company)
        if length is None:
            return None
        if not unit.start:
            raise NotInForceError("start")
        return unit.start + (relativedelta(months=length) if measure == "month" else timedelta(days=length))

    def _get_in_period(self, unit, repairs):
        """Those of the repairs whose fault was reported within the rule's period and distance."""
        last = self._get_last_day(unit)
        limit, _unit = self._get_figure("meter_parameter_id", unit.start, unit.company)
        return [
            facts
            for facts in repairs
            if (last is None or (unit.start and unit.start <= facts.day <= last))
            and (limit is None or facts.km is None or facts.km <= limit)
        ]

    def _make_right(self, subject, facts, reason, counted=(), loan_days=0):
        return Right(self, subject, facts.repair, reason, list(counted) or [facts], loan_days)

    def _get_period_sentence(self, unit):
        """The rule's period, to end a reason with: a list of at most one sentence as code and values."""
        last = self._get_last_day(unit)
        distance, measure = self._get_figure("meter_parameter_id", unit.start, unit.company)
        if not last:
            return []
        period = {"start": fields.Date.to_string(unit.start), "last": fields.Date.to_string(last)}
        if distance:
            return [{"code": "period_and_distance", **period, "distance": distance, "unit": measure}]
        return [{"code": "period", **period}]

    def _explain(self, unit, code, **values):
        """A reason: the sentence of that code with its values, and the period it rests on."""
        return [{"code": code, **values}, *self._get_period_sentence(unit)]

    @api.model
    def _get_rules(self, units):
        """The rules of all statutes that hold for one of the units."""
        statutes = self.env["warranty.statute"].union(*(unit.statutes for unit in units))
        return self.browse(self._get_rule_ids(tuple(statutes.ids)))

    @api.model
    @tools.ormcache("statute_ids")
    def _get_rule_ids(self, statute_ids):
        # sudo: kept for all users; the rules of the law are no secret
        return tuple(self.sudo().with_context({}).search([("statute_id", "in", statute_ids)]).ids)
