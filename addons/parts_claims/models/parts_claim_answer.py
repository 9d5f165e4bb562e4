# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

DECISIONS = [
    ("accepted", "Accepted"),
    ("partly", "Partly Accepted"),
    ("refused", "Refused"),
    ("more", "Asks for More"),
]


class PartsClaimAnswer(models.Model):
    """One answer to one claim line, in the supplier's words: evidence from the moment it is given.

    A later answer is a new version; the earlier ones stay and can be compared. Answers are made by the portal, by the
    import of the supplier's list and by closing the answer of a claim; nobody writes them by hand.
    """

    _name = "parts.claim.answer"
    _description = "Answer to a Claim Line"
    _inherit = ["compliance.evidence.mixin"]
    _order = "claim_id desc, claim_line_id, version desc, id desc"
    _rec_name = "claim_line_id"

    answered_on = fields.Datetime(required=True, readonly=True)
    amount_agreed = fields.Monetary(string="Agreed", readonly=True)
    amount_change = fields.Monetary(
        string="Change", readonly=True, help="Difference to the amount agreed in the version before."
    )
    amount_claimed = fields.Monetary(related="claim_line_id.amount_claimed", string="Claimed")
    channel = fields.Selection(
        [
            ("portal", "Portal"),
            ("list", "Supplier's List"),
            ("clerk", "Recorded by Us"),
            ("deemed", "Deemed Accepted"),
        ],
        required=True,
        readonly=True,
    )
    claim_id = fields.Many2one("parts.claim", required=True, readonly=True, index=True, ondelete="restrict")
    claim_line_id = fields.Many2one(
        "parts.claim.line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    decision = fields.Selection(DECISIONS, required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Answered By", readonly=True, ondelete="restrict")
    product_id = fields.Many2one(related="claim_line_id.product_id", string="Part")
    reason = fields.Text(readonly=True, help="Reason of a refusal, or what the supplier asks for.")
    round = fields.Integer(
        readonly=True, help="1: first answer. 2: after the dispute. 3: after the appeal.", aggregator=None
    )
    supplier_id = fields.Many2one(related="claim_id.supplier_id", store=True, index=True)
    user_id = fields.Many2one("res.users", string="Recorded By", readonly=True, ondelete="restrict")
    version = fields.Integer(required=True, readonly=True, aggregator=None)

    _version_uniq = models.Constraint(
        "UNIQUE (claim_line_id, version)",
        "Another answer to this line was given at the same moment. Try again.",
    )

    @api.model
    def _get_evidence_fields(self):
        return [
            "amount_agreed",
            "answered_on",
            "channel",
            "claim_id",
            "claim_line_id",
            "currency_id",
            "decision",
            "partner_id",
            "reason",
            "round",
            "user_id",
            "version",
        ]

    @api.model
    def _record(self, answers, channel, partner):
        """Keep answers as new versions and close them as evidence.

        :param answers: list of (claim line, decision, agreed amount, reason)
        :param channel: one of the values of ``channel``
        :param partner: who answered; empty when nobody did
        :return: the versions
        """
        lines = self.env["parts.claim.line"].union(*(line for line, *_rest in answers))
        latest = lines._get_latest_answers()
        versions = self.create(
            [
                {
                    "amount_agreed": amount,
                    "amount_change": amount - latest[line].amount_agreed,
                    "answered_on": self.env.cr.now(),
                    "channel": channel,
                    "claim_id": line.claim_id.id,
                    "claim_line_id": line.id,
                    "company_id": line.company_id.id,
                    "currency_id": line.currency_id.id,
                    "decision": decision,
                    "partner_id": partner.id,
                    "reason": reason,
                    "round": line.claim_id.dispute_count + 1,
                    "user_id": self.env.uid,
                    "version": latest[line].version + 1,
                }
                for line, decision, amount, reason in answers
            ]
        )
        versions._close_evidence()
        return versions

    @api.model
    def _get_latest(self, lines):
        """Latest answer of each line: dict line -> answer, empty where none was given."""
        latest = dict.fromkeys(lines, self.browse())
        for answer in self.search(Domain("claim_line_id", "in", lines.ids), order="version"):
            latest[answer.claim_line_id] = answer
        return latest
