# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import MANAGER, RECEPTION

OPEN_STATES = ("open", "notified")


class WarrantyCampaignLine(models.Model):
    """One unit of a campaign: told, repaired, or not concerned."""

    _name = "warranty.campaign.line"
    _description = "Campaign Unit"
    _inherit = ["mail.thread"]
    _order = "campaign_id, lot_id, id"
    _check_company_auto = True
    _rec_name = "lot_id"

    campaign_id = fields.Many2one("warranty.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        required=True,
        check_company=True,
        ondelete="restrict",
        index=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    holder_id = fields.Many2one(related="lot_id.holder_id")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("notified", "Holder Notified"),
            ("repaired", "Repaired"),
            ("not_applicable", "Not Applicable"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        tracking=True,
        index=True,
    )
    notified_on = fields.Datetime(readonly=True, copy=False)
    repair_id = fields.Many2one(
        "repair.order", readonly=True, copy=False, check_company=True, index="btree_not_null"
    )
    repaired_on = fields.Date(readonly=True, copy=False)
    note = fields.Char(copy=False, help="Why the campaign does not apply to the unit.")

    _lot_uniq = models.Constraint("UNIQUE(campaign_id, lot_id)", "A unit is listed only once in a campaign.")

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A unit is listed as open, whatever the caller says."""
        for vals in vals_list:
            vals.update(state="open", notified_on=False, repair_id=False, repaired_on=False)
        lines = super().create(vals_list)
        lines.campaign_id._check_units()
        return lines

    def write(self, vals):
        """Refuses what only the steps of a unit write."""
        if not {"state", "notified_on", "repair_id", "repaired_on", "lot_id", "campaign_id"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "What happened to a unit of a campaign is recorded by its steps and cannot be written."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for line in self:
            if line.campaign_id.state != "draft" and line.state != "open":
                raise UserError(
                    self.env._(
                        "%s: what happened to this unit is part of the campaign. Set it to “Not Applicable” instead.",
                        line.lot_id.name,
                    )
                )

    # Actions

    def action_not_applicable(self):
        """The campaign does not concern these units; each needs its note. Managers."""
        self.campaign_id._check_role(MANAGER)
        self.check_access("write")
        for line in self:
            if line.state not in OPEN_STATES:
                raise UserError(self.env._("%s is no longer open in this campaign.", line.lot_id.name))
            if not (line.note or "").strip():
                raise UserError(
                    self.env._("%s: note why the campaign does not apply to the unit.", line.lot_id.name)
                )
        self._write_step({"state": "not_applicable"})
        return True

    def action_reopen(self):
        """The campaign concerns these units after all. Managers."""
        self.campaign_id._check_role(MANAGER)
        self.check_access("write")
        for line in self:
            if line.state != "not_applicable":
                raise UserError(self.env._("%s is open in this campaign, or repaired.", line.lot_id.name))
        self._write_step({"state": "open"})
        return True

    def action_notify(self):
        """Write to the holders of these units. Reception and managers."""
        self.campaign_id._check_role(RECEPTION)
        self.check_access("read")
        self.filtered(lambda line: line.state in OPEN_STATES)._notify_holders()
        return True

    # Business

    def _write_step(self, vals):
        """Write past the guard, for this addon's own steps only."""
        return super().write(vals)

    def _notify_holders(self):
        """Mail each holder about his unit, in his language. Units without a known holder, or whose holder has no
        address, are left open and named on the campaign."""
        template = self.env.ref("aftersales_service.warranty_campaign_mail_template")
        # sudo: reception may notify, and has no right to write mails or units
        lines = self.sudo()
        reachable = lines.filtered(lambda line: line.holder_id.email)
        for line in reachable:
            line.message_post_with_source(
                template,
                partner_ids=line.holder_id.ids,
                subtype_xmlid="mail.mt_comment",
                email_layout_xmlid="mail.mail_notification_light",
            )
        reachable._write_step({"state": "notified", "notified_on": fields.Datetime.now()})
        for campaign, missing in (lines - reachable).grouped("campaign_id").items():
            campaign.message_post(
                body=self.env._(
                    "No mail address is known for the holder of: %s", ", ".join(missing.lot_id.mapped("name"))
                )
            )
        return reachable
