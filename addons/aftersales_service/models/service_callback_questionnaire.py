# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from .service_callback import OPEN_STATES


class ServiceCallback(models.Model):
    """The questionnaire of a call-back: filled in by the caller, or by the customer from a mail."""

    _inherit = "service.callback"

    # Actions

    def action_open_questionnaire(self):
        """Open the questionnaire for the caller, who fills it in while talking."""
        self.ensure_one()
        self._check_caller()
        self._check_open()
        self._check_questionnaire()
        # sudo: callers answer questionnaires without being allowed to edit or read them all
        survey = self.sudo().rule_id.survey_id
        answers = self.sudo().user_input_id
        if answers.state == "done" or answers.partner_id != self.env.user.partner_id:
            answers = survey._create_answer(user=self.env.user, check_attempts=False)
            self.sudo().user_input_id = answers
        return {"type": "ir.actions.act_url", "url": answers.get_start_url(), "target": "new"}

    def action_send_questionnaire(self):
        """Send the questionnaire to the customers by mail; what they answer comes back to the call-back."""
        self._check_caller()
        self._check_open()
        template = self.env.ref("aftersales_service.service_callback_mail_template")
        for callback in self:
            callback._check_questionnaire()
            if not callback.partner_id.email:
                raise UserError(
                    self.env._(
                        "%(customer)s has no e-mail address. Enter one, or call.",
                        customer=callback.partner_id.display_name,
                    )
                )
            # sudo: as above
            survey = callback.sudo().rule_id.survey_id
            callback.sudo().user_input_id = survey._create_answer(
                partner=callback.partner_id, check_attempts=False
            )
            callback.sudo().message_post_with_source(template, subtype_xmlid="mail.mt_note")
        return True

    def _check_questionnaire(self):
        for callback in self:
            if not callback.has_questionnaire:
                raise UserError(
                    self.env._(
                        "The rule of call-back %s has no questionnaire. Add one to the rule.", callback.name
                    )
                )

    def _get_questionnaire_url(self):
        """Full address of the questionnaire, for the mail."""
        self.ensure_one()
        return self.get_base_url() + self.sudo().user_input_id.get_start_url()

    # Result

    def _take_questionnaire(self):
        """Copy the answers, item by item, when a questionnaire was completed. One filled in by the customer himself
        is the result of the call-back; without answers nothing is taken over."""
        for callback in self.filtered(lambda callback: callback.state in OPEN_STATES):
            answers = callback.user_input_id
            callback.answer_ids.unlink()
            callback.answer_ids.create(callback._prepare_answer_vals_list(answers))
            vals = {"score": answers.scoring_percentage, "questionnaire_done": True}
            if answers.partner_id.commercial_partner_id == callback.commercial_partner_id:
                vals |= callback._prepare_own_answer_vals(answers)
            callback.write(vals)
            if "satisfied" in vals:
                callback._finish()

    def _prepare_own_answer_vals(self, answers):
        """What a customer's own answers say: satisfied or not by the score, his words from the free text."""
        self.ensure_one()
        words = answers.user_input_line_ids.filtered(
            lambda line: line.answer_type in ("text_box", "char_box")
        )
        satisfied = answers.scoring_percentage >= self.rule_id.satisfied_from
        return {
            "satisfied": "yes" if satisfied else "no",
            "customer_words": "\n".join(line._get_answer_value() for line in words if not line.skipped)
            or (
                not satisfied
                and self.env._("Answered the questionnaire with %s %%.", round(answers.scoring_percentage))
            )
            or False,
        }

    def _prepare_answer_vals_list(self, answers):
        """Values of the kept answers: one per question, in order."""
        self.ensure_one()
        vals_list = []
        for number, (question, lines) in enumerate(
            answers.user_input_line_ids.grouped("question_id").items(), 1
        ):
            best = max(question.suggested_answer_ids.mapped("answer_score"), default=0)
            score = sum(lines.mapped("answer_score"))
            vals_list.append(
                {
                    "callback_id": self.id,
                    "sequence": number,
                    "question": question.title,
                    "answer": "\n".join(str(line._get_answer_value()) for line in lines if not line.skipped),
                    "score": score,
                    "max_score": best,
                    "percentage": 100 * score / best if best else 0,
                }
            )
        return vals_list
