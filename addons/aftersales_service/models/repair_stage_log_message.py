# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# Which message a customer gets when a repair enters a stage. Archive a template to stop its message.
TEMPLATES = {
    "received": "mail_template_repair_received",
    "parts": "mail_template_repair_parts",
    "work": "mail_template_repair_work",
    "ready": "mail_template_repair_ready",
    "delivered": "mail_template_repair_delivered",
}


class RepairStageLog(models.Model):
    """Tells customers how far their repair is: shortly after each step, not within it."""

    _inherit = "repair.stage.log"

    message_state = fields.Selection(
        [("pending", "To Send"), ("sent", "Sent"), ("skipped", "Not Sent")],
        string="Customer Informed",
        default="pending",
        readonly=True,
        copy=False,
    )

    _pending_idx = models.Index("(entered_on) WHERE message_state = 'pending'")

    @api.model
    def _cron_tell_customers(self):
        """Send what is pending. Steps a day old, or overtaken by a later one, are not news any more."""
        pending = self.search(Domain("message_state", "=", "pending"), order="entered_on", limit=500)
        recent = fields.Datetime.now() - timedelta(days=1)
        sent = self.browse()
        by_template = defaultdict(self.browse)
        for log in pending:
            template = log._get_message_template()
            if template and log.entered_on >= recent and not log.left_on:
                by_template[template] |= log
        for template, logs in by_template.items():
            template.send_mail_batch(logs.repair_id.ids)
            sent |= logs
        sent.message_state = "sent"
        (pending - sent).message_state = "skipped"

    def _get_message_template(self):
        """The message for this step; none if the company, the stage or the customer gets none."""
        if log_template := TEMPLATES.get(self.stage):
            template = self.env.ref(f"aftersales_service.{log_template}", raise_if_not_found=False)
            if (
                template
                and template.active
                and self.company_id.service_progress_messages
                and self.repair_id.partner_id.email
            ):
                return template
        return None
