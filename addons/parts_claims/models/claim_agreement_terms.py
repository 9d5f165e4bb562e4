# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.aftersales_service.models.warranty_term_line import METER_UNITS


class ClaimAgreement(models.Model):
    """What besides parts is reimbursed, on which proof, within which period of the unit; and versions of the terms."""

    _inherit = "claim.agreement"
    _guarded_fields = frozenset({"previous_id", "state", "version"})

    answer_rule = fields.Selection(
        [
            ("none", "Nothing"),
            ("accepted", "Deemed Accepted"),
            ("escalated", "Told to the Responsible Person"),
        ],
        string="Without an Answer",
        required=True,
        default="escalated",
        tracking=True,
        help="What happens to a claim the supplier has not answered in time.",
    )
    appraisal_required = fields.Boolean(
        string="Appraisal", tracking=True, help="A closed appraisal of the fault belongs to the claim."
    )
    cover_ids = fields.One2many("claim.agreement.cover", "agreement_id", string="Costs Covered", copy=True)
    cover_months = fields.Integer(
        string="Months Covered",
        tracking=True,
        help="Months from the start of the unit's warranty within which the supplier answers. 0: no limit.",
    )
    hours_ids = fields.One2many("claim.agreement.hours", "agreement_id", string="Flat-Rate Hours", copy=True)
    meter_limit = fields.Float(
        digits=(16, 0), tracking=True, help="Reading up to which the supplier answers. 0: no limit."
    )
    meter_required = fields.Boolean(
        string="Meter Reading", tracking=True, help="The unit's meter was read at the repair."
    )
    meter_unit = fields.Selection(METER_UNITS, default="km", tracking=True)
    next_ids = fields.One2many("claim.agreement", "previous_id", string="Following Versions")
    old_part_keep_days = fields.Integer(
        string="Days to Keep Old Parts",
        tracking=True,
        help="Days after the repair for which the old part is kept for the supplier. 0: as long as the company keeps "
        "all old parts. No part is scrapped while its claim is open.",
    )
    old_part_waived_under = fields.Monetary(
        tracking=True,
        help="Lines claimed for less need no old part. 0: never waived.",
    )
    photo_required = fields.Boolean(
        string="Photos", tracking=True, help="A photo of the fault belongs to the claim."
    )
    preauthorization_above = fields.Monetary(
        string="Pre-Authorization Above",
        tracking=True,
        help="Lines claimed for more need the supplier's consent before they are filed. 0: never.",
    )
    previous_id = fields.Many2one(
        "claim.agreement", string="Previous Version", readonly=True, copy=False, index="btree_not_null"
    )
    report_required = fields.Boolean(
        string="Fault Report", tracking=True, help="A fault report belongs to the claim."
    )
    version = fields.Integer(readonly=True, copy=False, default=1)

    _limits_range = models.Constraint(
        "CHECK (cover_months >= 0 AND meter_limit >= 0 AND old_part_keep_days >= 0)",
        "The limits of an agreement cannot be negative.",
    )
    _amounts_range = models.Constraint(
        "CHECK (old_part_waived_under >= 0 AND preauthorization_above >= 0)",
        "The amounts of an agreement cannot be negative.",
    )
    _meter_unit_set = models.Constraint(
        "CHECK (COALESCE(meter_limit, 0) = 0 OR meter_unit IS NOT NULL)", "A meter limit needs its unit."
    )

    def action_new_version(self):
        """End the terms today and open a draft of the next version from tomorrow on. Managers only.

        Repairs up to today are still claimed under the old version.

        :return: action that opens the new version
        """
        self.ensure_one()
        self._check_manager()
        if self.state != "active" or self.next_ids:
            raise UserError(
                self.env._(
                    "%(agreement)s is not in force, or has a newer version already. Open the newest version.",
                    agreement=self.name,
                )
            )
        today = self.company_id._get_law_date()
        if self.date_from > today:
            raise UserError(
                self.env._(
                    "%(agreement)s begins on %(date)s. Reset it to draft to change it before.",
                    agreement=self.name,
                    date=format_date(self.env, self.date_from),
                )
            )
        old_end = self.date_to if self.date_to and self.date_to > today else False
        fresh = self.copy({"name": self.name, "date_from": today + timedelta(days=1), "date_to": old_end})
        fresh._set({"previous_id": self.id, "version": self.version + 1})
        self._set({"date_to": today})
        return fresh._get_records_action()

    def action_view_versions(self):
        """Open the earlier and later versions of these terms."""
        self.ensure_one()
        first = self
        while first.previous_id:
            first = first.previous_id
        versions = first
        while versions[-1].next_ids:
            versions |= versions[-1].next_ids
        return versions._get_records_action(name=self.env._("Versions"))

    def _get_cover(self, kind):
        """The row that says what is reimbursed of this kind of cost; may be empty."""
        return self.cover_ids.filtered(lambda row: row.kind == kind)

    def _get_flat_rate_hours(self, operation):
        """The supplier's own hours for an operation; 0 if none are agreed."""
        return sum(self.hours_ids.filtered(lambda row: row.operation_id == operation).mapped("hours"))

    def _is_old_part_needed(self, kind, amount):
        """Whether a line of that kind and amount needs its old part."""
        self.ensure_one()
        waived = self.currency_id.compare_amounts(amount, self.old_part_waived_under) < 0
        return kind in ("part", "goodwill") and self.old_part_required and not waived

    def _get_period_refusal(self, repair, registration):
        """Why the supplier no longer answers for the unit of a repair; empty if it does.

        :param registration: warranty.registration from whose start the months count
        """
        self.ensure_one()
        if not repair:
            return ""
        names = {"agreement": self.name, "repair": repair.name}
        start = registration.start_date
        if self.cover_months and start:
            end = start + relativedelta(months=self.cover_months)
            if repair._get_report_day() > end:
                return self.env._(
                    "%(agreement)s covers the unit of %(repair)s until %(date)s.",
                    date=format_date(self.env, end),
                    **names,
                )
        reading = repair._get_meter_reading(self.meter_unit) if self.meter_limit else None
        if reading and reading > self.meter_limit:
            return self.env._(
                "%(agreement)s covers up to %(limit)s on the meter; %(repair)s was at %(reading)s.",
                limit=f"{self.meter_limit:,.0f}",
                reading=f"{reading:,.0f}",
                **names,
            )
        return ""
