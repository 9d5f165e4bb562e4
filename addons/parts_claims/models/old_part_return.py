# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .old_part import CLERK


class OldPartReturn(models.Model):
    """A batch of old parts that goes back to one supplier, in boxes, by ordinary transfers.

    draft → shipped → partly received → received → done, the last ones by what the supplier says about each part.
    """

    _name = "old.part.return"
    _description = "Return of Old Parts"
    _inherit = ["parts.claims.guard", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "box_ids",
            "canceled",
            "company_id",
            "name",
            "part_ids",
            "shipped_by_id",
            "shipped_on",
            "supplier_id",
            "warehouse_id",
        }
    )

    name = fields.Char(required=True, readonly=True, copy=False, index="trigram", default="/")
    back_freight_amount = fields.Monetary(
        string="Freight Back", help="What it cost to get rejected parts back.", tracking=True
    )
    box_ids = fields.One2many("old.part.box", "return_id", string="Boxes", readonly=True)
    canceled = fields.Boolean(readonly=True, copy=False)
    carrier_id = fields.Many2one(
        "res.partner", string="Forwarder", domain="[('is_company', '=', True)]", tracking=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    freight_amount = fields.Monetary(string="Freight Out", tracking=True)
    freight_company_amount = fields.Monetary(
        string="Freight We Bear",
        compute="_compute_freight",
        help="For parts the supplier rejects or we find sound.",
    )
    freight_supplier_amount = fields.Monetary(
        string="Freight the Supplier Bears",
        compute="_compute_freight",
        help="In proportion to the parts the supplier accepts; before the answer, those appraised as genuine defects.",
    )
    note = fields.Text(string="Remark")
    part_count = fields.Integer(string="Number of Parts", compute="_compute_part_count")
    part_ids = fields.One2many("old.part", "return_id", string="Old Parts", readonly=True)
    picking_count = fields.Integer(string="Number of Transfers", compute="_compute_part_count")
    ship_by = fields.Date(compute="_compute_ship_by", store=True, help="Earliest day of the parts in it.")
    shipped_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    shipped_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("shipped", "Shipped"),
            ("partial", "Partly Received"),
            ("received", "Received"),
            ("done", "Done"),
            ("canceled", "Canceled"),
        ],
        string="Status",
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    supplier_id = fields.Many2one("res.partner", required=True, readonly=True, index=True)
    supplier_reference = fields.Char(help="Number under which the supplier handles the return.")
    tracking_number = fields.Char(index="trigram", tracking=True)
    warehouse_id = fields.Many2one("stock.warehouse", required=True, readonly=True, check_company=True)

    _name_uniq = models.Constraint("UNIQUE (name, company_id)", "The number of a return must be unique.")
    _freight = models.Constraint(
        "CHECK (COALESCE(freight_amount, 0) >= 0 AND COALESCE(back_freight_amount, 0) >= 0)",
        "Freight is not below zero.",
    )
    _one_draft = models.UniqueIndex(
        "(company_id, supplier_id, warehouse_id) WHERE state = 'draft'",
        "There is already a draft return for this supplier. Reload and use that one.",
    )

    @api.depends("canceled", "part_ids.state", "shipped_on")
    def _compute_state(self):
        for batch in self:
            states = set(batch.part_ids.mapped("state"))
            if batch.canceled:
                batch.state = "canceled"
            elif not batch.shipped_on:
                batch.state = "draft"
            elif "shipped" in states:
                batch.state = "shipped" if states == {"shipped"} else "partial"
            else:
                batch.state = "received" if states & {"received", "rejected"} else "done"

    @api.depends("part_ids.ship_by")
    def _compute_ship_by(self):
        for batch in self:
            batch.ship_by = min(filter(None, batch.part_ids.mapped("ship_by")), default=False)

    @api.depends("part_ids.freight_bearer", "freight_amount", "back_freight_amount", "currency_id")
    def _compute_freight(self):
        """The way there is shared by cause, part by part; the way back is for parts the supplier did not accept."""
        for batch in self:
            parts = batch.part_ids
            theirs = len(parts.filtered(lambda part: part.freight_bearer == "supplier"))
            share = batch.freight_amount * theirs / len(parts) if parts else 0.0
            batch.freight_supplier_amount = batch.currency_id.round(share)
            batch.freight_company_amount = (
                batch.freight_amount - batch.freight_supplier_amount + batch.back_freight_amount
            )

    @api.depends("part_ids.last_move_id", "part_ids.out_move_id")
    def _compute_part_count(self):
        for batch in self:
            batch.part_count = len(batch.part_ids)
            batch.picking_count = len(batch._get_pickings())

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            number = self.env["ir.sequence"].with_company(company).next_by_code("old.part.return")
            vals["name"] = number or "/"
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Returns of old parts are kept. Cancel the return instead."))

    def action_add_box(self):
        """Start another box; what is packed from now on goes into it."""
        self._check_step(("draft",))
        for batch in self:
            batch._add_box()
        return True

    def action_ship(self):
        """Hand the boxes over to the forwarder: the stock moves, and the supplier is told by mail."""
        self._check_step(("draft",))
        for batch in self:
            batch._check_ship()
            batch.part_ids._ship(batch)
            batch.box_ids.filtered(lambda box: not box.part_ids).unlink()
            batch._set({"shipped_by_id": self.env.uid, "shipped_on": fields.Datetime.now()})
            batch._announce()
        return True

    def action_receive_rest(self):
        """The supplier confirms everything that is still on its way."""
        self._check_step(("shipped", "partial"))
        self.part_ids.filtered(lambda part: part.state == "shipped").action_receive()
        return True

    def action_cancel(self):
        """Give up a draft: its parts are unpacked."""
        self._check_step(("draft",))
        if self.part_ids:
            self.part_ids.action_unpack()
        self._set({"canceled": True})
        return True

    def action_view_parts(self):
        """Open the old parts of the batch."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.old_part_action")
        return action | {"domain": [("return_id", "=", self.id)], "context": {}}

    def action_view_pickings(self):
        """Open the transfers that took the parts to the supplier and back."""
        self.ensure_one()
        return self._get_pickings()._get_records_action(name=self.env._("Transfers"))

    def _get_pickings(self):
        return (self.part_ids.out_move_id | self.part_ids.last_move_id).picking_id

    def _check_step(self, states):
        """Role, access and state of a step, the same at every door."""
        if not self.env.user.has_group(CLERK):
            raise AccessError(
                self.env._(
                    "This step of a return is reserved for %(group)s.",
                    # sudo: the names of roles are no secret
                    group=self.env.ref(CLERK).sudo().display_name,
                )
            )
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        wrong = self.filtered(lambda batch: batch.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This step is for returns in state %(states)s; %(returns)s are not.",
                    states=", ".join(labels[state] for state in states),
                    returns=", ".join(wrong.mapped("name")),
                )
            )

    def _check_ship(self):
        self.ensure_one()
        if not self.part_ids:
            raise UserError(self.env._("%(batch)s is empty. Pack old parts first.", batch=self.name))
        if not self.carrier_id or not self.tracking_number:
            raise UserError(
                self.env._("%(batch)s: enter the forwarder and the tracking number.", batch=self.name)
            )

    def _add_box(self):
        self.ensure_one()
        # sudo: boxes are made for returns only, by those who may pack
        return self.env["old.part.box"].sudo().create({"return_id": self.id}).sudo(False)

    @api.model
    def _get_draft(self, company, supplier, warehouse):
        draft = self.search(
            Domain("state", "=", "draft")
            & Domain("company_id", "=", company.id)
            & Domain("supplier_id", "=", supplier.id)
            & Domain("warehouse_id", "=", warehouse.id),
            limit=1,
        )
        vals = {"company_id": company.id, "supplier_id": supplier.id, "warehouse_id": warehouse.id}
        # sudo: returns come about by packing parts only, which the caller may do
        return draft or self.sudo().create(vals).sudo(False)

    def _announce(self):
        """Tell the supplier by mail what is on its way, with the packing list."""
        self.ensure_one()
        if not self.supplier_id.email:
            self.message_post(
                body=self.env._(
                    "No mail address is known for %(supplier)s: announce the boxes otherwise.",
                    supplier=self.supplier_id.display_name,
                )
            )
            return
        self.message_post_with_source(
            self.env.ref("parts_claims.mail_template_old_part_return"),
            partner_ids=self.supplier_id.ids,
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _get_print_lang(self):
        return self.supplier_id.lang or self.env.lang
