# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RepairPause(models.Model):
    """Why and for how long nobody works on a repair."""

    _name = "repair.pause"
    _description = "Pause of a Repair"
    _order = "start desc, id desc"
    _rec_name = "reason"

    repair_id = fields.Many2one("repair.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True)
    reason = fields.Selection(
        [
            ("parts", "Parts"),
            ("customer", "Answer of the Customer"),
            ("supplier", "Answer of the Supplier"),
            ("tools", "Tools or Bay"),
            ("staff", "Staff"),
            ("weather", "Weather or Site"),
            ("other", "Other"),
        ],
        required=True,
    )
    note = fields.Char()
    start = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    stop = fields.Datetime(readonly=True, copy=False)
    hours = fields.Float(compute="_compute_hours", store=True)
    user_id = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.user)

    _open_uniq = models.UniqueIndex("(repair_id) WHERE stop IS NULL", "This repair is paused already.")

    @api.depends("start", "stop")
    def _compute_hours(self):
        for pause in self:
            pause.hours = (pause.stop - pause.start).total_seconds() / 3600 if pause.stop else 0.0

    @api.constrains("reason", "note")
    def _check_note(self):
        for pause in self:
            if pause.reason == "other" and not (pause.note or "").strip():
                raise ValidationError(self.env._("%s: say why it is paused.", pause.repair_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        """A pause begins now, by whoever notes it."""
        for vals in vals_list:
            vals.update(start=fields.Datetime.now(), stop=False, user_id=self.env.uid)
        self.flush_model(["stop"])
        pauses = super().create(vals_list)
        for repair in pauses.repair_id:
            if repair.service_stage in ("ready", "settled", "delivered", "canceled"):
                raise UserError(self.env._("%s is finished or canceled: it cannot be paused.", repair.name))
        return pauses

    def write(self, vals):
        if {"start", "stop", "user_id", "repair_id"} & vals.keys():
            raise UserError(self.env._("A pause is ended with the button “Go On” of its repair."))
        return super().write(vals)

    def _stop(self):
        """End these pauses now."""
        return super().write({"stop": fields.Datetime.now()})
