# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .gsp_first_approval import HEAD, PURCHASER, QUALITY, STEP_FIELDS

# meaning of the signature: (group, state before, state after, field of the signer, field of the moment)
CHAIN = {
    "apply": (PURCHASER, "draft", "quality", "purchaser_id", "purchaser_at"),
    "examine": (QUALITY, "quality", "head", "quality_id", "quality_at"),
    "approve": (HEAD, "head", "approved", "head_id", "head_at"),
}


class GspFirstApproval(models.Model):
    """The fixed chain: purchaser, quality, head, each a different person and never before the one in front."""

    _inherit = "gsp.first.approval"

    def action_apply(self):
        """The purchaser signs the application and hands it to quality."""
        return self._start_signature("apply")

    def action_examine(self):
        """Quality signs that the documents have been examined."""
        return self._start_signature("examine")

    def action_approve(self):
        """The head of the enterprise signs the approval."""
        return self._start_signature("approve")

    def action_refuse(self):
        """Ask why, then refuse."""
        self._check_refuser()
        return self._ask_reason("refuse", self.env._("Refuse"))

    def action_suspend(self):
        """Ask why, then let the approval count no longer."""
        self._check_step(QUALITY, ("approved",))
        return self._ask_reason("suspend", self.env._("Suspend"))

    def action_cancel(self):
        """Ask why, then withdraw the application or approval for good."""
        self._check_step(f"{PURCHASER},{QUALITY}", ("draft", "suspended"))
        return self._ask_reason("cancel", self.env._("Cancel"))

    def action_renew(self):
        """Apply anew with the same documents, to be brought up to date."""
        self.ensure_one()
        self._check_step(f"{PURCHASER},{QUALITY}", ("approved", "suspended", "refused"))
        return self.copy({"quality_opinion": False, "head_opinion": False}).get_formview_action()

    def _refuse_approval(self, reason):
        self._check_refuser()
        self._check_reason(reason)
        self._move_to(
            "refused",
            stop_reason=reason,
            refused_by_id=self.env.uid,
            refused_at=fields.Datetime.now(),
        )
        self._close_evidence()

    def _suspend(self, reason):
        self._check_step(QUALITY, ("approved",))
        self._check_reason(reason)
        self._move_to("suspended", stop_reason=reason)

    def _cancel(self, reason):
        self._check_step(f"{PURCHASER},{QUALITY}", ("draft", "suspended"))
        self._check_reason(reason)
        self._move_to("canceled", stop_reason=reason)

    def _check_refuser(self):
        """Quality refuses what lies with quality, the head what lies with the head."""
        self.ensure_one()
        self._check_step(HEAD if self.state == "head" else QUALITY, ("quality", "head"))

    # -- signatures ---------------------------------------------------------------------------------------------

    def _start_signature(self, meaning):
        self.ensure_one()
        self._check_chain(meaning, fields.Datetime.now())
        return self._action_sign(meaning)

    def _check_chain(self, meaning, moment):
        """All that must hold when the signature is asked for, and again when it has been given."""
        group, state, *_rest = CHAIN[meaning]
        self._check_step(group, (state,))
        self._check_different_people()
        self._check_order(moment)
        missing = self._get_missing_documents()
        if missing:
            raise UserError(
                self.env._(
                    "%(approval)s is not complete:\n%(missing)s",
                    approval=self.display_name,
                    missing="\n".join(f"• {line}" for line in missing),
                )
            )
        if meaning == "approve" and self.kind == "pair":
            self._check_parts_approved()

    def _check_different_people(self):
        if self.env.user in self.purchaser_id | self.quality_id | self.head_id:
            raise AccessError(
                self.env._(
                    "You have signed %(approval)s already: the next signature is another person's.",
                    approval=self.display_name,
                )
            )

    def _check_order(self, moment):
        """A later signature is not dated before an earlier one, even if the clock was set back."""
        last = max(filter(None, (self.purchaser_at, self.quality_at, self.head_at)), default=moment)
        if moment < last:
            raise UserError(
                self.env._(
                    "%(approval)s was signed on %(date)s; it cannot be signed with an earlier date. "
                    "Have the clock of the server checked.",
                    approval=self.display_name,
                    date=fields.Datetime.to_string(last),
                )
            )

    def _check_parts_approved(self):
        """Supplier and product have their own approvals first."""
        approvals = self.sudo()._fetch_approvals(  # sudo: the verdict only
            self.company_id, self.partner_id.commercial_partner_id, self.product_tmpl_id
        )
        day = self.company_id._get_law_date()
        valid = approvals.filtered(lambda approval: approval._is_valid_on(day))
        if {"supplier", "product"} - set(valid.mapped("kind")):
            raise UserError(
                self.env._(
                    "%(approval)s: supplier and product each need their own first approval before.",
                    approval=self.display_name,
                )
            )

    def _get_missing_documents(self):
        day = self.company_id._get_law_date()
        lines = [document._get_missing(day) for document in self.document_ids]
        present = self.document_ids.type_id
        for vals in self._prepare_documents():
            document_type = self.env["gsp.first.approval.document.type"].sudo().browse(vals["type_id"])
            if document_type.is_mandatory and document_type not in present:
                lines.append(self.env._("%(document)s: not listed.", document=document_type.name))
        return list(filter(None, lines))

    def _get_signature_meanings(self):
        return {
            "apply": self.env._("Application for First Approval"),
            "examine": self.env._("Examination by Quality"),
            "approve": self.env._("Approval by the Head"),
        }

    def _get_signature_fields(self):
        """Each signature covers the application; opinions of later steps come after it."""
        return sorted((self._get_content_fields() | {"name"}) - {"quality_opinion", "head_opinion"})

    def _signed(self, signature):
        """A signature moves the approval one step on; the last one makes it evidence."""
        result = super()._signed(signature)
        if signature.meaning in CHAIN:
            self.ensure_one()
            if (signature.user_id, signature.res_model, signature.res_id) != (
                self.env.user,
                self._name,
                self.id,
            ):
                raise AccessError(self.env._("This step is taken by one's own signature under it."))
            self._check_chain(signature.meaning, signature.signed_at)
            _group, _state, target, who, when = CHAIN[signature.meaning]
            self._move_to(target, **{who: signature.user_id.id, when: signature.signed_at})
            if target == "approved":
                self._close_evidence()
        return result

    @api.model
    def _get_evidence_fields(self):
        return sorted(self._get_content_fields() | STEP_FIELDS - {"state", "stop_reason"} | {"valid_to"})

    @api.model
    def _cron_suspend_expired(self):
        """Mark approvals whose documents have run out. The gate looks at the dates itself."""
        for company in self.env["res.company"].search([]):
            expired = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "approved"),
                    ("valid_to", "<", company._get_law_date()),
                ]
            )
            for approval in expired:
                approval._move_to(
                    "suspended",
                    stop_reason=self.env._("A document was valid until %(date)s.", date=approval.valid_to),
                )
                approval.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=(company.gsp_quality_user_id or approval.purchaser_id).id,
                    summary=self.env._("Documents of %(subject)s have expired", subject=approval.subject),
                )
