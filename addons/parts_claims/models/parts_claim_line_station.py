# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from odoo.addons.compliance_base.violation import Violation

RETURN_CAUSES = [
    ("quality", "Quality of the Part"),
    ("disassembled", "Taken Apart Without Need"),
    ("other", "Other"),
]
STATION_KINDS = ("part", "labor", "travel", "mileage", "freight", "consumable", "expense")
MANAGER = "parts_claims.parts_claims_group_manager"


class PartsClaimLine(models.Model):
    """A line that a service station filed with us: what it did, what it asks, what its agreement allows.

    ``amount_claimed`` is what the station asks, ``amount_allowed`` what the terms give. ``supplier_id`` is the station.
    """

    _inherit = "parts.claim.line"

    allowed_quantity = fields.Float(
        readonly=True, digits="Product Unit", help="Pieces, hours or kilometers that the terms pay."
    )
    amount_allowed = fields.Monetary(
        string="Allowed", readonly=True, help="What the station's agreement gives; never more than asked."
    )
    decision = fields.Selection(
        selection_add=[("returned", "Returned for Completion")], ondelete={"returned": "set null"}
    )
    direction = fields.Selection(
        [("outbound", "To the Supplier"), ("inbound", "From a Station")],
        required=True,
        readonly=True,
        default="outbound",
        index=True,
    )
    excess_reason = fields.Char(
        string="More Than Agreed, Because",
        copy=False,
        help="Why a station gets more than its agreement gives. Written by a manager.",
    )
    meter_reading = fields.Float(
        string="Meter at the Repair", readonly=True, digits=(16, 0), help="As the station read it."
    )
    operation_id = fields.Many2one(
        "repair.operation", readonly=True, ondelete="restrict", index="btree_not_null", check_company=True
    )
    origin_kind = fields.Selection(
        selection_add=[("station", "Service Station")], ondelete={"station": "set default"}
    )
    report_date = fields.Date(
        string="Reported On", readonly=True, help="Day the customer reported the fault."
    )
    return_cause = fields.Selection(
        RETURN_CAUSES,
        string="Cause of Return",
        readonly=True,
        help="Why the part or unit came back: it decides who bears the freight.",
    )
    station_document = fields.Char(
        string="Station's Document",
        readonly=True,
        index="trigram",
        help="Number of the station's repair document.",
    )
    symptom = fields.Char(string="Fault", readonly=True, help="What was wrong, in the station's words.")

    _allowed_range = models.Constraint(
        "CHECK (amount_allowed >= 0)", "What the terms allow is not less than nothing."
    )
    _inbound_document = models.Constraint(
        "CHECK (direction <> 'inbound' OR (station_document IS NOT NULL AND unit_lot_id IS NOT NULL))",
        "A station's line names its document and the unit.",
    )

    @api.depends(
        "company_id",
        "direction",
        "inbound_line_id",
        "kind",
        "operation_id",
        "product_id",
        "station_document",
        "supplier_id",
        "unit_lot_id",
    )
    def _compute_source_key(self):
        """A station is paid once for a part, or for a kind of cost, of one repair of one unit."""
        inbound = self.filtered(lambda line: line.direction == "inbound")
        result = super(PartsClaimLine, self - inbound)._compute_source_key()
        for line in inbound:
            line.source_key = self._get_station_key(
                line.company_id,
                line.supplier_id,
                line.unit_lot_id,
                line.station_document,
                line.kind,
                line.product_id,
                line.operation_id,
            )
        return result

    @api.model
    def _get_station_key(self, company, station, unit, document, kind, product, operation):
        """What makes a cost of a station unique. How the document's number is written is no difference."""
        item = {"part": product.id, "labor": operation.id or 0}.get(kind, 0)
        number = "".join((document or "").split()).upper()
        return f"station:{company.id}:{station.id}:{unit.id}:{kind}:{item}:{number}"

    @api.constrains("decision", "direction")
    def _check_returned(self):
        if any(line.decision == "returned" and line.direction != "inbound" for line in self):
            raise ValidationError(self.env._("Only lines of a service station are returned for completion."))

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"direction"}

    @api.model
    def _get_evidence_fields(self):
        return [
            *super()._get_evidence_fields(),
            "allowed_quantity",
            "amount_allowed",
            "direction",
            "inbound_line_id",
            "meter_reading",
            "operation_id",
            "report_date",
            "return_cause",
            "station_document",
            "symptom",
        ]

    def action_accept_allowed(self):
        """Decide as the terms say: accepted, partly, or refused. Lines whose terms are unclear stay open."""
        self._check_group("parts_claims.parts_claims_group_clerk")
        for line in self.filtered(lambda line: line.direction == "inbound" and not line.decision):
            vals = line._prepare_allowed_decision()
            if vals:
                line.write(vals)
        return True

    def action_view_claim(self):
        """Open the claim of the line."""
        self.ensure_one()
        return self.claim_id._get_records_action(views=[(self.claim_id.get_formview_id(), "form")])

    def _prepare_allowed_decision(self):
        """Values of the decision the terms give, in the station's language; empty where a person has to find out."""
        self.ensure_one()
        self = self.with_context(lang=self.supplier_id.lang or self.env.lang)
        compared = self.currency_id.compare_amounts(self.amount_allowed, self.amount_claimed)
        if self.problem:
            return {}
        if compared == 0:
            return {"decision": "accepted"}
        if self.amount_allowed:
            return {
                "decision": "partly",
                "amount_agreed": self.amount_allowed,
                "decision_reason": self.price_explanation or self.agreement_id.name,
            }
        return {"decision": "refused", "decision_reason": self.uncovered_reason or self.agreement_id.name}

    def _check_writable(self, names):
        """A manager's exception is written while the answer is open."""
        if "excess_reason" in names:
            names = names - {"excess_reason"}
            self._check_group(MANAGER)
            if any(line.state not in ("submitted", "disputed") for line in self):
                raise UserError(self.env._("The answer to the station is closed and can no longer change."))
        return super()._check_writable(names)

    def _get_answer_violations(self):
        """Nobody pays a station more than was agreed, unless a manager says why."""
        violations = super()._get_answer_violations()
        over = self.currency_id.compare_amounts(self.amount_agreed, self.amount_allowed) > 0
        if self.direction == "inbound" and over and not self.excess_reason:
            message = self.env._(
                "%(line)s: %(agreed)s is more than the %(allowed)s that %(agreement)s gives.",
                line=self.display_name,
                agreed=self.amount_agreed,
                allowed=self.amount_allowed,
                agreement=self.agreement_id.name,
            )
            remedy = self.env._("Accept a part of it, or let a manager write down why more is paid.")
            violations.append(
                Violation("claims.station.excess", self, message, remedy, self.agreement_id.name)
            )
        return violations

    def _get_origin_name(self):
        own = self.station_document or self.inbound_line_id.station_document
        return own or super()._get_origin_name()

    def _release(self):
        """What a station filed is filed anew by the station, not put back into our worklist."""
        return super(PartsClaimLine, self.filtered(lambda line: line.direction == "outbound"))._release()


class PartsClaimAnswer(models.Model):
    _inherit = "parts.claim.answer"

    decision = fields.Selection(
        selection_add=[("returned", "Returned for Completion")], ondelete={"returned": "cascade"}
    )
