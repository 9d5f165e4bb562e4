# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..roles import MANAGER, RECEPTION


class WarrantyCampaign(models.Model):
    """Work that is free for a list of units (technical campaign, recall), or services that are free for a time."""

    _name = "warranty.campaign"
    _description = "Campaign"
    _inherit = ["mail.thread", "mail.activity.mixin", "compliance.setup.mixin"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "title"]
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    title = fields.Char(required=True, translate=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("technical", "Technical Campaign"), ("recall", "Recall"), ("service", "Free Service")],
        required=True,
        default="technical",
        tracking=True,
        help="Technical campaigns and recalls hold for the units listed; a free service for all units of the products "
        "during its period.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("closed", "Closed")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    reason = fields.Text(translate=True, help="What is wrong with the units, in words for their holders.")
    instructions = fields.Html(translate=True, help="What has to be done, for the technician.")
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._get_law_date()
    )
    date_to = fields.Date(string="To", help="Last day of a report that is served. Empty: until it is closed.")
    supplier_id = fields.Many2one(
        "res.partner", string="Responsible Supplier", check_company=True, tracking=True
    )
    product_ids = fields.Many2many(
        "product.product",
        "warranty_campaign_product_rel",
        "campaign_id",
        "product_id",
        string="Products",
        check_company=True,
        help="Only units of these products can be listed. A free service without products holds for all.",
    )
    service_ids = fields.Many2many(
        "product.product",
        "warranty_campaign_service_rel",
        "campaign_id",
        "service_id",
        string="Free Services",
        domain="[('type', '=', 'service')]",
        check_company=True,
        help="Labor and other services that cost the customer nothing.",
    )
    free_parts = fields.Boolean(default=True, help="The campaign's parts cost the customer nothing.")
    free_labor = fields.Boolean(default=True, help="The campaign's services cost the customer nothing.")
    part_ids = fields.One2many("warranty.campaign.part", "campaign_id", string="Parts", copy=True)
    line_ids = fields.One2many("warranty.campaign.line", "campaign_id", string="Units")
    unit_count = fields.Integer(string="Units Listed", compute="_compute_progress")
    repaired_count = fields.Integer(string="Repaired", compute="_compute_progress")
    completion_rate = fields.Float(
        compute="_compute_progress", help="Repaired units, of those the campaign applies to, in percent."
    )
    repair_count = fields.Integer(string="Repairs", compute="_compute_repair_count")

    _name_uniq = models.Constraint("UNIQUE(name, company_id)", "The number of a campaign must be unique.")
    _dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A campaign cannot end before it begins."
    )

    # Compute

    @api.depends("name", "title")
    def _compute_display_name(self):
        for campaign in self:
            campaign.display_name = f"{campaign.name} {campaign.title or ''}".strip()

    @api.depends("line_ids.state")
    def _compute_progress(self):
        counts = {}
        for campaign, state, count in self.env["warranty.campaign.line"]._read_group(
            Domain("campaign_id", "in", self.ids), ["campaign_id", "state"], ["__count"]
        ):
            counts.setdefault(campaign, {})[state] = count
        for campaign in self:
            by_state = counts.get(campaign, {})
            concerned = sum(by_state.values()) - by_state.get("not_applicable", 0)
            campaign.unit_count = sum(by_state.values())
            campaign.repaired_count = by_state.get("repaired", 0)
            campaign.completion_rate = 100 * campaign.repaired_count / concerned if concerned else 0.0

    def _compute_repair_count(self):
        groups = self.env["repair.order"]._read_group(
            Domain("campaign_ids", "in", self.ids), ["campaign_ids"], ["__count"]
        )
        counts = dict(groups)
        for campaign in self:
            campaign.repair_count = counts.get(campaign, 0)

    # Constraints

    @api.constrains("product_ids", "line_ids")
    def _check_units(self):
        for campaign in self.filtered("product_ids"):
            strange = campaign.line_ids.filtered(
                lambda line, products=campaign.product_ids: line.product_id not in products
            )
            if strange:
                raise ValidationError(
                    self.env._(
                        "%(campaign)s: %(units)s is none of the campaign's products.",
                        campaign=campaign.display_name,
                        units=", ".join(strange.lot_id.mapped("name")[:10]),
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["state"] = "draft"
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            # sudo: drawing a number needs no access to the configuration of sequences
            vals["name"] = (
                self.env["ir.sequence"].sudo().with_company(company).next_by_code("warranty.campaign")
            )
        return super().create(vals_list)

    def write(self, vals):
        """Refuses a state written from outside."""
        if not {"state", "name"}.isdisjoint(vals):
            raise UserError(self.env._("The state of a campaign cannot be written. Use its buttons."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for campaign in self:
            if campaign.state != "draft" or campaign.repair_count:
                raise UserError(
                    self.env._(
                        "Campaign %s has begun and cannot be deleted. Close it.", campaign.display_name
                    )
                )

    # Actions

    def action_start(self):
        """Draft or closed → running: its units are recognized from now on. Managers."""
        self._check_manager()
        for campaign in self:
            if campaign.kind == "service" and not campaign.service_ids:
                raise UserError(
                    self.env._("Campaign %s: name the services that are free.", campaign.display_name)
                )
            if campaign.kind != "service" and not campaign.line_ids:
                raise UserError(self.env._("Campaign %s: list the units it is for.", campaign.display_name))
        return self._move_state("running", "draft", "closed")

    def action_close(self):
        """Running → closed: nothing is free any more. Managers."""
        self._check_manager()
        return self._move_state("closed", "running")

    def action_notify(self):
        """Write to the holders of all units not told yet. Reception and managers."""
        self._check_role(RECEPTION)
        if not self.env.su:
            self.check_access("read")
        for campaign in self:
            if campaign.state != "running":
                raise UserError(self.env._("Start campaign %s first.", campaign.display_name))
        self.line_ids.filtered(lambda line: line.state == "open")._notify_holders()
        return True

    def action_view_units(self):
        """Open the units of these campaigns."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_campaign_line_action"
        )
        return dict(
            action, domain=[("campaign_id", "in", self.ids)], context={"default_campaign_id": self[:1].id}
        )

    def action_view_repairs(self):
        """Open the repairs that did the work of these campaigns."""
        action = self.env["ir.actions.act_window"]._for_xml_id("repair.action_repair_order_tree")
        return dict(action, domain=[("campaign_ids", "in", self.ids)], context={"create": False})

    # Business

    def _check_manager(self):
        self._check_role(MANAGER)
        self.check_access("write")

    def _check_role(self, group):
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This needs the role “%s” of After-Sales Service.", self.env.ref(group).sudo().name
                )
            )

    def _move_state(self, state, *sources):
        for campaign in self:
            if campaign.state not in sources:
                raise UserError(
                    self.env._(
                        "Campaign %(campaign)s is “%(state)s”: this cannot be done with it now.",
                        campaign=campaign.display_name,
                        state=dict(self._fields["state"]._description_selection(self.env))[campaign.state],
                    )
                )
        super().write({"state": state})
        return True

    def _holds_on(self, day):
        """Whether a report on that calendar day is served."""
        self.ensure_one()
        return self.state == "running" and self.date_from <= day and (not self.date_to or day <= self.date_to)

    @api.model
    def _get_running_services(self, companies):
        """The campaigns of these companies that give services free for a time, and run."""
        # sudo: what is free does not depend on who asks
        return self.sudo().browse(self._get_running_service_ids(tuple(companies.ids)))

    @api.model
    @tools.ormcache("company_ids")
    def _get_running_service_ids(self, company_ids):
        # sudo: as above
        running = (
            self.sudo()
            .with_context({})
            .search(
                Domain("company_id", "in", company_ids)
                & Domain("kind", "=", "service")
                & Domain("state", "=", "running")
            )
        )
        return tuple(running.ids)

    def _get_free_services(self, product, day):
        """Services that these campaigns make free for a unit of a product reported on a day.

        :return: dict {service product: campaign}
        """
        free = {}
        for campaign in self:
            if campaign._holds_on(day) and (not campaign.product_ids or product in campaign.product_ids):
                free |= {service: campaign for service in campaign.service_ids if service not in free}
        return free
