# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.compliance_base.violation import Violation

from ..roles import RECEPTION

# Service modes whose unit comes to us, by the company's setting.
SIGNED_MODES = {
    "workshop": ("workshop",),
    "received": ("workshop", "mail_in", "factory"),
    "never": (),
}
# Stages nothing of a customer's enters before he has signed what he brought, and how.
SIGNED_STAGES = ("estimate", "work")


class RepairOrder(models.Model):
    """The intake: what the customer wants, the condition of the unit, what was left in it, signed by the customer."""

    _name = "repair.order"
    _inherit = ["repair.order", "compliance.checklist.mixin"]

    service_type_id = fields.Many2one(
        "service.type",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="What the unit is brought for. It decides which checklists are to be done.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Brought By",
        index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
        help="Who handed the unit over, if it was not the customer in person.",
    )
    received_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the customer signed the intake: from then on the unit is in our care.",
    )
    condition_mark_ids = fields.One2many(
        "repair.condition.mark", "repair_id", string="Damage Marks", copy=False
    )
    condition_note = fields.Text(string="Condition", copy=False, help="What no mark on the picture can say.")
    condition_picture = fields.Char(compute="_compute_condition_picture")
    belonging_ids = fields.One2many("repair.belonging", "repair_id", string="Belongings", copy=False)
    photo_ids = fields.One2many("repair.photo", "repair_id", string="Photos", copy=False)
    valuables_warned = fields.Boolean(
        string="Warned about Valuables",
        copy=False,
        tracking=True,
        help="The customer was asked to take valuables along before we entered the unit.",
    )
    covers_fitted = fields.Boolean(
        string="Protective Covers Fitted", copy=False, help="Fitted in front of the customer."
    )
    covers_removed = fields.Boolean(
        string="Protective Covers Removed", copy=False, help="Removed in front of the customer at hand-over."
    )
    is_intake_signed = fields.Boolean(string="Intake Signed", compute="_compute_is_intake_signed")

    # Compute

    @api.depends("product_id.categ_id")
    def _compute_condition_picture(self):
        for repair in self:
            repair.condition_picture = repair.product_id.categ_id._get_condition_picture()

    @api.depends(
        "customer_signature_ids",
        "request_ids",
        "condition_mark_ids",
        "condition_note",
        "belonging_ids",
        "meter_reading",
        "lot_id",
    )
    def _compute_is_intake_signed(self):
        for repair in self:
            repair.is_intake_signed = bool(repair._get_valid_customer_signature("intake"))

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_received_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_received_vals(vals)
        return super().write(vals)

    def _check_received_vals(self, vals):
        if vals.keys() & {"received_on", "received_by_id"} and not self.env.su:
            raise AccessError(
                self.env._("Who received a unit, and when, is taken from the customer's signature.")
            )

    # Actions

    def action_sign_intake(self):
        """Let the customer sign what he brought and what he wants done; reception."""
        self.ensure_one()
        self._check_reception()
        return self._action_customer_sign("intake")

    def action_create_checklists(self):
        """Make the checklists of the service type that these repairs do not have yet; reception and technicians."""
        self.check_access("write")
        for repair in self:
            existing = set(
                repair.checklist_ids.filtered(lambda checklist: checklist.state != "canceled").mapped(
                    "template_code"
                )
            )
            for line in repair.service_type_id.checklist_ids:
                code = line.template_id.code
                if code not in existing:
                    repair._create_checklists(code)
                    existing.add(code)
        return self.action_view_checklists() if len(self) == 1 else True

    def _check_reception(self):
        self._check_service_role(RECEPTION)
        self.check_access("write")

    # Gates

    def _get_service_violations(self, stage):
        """Nothing is estimated or begun without a signed intake; nothing is finished before its checklists are, and
        nothing handed over while covers or belongings are still with us."""
        violations = super()._get_service_violations(stage)
        if stage in SIGNED_STAGES:
            violations += self._get_unsigned_violations()
        elif stage == "ready":
            violations += self._get_checklist_violations("work")
        elif stage == "delivered":
            violations += self._get_return_violations()
        return violations

    def _needs_signed_intake(self):
        """Whether the customer stands at the desk: he is asked to sign before anything else happens."""
        self.ensure_one()
        return bool(self.partner_id) and self.service_mode in SIGNED_MODES[self.company_id.intake_signature]

    def _get_unsigned_violations(self):
        return [
            Violation(
                rule="aftersales.intake.unsigned",
                record=repair,
                message=self.env._("%(repair)s: the customer has not signed the intake.", repair=repair.name)
                if "intake" not in repair.customer_signature_ids.mapped("kind")
                else self.env._(
                    "%(repair)s: the intake has changed since the customer signed it.", repair=repair.name
                ),
                remedy=self.env._("Open it under Service > Reception and let the customer sign."),
            )
            for repair in self
            if repair._needs_signed_intake() and not repair._get_valid_customer_signature("intake")
        ]

    def _get_checklist_violations(self, moment):
        """Checklists the service type asks for at that moment (intake, work) and that are not done."""
        violations = []
        for repair in self:
            lines = repair.service_type_id.checklist_ids.filtered(lambda line: line.moment == moment)
            if not lines:
                continue
            # sudo: a gate counts all checklists, not only those the user may read
            checklists = repair.sudo().checklist_ids
            done = checklists.filtered(lambda checklist: checklist.state == "done").mapped("template_code")
            violations += [
                Violation(
                    rule=f"aftersales.checklist.{moment}",
                    record=repair,
                    message=self.env._(
                        "%(repair)s: the checklist “%(checklist)s” is not completed.",
                        repair=repair.name,
                        checklist=template.name,
                    ),
                    remedy=self.env._(
                        "Make the checklists of the repair, answer all their items, and complete them."
                    ),
                )
                for template in lines.template_id
                if template.code not in done
            ]
        return violations

    def _get_return_violations(self):
        violations = []
        for repair in self:
            if repair.covers_fitted and not repair.covers_removed:
                violations.append(
                    Violation(
                        rule="aftersales.handover.covers",
                        record=repair,
                        message=self.env._(
                            "%(repair)s: the protective covers are still on.", repair=repair.name
                        ),
                        remedy=self.env._(
                            "Remove them in front of the customer and tick it on the Intake page."
                        ),
                    )
                )
            kept = repair.belonging_ids.filtered(lambda belonging: not belonging.returned)
            if kept:
                violations.append(
                    Violation(
                        rule="aftersales.handover.belongings",
                        record=repair,
                        message=self.env._(
                            "%(repair)s: these belongings have not been given back: %(belongings)s.",
                            repair=repair.name,
                            belongings=", ".join(kept.mapped("name")),
                        ),
                        remedy=self.env._("Give them back and tick them as returned on the Intake page."),
                    )
                )
        return violations

    # The customer's signature

    def _check_customer_sign(self, kind):
        """The customer signs an intake that is complete."""
        result = super()._check_customer_sign(kind)
        if kind == "intake":
            self._check_reception()
            self.env["compliance.refusal"]._refuse(self._get_intake_violations())
        return result

    def _get_intake_violations(self):
        """What is missing before the customer can sign the intake."""
        violations = self._get_checklist_violations("intake")
        for repair in self:
            violations += [
                Violation(rule=f"aftersales.intake.{rule}", record=repair, message=message, remedy=remedy)
                for rule, missing, message, remedy in repair._get_intake_conditions()
                if missing
            ]
        return violations

    def _get_intake_conditions(self):
        """(rule, missing?, message, remedy) of all conditions for signing the intake."""
        self.ensure_one()
        name = {"repair": self.name}
        unread = self.request_ids.filtered(lambda request: not request.read_back)
        return [
            (
                "unit",
                not self.product_id or (self.tracking != "none" and not self.lot_id),
                self.env._("%(repair)s: the unit is not known.", **name),
                self.env._("Scan its serial number, or create the unit."),
            ),
            (
                "request",
                not self.request_ids,
                self.env._("%(repair)s: no request of the customer is written down.", **name),
                self.env._("Write at least one request in the customer's own words."),
            ),
            (
                "read_back",
                bool(unread),
                self.env._(
                    "%(repair)s: not read back to the customer: %(requests)s.",
                    requests=", ".join(unread.mapped("name")),
                    **name,
                ),
                self.env._("Read each request back and tick it."),
            ),
            (
                "valuables",
                not self.valuables_warned,
                self.env._("%(repair)s: the customer was not warned about valuables.", **name),
                self.env._("Ask the customer to take valuables along, and tick it."),
            ),
            (
                "meter",
                not self.meter_reading and self._needs_meter(),
                self.env._(
                    "%(repair)s: the warranty of the unit has a meter limit, but no reading is entered.",
                    **name,
                ),
                self.env._("Read the meter together with the customer and enter it."),
            ),
        ]

    def _needs_meter(self):
        """Whether the cover of the unit ends by its meter."""
        # sudo: reception is told that a reading is needed, whatever it may see of the registration
        return any(line.meter_limit for line in self.warranty_registration_id.sudo().line_ids)

    def _get_customer_signed_content(self, kind):
        content = super()._get_customer_signed_content(kind)
        if kind == "intake":
            content |= {
                "meter": [self.meter_reading, self.meter_unit or ""],
                "requests": [request.name for request in self.request_ids],
                "condition": [
                    [mark.sequence, mark.kind, round(mark.x, 1), round(mark.y, 1), mark.note or ""]
                    for mark in self.condition_mark_ids
                ],
                "condition_note": self.condition_note or "",
                "belongings": [[belonging.name, belonging.quantity] for belonging in self.belonging_ids],
                "valuables_warned": self.valuables_warned,
            }
        return content

    def _customer_signed(self, signature):
        """From the signature on, the unit is in our care."""
        result = super()._customer_signed(signature)
        if signature.kind == "intake" and not self.received_on:
            # sudo: nobody writes these two; they follow the signature
            self.sudo().write({"received_on": signature.signed_on, "received_by_id": self.env.uid})
        return result
