# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import UserError

# The dispute and one appeal; after that a manager decides.
MAX_DISPUTES = 2


class PartsClaim(models.Model):
    """An answer is disputed with arguments and attachments, appealed once, and then put before a manager."""

    _inherit = "parts.claim"

    dispute_attachment_ids = fields.Many2many(
        "ir.attachment",
        "parts_claim_dispute_attachment_rel",
        "claim_id",
        "attachment_id",
        string="Attachments to the Dispute",
        copy=False,
        bypass_search_access=True,
        help="What proves our point; the supplier sees it on the portal.",
    )
    dispute_count = fields.Integer(string="Disputes", readonly=True, copy=False, tracking=True)
    escalated = fields.Boolean(
        readonly=True, copy=False, tracking=True, help="The manager decides whether the answer is accepted."
    )

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"dispute_count", "escalated"}

    def action_dispute(self):
        """Dispute, then appeal once; the supplier gets the agreed time to answer again."""
        spent = self.filtered(lambda claim: claim.dispute_count >= MAX_DISPUTES)
        if spent:
            raise UserError(
                self.env._(
                    "%(claims)s was disputed and appealed already. Escalate it to a manager, or accept the answer.",
                    claims=spent._get_names(),
                )
            )
        result = super().action_dispute()
        for claim in self:
            today = claim.company_id._get_law_date()
            deadlines = [agreement._get_answer_deadline(today) for agreement in claim.line_ids.agreement_id]
            claim._set(
                {
                    "answer_deadline": min(filter(None, deadlines), default=False),
                    "dispute_count": claim.dispute_count + 1,
                }
            )
        return result

    def action_escalate(self):
        """Put an answer that is not accepted before the managers, who decide."""
        self._check_step("parts_claims.parts_claims_group_clerk", ("answered",))
        self._set({"escalated": True})
        managers = self.env.ref("parts_claims.parts_claims_group_manager").sudo().all_user_ids
        todo = self.env.ref("mail.mail_activity_data_todo")
        for claim in self:
            for user in managers & claim.company_id.sudo().user_ids:
                claim.activity_schedule(
                    activity_type_id=todo.id,
                    date_deadline=claim.company_id._get_law_date(),
                    summary=claim.env._(
                        "Decide on the answer of %(supplier)s", supplier=claim.supplier_id.name
                    ),
                    user_id=user.id,
                )
        return True

    def action_agree(self):
        """An escalated answer is accepted by a manager only."""
        escalated = self.filtered("escalated")
        if escalated:
            escalated._check_step("parts_claims.parts_claims_group_manager", ("answered",))
        return super().action_agree()
