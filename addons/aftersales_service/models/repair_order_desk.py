# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from copy import deepcopy

from odoo import api, fields, models

# The button that takes a repair on from a stage when nothing else comes first.
STAGE_STEPS = {
    "received": "action_start_diagnosis",
    "diagnosis": "action_present_estimate",
    "estimate": "action_repair_start",
    "parts": "action_repair_start",
    "work": "action_request_quality_check",
    "quality": "action_open_quality_check",
    "ready": "action_settle",
    "settled": "action_hand_over",
}
AGREEMENT_STAGES = ("estimate", "parts", "work")
PRIMARY_CLASSES = {"btn-primary", "oe_highlight"}


class RepairOrder(models.Model):
    """One next step at a time: the form highlights the button that takes the repair on, and no other."""

    _inherit = "repair.order"

    next_step = fields.Char(compute="_compute_next_step", help="Name of the action that takes the repair on.")

    @api.depends(
        "service_stage",
        "state",
        "is_paused",
        "is_intake_signed",
        "is_bill_signed",
        "estimate_state",
        "sale_order_id",
        "quality_state",
        "dispatch_state",
        "technician_ids",
        "service_mode",
    )
    def _compute_next_step(self):
        for repair in self:
            repair.next_step = repair._get_next_step()

    # Business

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Of each button of a form's header that can be the next step, one highlighted and one plain copy."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for button in arch.xpath("//header/button[@name]"):
                if PRIMARY_CLASSES & set((button.get("class") or "").split()):
                    self._split_step(button)
        return arch, view

    @api.model
    def _split_step(self, button):
        """Make of one highlighted button one that is shown while it is the next step, and a plain one for the rest."""
        name, hidden = button.get("name"), button.get("invisible") or "False"
        plain = deepcopy(button)
        classes = [word for word in plain.get("class").split() if word not in PRIMARY_CLASSES]
        plain.set("class", " ".join(["btn-secondary", *classes]))
        plain.set("invisible", f"({hidden}) or next_step == '{name}'")
        button.set("invisible", f"({hidden}) or next_step != '{name}'")
        button.addnext(plain)

    def _get_next_step(self):
        """Name of the method that takes this repair on; empty when nothing is to be done."""
        self.ensure_one()
        stage = self.service_stage
        if stage in ("received", "diagnosis"):
            return self._get_first_step()
        if self.is_paused:
            return "action_go_on"
        if stage in AGREEMENT_STAGES and self.sale_order_id and self.estimate_state in ("open", "outdated"):
            return "action_sign_estimate"
        if stage == "parts" and self.state != "confirmed":
            return "action_resume_work" if self.state == "under_repair" else "action_validate"
        if stage == "quality" and self.quality_state == "passed":
            return "action_repair_end"
        if stage == "ready" and self._needs_signed_bill():
            return "action_sign_bill"
        return STAGE_STEPS.get(stage, "")

    def _get_first_step(self):
        """As long as nothing is estimated: the signature under the intake, then who goes, then the diagnosis."""
        if self._needs_signed_intake() and not self.is_intake_signed:
            return "action_sign_intake"
        if self.service_mode == "on_site" and self.dispatch_state == "to_dispatch" and self.technician_ids:
            return "action_dispatch"
        if self.service_stage == "diagnosis" and self.state == "confirmed" and self.estimate_state == "free":
            return "action_repair_start"
        return STAGE_STEPS[self.service_stage]

    def _needs_signed_bill(self):
        """Whether the customer stands at the desk and has not signed the bill yet."""
        return bool(self.partner_id) and self.service_mode == "workshop" and not self.is_bill_signed
