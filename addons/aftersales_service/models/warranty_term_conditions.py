# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from .warranty_term_line import METER_UNITS

# What customers were promised besides the components: fixed once a registration stands on the term.
PROMISE_FIELDS = frozenset(
    {
        "after_discount",
        "after_price_rule",
        "compensation_coefficient",
        "exchange_meter_limit",
        "exchange_meter_unit",
        "exchange_months",
        "exclusion_ids",
        "free_updates",
        "maintenance_interval_months",
        "payment_before_work",
        "preventive_visits",
        "proof_ids",
        "registration_days",
        "replacement_rule",
        "same_fault_limit",
        "subject",
    }
)


class WarrantyTerm(models.Model):
    """The conditions of a promise: what must be shown, what is refused, what it costs afterwards."""

    _inherit = "warranty.term"

    subject = fields.Selection(
        [("goods", "Goods"), ("software", "Software"), ("works", "Installed System")],
        required=True,
        default="goods",
        help="Software is kept running by labor alone; an installed system is accepted as a whole.",
    )
    proof_ids = fields.Many2many(
        "warranty.proof",
        "warranty_term_proof_rel",
        "term_id",
        "proof_id",
        string="Accepted Proofs",
        help="Cover needs one of these proofs of purchase. Empty: the registration itself is enough.",
    )
    registration_days = fields.Integer(
        string="Return Card Within",
        help="Days after the sale within which the return card must arrive; a unit whose card is late is not "
        "recognized. 0: no card is asked for.",
    )
    exclusion_ids = fields.Many2many(
        "warranty.exclusion",
        "warranty_term_exclusion_rel",
        "term_id",
        "exclusion_id",
        string="Exclusions",
        help="The only reasons for which a unit under cover may be refused.",
    )
    replacement_rule = fields.Selection(
        [("restart", "A new full period"), ("keep", "The remaining period")],
        string="On Replacement",
        required=True,
        default="restart",
        help="Cover of the unit given in exchange for this one.",
    )
    same_fault_limit = fields.Integer(
        string="Replace After Same Fault",
        help="How many times the same fault is reported before the unit is replaced. 0: as promised for all units.",
    )
    exchange_months = fields.Integer(
        string="Exchange Period",
        help="Months within which exchange or return may be claimed, where this is shorter than free repair. 0: "
        "no period of its own.",
    )
    exchange_meter_limit = fields.Float(help="Exchange and return also end at this reading. 0: no limit.")
    exchange_meter_unit = fields.Selection(METER_UNITS)
    compensation_coefficient = fields.Float(
        string="Use Compensation (%)",
        digits=(5, 3),
        help="Coefficient n the customer pays for use when a unit is returned, as printed on the certificate.",
    )
    preventive_visits = fields.Integer(string="Preventive Visits per Year")
    free_updates = fields.Boolean(help="Updates of the software are free, also after the period.")
    maintenance_interval_months = fields.Integer(
        string="Maintenance Every",
        help="Months between two services by the manual. Cover needs a record of each one due. 0: not asked for.",
    )
    battery_limits = fields.Char(
        string="Battery Capacity Limits", translate=True, tracking=True, help="As printed on the certificate."
    )
    after_price_rule = fields.Selection(
        [
            ("list", "List price"),
            ("cost", "Parts at our cost"),
            ("parts_only", "Parts only, labor free"),
            ("cost_parts_only", "Parts at our cost, labor free"),
            ("discount", "Fixed discount"),
        ],
        string="After the Warranty",
        required=True,
        default="list",
        help="What a repair costs once cover has ended.",
    )
    after_discount = fields.Float(string="Discount (%)", digits=(5, 2))
    payment_before_work = fields.Boolean(
        help="A repair out of warranty is paid before goods are shipped or somebody is sent."
    )

    _conditions_positive = models.Constraint(
        "CHECK(registration_days >= 0 AND same_fault_limit >= 0 AND exchange_months >= 0"
        " AND preventive_visits >= 0 AND maintenance_interval_months >= 0 AND exchange_meter_limit >= 0)",
        "Days, months, visits, and limits of a warranty term cannot be negative.",
    )
    _exchange_meter = models.Constraint(
        "CHECK(exchange_meter_limit = 0 OR exchange_meter_unit IS NOT NULL)",
        "The meter limit of the exchange period needs its unit (km, hours, cycles).",
    )
    _after_discount = models.Constraint(
        "CHECK(after_discount BETWEEN 0 AND 100)", "A discount is a percentage from 0 to 100."
    )

    @api.constrains("compensation_coefficient", "valid_from")
    def _check_compensation_coefficient(self):
        for term in self.filtered("compensation_coefficient"):
            most = self.env["compliance.parameter"]._value(
                "car.compensation.coefficient_percent", on=term.valid_from, company=term.company_id or None
            )
            if not 0 < term.compensation_coefficient <= most:
                raise ValidationError(
                    self.env._(
                        "Warranty term “%(term)s”: the compensation for use may be at most %(most)s %%.",
                        term=term.display_name,
                        most=f"{most:g}",
                    )
                )

    def write(self, vals):
        """Refuses other conditions for terms that customers already hold."""
        touched = PROMISE_FIELDS & vals.keys()
        for term in self if touched else ():
            # Whether somebody holds the term decides, not whether the user may see who.
            if term.sudo().registration_count and term._has_other_values({k: vals[k] for k in touched}):
                raise UserError(
                    self.env._(
                        "Customers hold warranty term “%(term)s” already: %(fields)s cannot be changed any more. "
                        "Issue a new version, which holds for later sales.",
                        term=term.display_name,
                        fields=", ".join(
                            sorted(self._fields[name]._description_string(self.env) for name in touched)
                        ),
                    )
                )
        return super().write(vals)

    def _has_other_values(self, vals):
        """Whether writing these values would change the term; forms send back what they were given."""
        self.ensure_one()
        draft = self.new(vals, origin=self)
        for name in vals:
            before, after = self[name], draft[name]
            if self._fields[name].relational:
                before, after = set(before.ids), set(after._origin.ids)
            if before != after:
                return True
        return False

    def _get_after_pricing(self):
        """How parts are priced once cover has ended: ("list", "cost", or "discount"; discount in percent)."""
        self.ensure_one()
        if self.after_price_rule in ("cost", "cost_parts_only"):
            return "cost", 0.0
        if self.after_price_rule == "discount":
            return "discount", self.after_discount
        return "list", 0.0

    @tools.ormcache("self.id")
    def _get_consequences(self):
        """What the exclusions of one term lead to: a set of their consequences."""
        # sudo: kept for all users; a term judges whoever repairs
        return frozenset(self.sudo().with_context({}).exclusion_ids.mapped("consequence"))

    def _is_labor_free_afterwards(self):
        """Whether only parts are charged once cover has ended."""
        self.ensure_one()
        return self.after_price_rule in ("parts_only", "cost_parts_only")

    def _accepts_proofs(self, proofs):
        """Whether one of these proofs of purchase is enough; without any named in the term, everything is."""
        self.ensure_one()
        return accepts_proofs(self.proof_ids, proofs)


def accepts_proofs(accepted, proofs):
    """Whether a set of accepted kinds is met by the proofs at hand; "none" among them means nothing is asked."""
    return not accepted or "none" in accepted.mapped("code") or bool(accepted & proofs)
