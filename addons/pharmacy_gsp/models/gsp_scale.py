# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class GspScale(models.Model):
    """Balance with which decoction pieces are weighed: verified by the authority, and checked for zero each day.

    (GSP 17006)
    """

    _name = "gsp.scale"
    _description = "Scale"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("steelyard", "Steelyard Balance"),
            ("platform", "Platform Scale"),
            ("electronic", "Electronic Balance"),
        ],
        required=True,
        default="steelyard",
        tracking=True,
    )
    serial_number = fields.Char(tracking=True)
    place = fields.Char(help="Where it stands, for example the counter for decoction pieces.")
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        check_company=True,
        index="btree_not_null",
        help="Its entry in the equipment register, with its maintenance.",
    )
    verification_ids = fields.One2many("gsp.scale.verification", "scale_id", string="Verifications")
    zero_check_ids = fields.One2many("gsp.scale.check", "scale_id", string="Zero Checks")
    valid_to = fields.Date(string="Verified Until", compute="_compute_status")
    status = fields.Selection(
        [("ready", "Ready"), ("zero", "Zero Check Due"), ("blocked", "Not To Be Used")],
        compute="_compute_status",
    )
    problem = fields.Text(string="What Is Missing", compute="_compute_status")

    _serial_uniq = models.Constraint(
        "UNIQUE(serial_number, company_id)", "Another scale of the company has this serial number."
    )

    @api.depends("verification_ids.state", "zero_check_ids")
    def _compute_status(self):
        for scale in self:
            problems = scale._find_problems()
            scale.problem = "\n".join(message for _rule, message, _remedy in problems)
            rules = {rule for rule, _message, _remedy in problems}
            scale.status = "blocked" if "gsp.scale.verification" in rules else "zero" if rules else "ready"
            last = scale._get_last_verification(scale.company_id._get_law_date())
            scale.valid_to = last.valid_to if last.result == "passed" else False

    def action_zero_check(self):
        """Write down today's zero check."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Zero Check"),
            "res_model": "gsp.scale.check",
            "view_mode": "form",
            "target": "new",
            "context": {"default_scale_id": self.id},
        }

    def _get_last_verification(self, day):
        self.ensure_one()
        # sudo: whether a scale may be used is no secret to whoever weighs
        confirmed = self.sudo().verification_ids.filtered(
            lambda item: item.state == "confirmed" and item.date <= day
        )
        return confirmed.sorted(lambda item: (item.date, item.id))[-1:]

    def _find_problems(self):
        """(rule, sentence, remedy) of why nothing may be weighed with this scale now."""
        self.ensure_one()
        company = self.company_id or self.env.company
        day = company._get_law_date()
        problems = []
        last = self._get_last_verification(day)
        remedy = self.env._("Use another scale; have this one verified, and its certificate recorded.")
        if not last:
            message = self.env._("%(scale)s has no certificate of verification.", scale=self.display_name)
        elif last.result != "passed":
            message = self.env._("%(scale)s failed its last verification.", scale=self.display_name)
        elif last.valid_to < day:
            message = self.env._(
                "The verification of %(scale)s was valid until %(date)s.",
                scale=self.display_name,
                date=last.valid_to,
            )
        else:
            message = None
        if message:
            problems.append(("gsp.scale.verification", message, remedy))
        start, end = company._get_law_day_bounds(day)
        today = self.sudo().zero_check_ids.filtered(  # sudo: as above
            lambda check: check.id and start <= check.checked_at < end
        )
        zero = today.sorted(lambda check: (check.checked_at, check.id))[-1:]
        remedy = self.env._("Check that it shows zero, adjust it if it does not, and record the check.")
        if not zero:
            message = self.env._("%(scale)s was not checked for zero today.", scale=self.display_name)
            problems.append(("gsp.scale.zero", message, remedy))
        elif zero.result != "ok":
            message = self.env._("%(scale)s did not show zero at its last check.", scale=self.display_name)
            problems.append(("gsp.scale.zero", message, remedy))
        return problems
