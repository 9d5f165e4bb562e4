# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import DISPATCHER, RECEPTION, TECHNICIAN
from .service_appointment import EXPECTED_STATES

PREPARATION_CODE = "APPOINTMENT-PREPARATION"


class ServiceAppointment(models.Model):
    """The steps of an appointment, from the first call to the unit in the bay."""

    _inherit = "service.appointment"

    def action_confirm(self):
        """Booked: bay and team are held from now on."""
        self._check_action(("draft",), RECEPTION, DISPATCHER)
        self._write_system({"state": "confirmed"})
        self._check_free()
        return True

    def action_reconfirm(self):
        """The evening before: bay and parts are there, the customer is told again. Refused while one is missing."""
        self._check_action(("confirmed",), RECEPTION)
        self.env["compliance.refusal"]._refuse(self._get_reconfirm_violations())
        self._write_system({"state": "reconfirmed", "reconfirmed_on": fields.Datetime.now()})
        return True

    def _get_reconfirm_violations(self):
        violations = []
        for appointment in self:
            if not appointment.bay_id and not appointment.has_priority:
                violations.append(
                    Violation(
                        "service.appointment.bay",
                        appointment,
                        self.env._("%s has no bay.", appointment.name),
                        self.env._("Choose a bay, or give the customer priority on the next free one."),
                    )
                )
            for part in appointment.part_ids.filtered(lambda part: not part.is_available):
                violations.append(
                    Violation(
                        "service.appointment.parts",
                        appointment,
                        self.env._(
                            "%(number)s: of %(part)s, %(needed)g are needed and %(free)g are free.",
                            number=appointment.name,
                            part=part.product_id.display_name,
                            needed=part.quantity,
                            free=part.quantity_available,
                        ),
                        self.env._("Order the part or agree on a later date with the customer."),
                    )
                )
        return violations

    def action_give_priority(self):
        """No bay can be kept: the customer gets the next free one before others."""
        self._check_action(("draft", *EXPECTED_STATES, "arrived"), RECEPTION, DISPATCHER)
        self._write_system({"has_priority": True})
        return True

    def action_note_call(self):
        """The adviser has confirmed the material and called the customer."""
        return self._note_step("called_on", RECEPTION)

    def action_note_bay_cleaned(self):
        """The bay is clean and free."""
        return self._note_step("bay_cleaned_on", RECEPTION, TECHNICIAN)

    def action_note_lane(self):
        """The pre-check lane is kept free."""
        return self._note_step("lane_reserved_on", RECEPTION)

    def _note_step(self, name, *groups):
        self._check_action(EXPECTED_STATES, *groups)
        self._write_system({name: fields.Datetime.now()})
        return True

    def action_open_late(self):
        """Ask when the customer, called because of being late, will come."""
        self.ensure_one()
        self._check_action(EXPECTED_STATES, RECEPTION)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.service_appointment_late_action"
        )
        return {**action, "context": {"default_appointment_id": self.id}}

    def _confirm_late(self, expected_on):
        """The customer will come later: the bay is not kept, the discount is.

        :param datetime expected_on: naive UTC
        """
        self._check_action(EXPECTED_STATES, RECEPTION)
        if not expected_on or expected_on <= self.start:
            raise UserError(
                self.env._("%s: a late customer comes after the time that was booked.", self.name)
            )
        self._write_system({"state": "late", "expected_on": expected_on, "has_priority": True})
        self._release_bay()
        self._notify_responsible(
            {self: self.company_id._get_service_dispatcher()},
            self.env._(
                "%(number)s comes late: expected %(time)s", number=self.name, time=self._format(expected_on)
            ),
        )

    def _format(self, moment):
        return fields.Datetime.context_timestamp(self, moment).strftime("%Y-%m-%d %H:%M")

    def _release_bay(self):
        """Give bay and team to others."""
        # sudo: the team is the dispatcher's to plan, giving it back is not planning
        self.sudo().write({"bay_id": False, "technician_ids": [fields.Command.clear()]})

    def action_arrive(self):
        """The customer is here: the repair is made, with everything the appointment knows."""
        self._check_action(EXPECTED_STATES, RECEPTION)
        for appointment in self:
            repair = appointment._create_repair()
            appointment._write_system(
                {"state": "arrived", "arrived_on": fields.Datetime.now(), "repair_id": repair.id}
            )
        return self.repair_id._get_records_action()

    def action_start(self):
        """The unit is in the bay."""
        self._check_action(("arrived",), RECEPTION, TECHNICIAN)
        self._write_system({"state": "in_progress"})
        return True

    def action_done(self):
        """The service is finished; bay and team are free."""
        self._check_action(("in_progress", "arrived"), RECEPTION, TECHNICIAN)
        self._write_system({"state": "done", "closed_on": fields.Datetime.now()})
        return True

    def action_no_show(self):
        """The customer did not come."""
        self._check_action(EXPECTED_STATES, RECEPTION)
        for appointment in self:
            if appointment.start > fields.Datetime.now():
                raise UserError(
                    self.env._("%s has not begun yet: the customer can still come.", appointment.name)
                )
        self._write_system({"state": "no_show", "closed_on": fields.Datetime.now()})
        return True

    def action_cancel(self):
        """The customer called off, or we did."""
        self._check_action(("draft", *EXPECTED_STATES), RECEPTION)
        self._cancel("called_off")
        return True

    def _cancel(self, reason):
        self._write_system({"state": "canceled", "closed_on": fields.Datetime.now(), "cancel_reason": reason})

    def action_draft(self):
        """Back to a new appointment, to be booked again."""
        self._check_action(("canceled", "no_show"), RECEPTION)
        names = self._get_system_fields() - {"state", "repair_id"}
        self._write_system({"state": "draft", **dict.fromkeys(names, False)})
        return True

    def action_prepare(self):
        """Open the checklist of what lies ready before the customer comes: made at the first click."""
        self.ensure_one()
        self._check_role(RECEPTION)
        self.check_access("write")
        checklist = self.checklist_ids.filtered(
            lambda checklist: checklist.template_code == PREPARATION_CODE and checklist.state != "canceled"
        )
        return (checklist[:1] or self._create_checklists(PREPARATION_CODE))._get_records_action()
