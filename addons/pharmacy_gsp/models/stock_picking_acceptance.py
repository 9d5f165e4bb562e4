# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    _reason_steps = {"refuse_goods": "_gsp_refuse_goods"}

    gsp_acceptance_ids = fields.One2many("gsp.acceptance", "picking_id", string="Acceptances")
    gsp_acceptance_count = fields.Integer(compute="_compute_gsp_acceptance_count", groups=CLERK)
    gsp_controlled = fields.Boolean(compute="_compute_gsp_controlled", groups=CLERK)

    def _compute_gsp_acceptance_count(self):
        counts = dict(
            self.env["gsp.acceptance"]._read_group(
                [("picking_id", "in", self.ids)], ["picking_id"], ["__count"]
            )
        )
        for picking in self:
            picking.gsp_acceptance_count = counts.get(picking, 0)

    def _compute_gsp_controlled(self):
        for picking in self:
            controlled = bool(picking.company_id.gsp_company_kind)
            picking.gsp_controlled = controlled and any(picking.move_ids.mapped("product_id.gsp_kind"))

    def _pre_action_done_hook(self):
        """Where the platform would only ask whether expired lots may come in, say at once that they may not."""
        result = super()._pre_action_done_hook()
        if isinstance(result, dict) and result.get("res_model") == "expiry.picking.confirmation":
            received = self.move_line_ids.filtered(
                lambda line: line.picked and line._gsp_is_controlled() and line._gsp_comes_from_supplier()
            )
            if received:
                self.env["gsp.gate"]._check_receipt(received)
        return result

    def action_view_gsp_acceptances(self):
        """Open the acceptance of what these transfers brought."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_acceptance_action")
        if len(self.gsp_acceptance_ids) == 1:
            return dict(action, res_id=self.gsp_acceptance_ids.id, views=[(False, "form")], context={})
        return dict(action, domain=[("picking_id", "in", self.ids)], context={})

    def action_gsp_refuse_goods(self):
        """Ask why the goods are not taken over, then refuse them."""
        self._gsp_check_refusable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse the Goods"),
            "res_model": "gsp.step.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_step": "refuse_goods",
            },
        }

    def action_gsp_scan(self):
        """Open the window into which trace codes are scanned that leave or come back with this transfer."""
        self.ensure_one()
        self.check_access("write")
        return self.env["gsp.trace.scan"]._open(self)

    def _gsp_refuse_goods(self, reason):
        """The goods are not taken over: the refusal is kept as a closed acceptance, the receipt is canceled."""
        self._gsp_check_refusable()
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why; the reason is kept with %(record)s.", record=self.display_name)
            )
        self.env["gsp.acceptance"]._create_refusal(self, reason)
        self.action_cancel()

    def _gsp_check_refusable(self):
        self.ensure_one()
        if not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Only people of the store refuse goods."))
        self.check_access("write")
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._(
                    "%(record)s belongs to %(company)s: switch to that company first.",
                    record=self.display_name,
                    company=self.company_id.name,
                )
            )
        if (
            self.state in ("done", "cancel")
            or self.picking_type_code != "incoming"
            or not self.company_id.gsp_company_kind
        ):
            raise UserError(
                self.env._(
                    "%(record)s is no open receipt of a pharmacy: nothing can be refused.",
                    record=self.display_name,
                )
            )
