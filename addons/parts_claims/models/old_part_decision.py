# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class OldPart(models.Model):
    """What the supplier says about a part, and what becomes of it."""

    _inherit = "old.part"

    decided_on = fields.Datetime(readonly=True, copy=False)
    freight_bearer = fields.Selection(
        [("supplier", "Supplier"), ("company", "Us")],
        string="Freight Borne By",
        compute="_compute_freight_bearer",
        store=True,
        help="Who pays for the part's way: the supplier for what he accepts, we for what he rejects; before his answer "
        "it follows the appraisal.",
    )
    received_on = fields.Datetime(string="Received by Supplier On", readonly=True, copy=False)
    reject_reason = fields.Char(tracking=True, help="Why the supplier does not accept the part.")

    @api.depends("state", "verdict", "decided_on", "reject_reason")
    def _compute_freight_bearer(self):
        for part in self:
            borne = not part.reject_reason if part.decided_on else part.verdict == "defect"
            part.freight_bearer = "supplier" if borne else "company"

    def write(self, vals):
        """The reason of a rejection is the supplier's, written down before it is recorded and not after."""
        if "reject_reason" in vals:
            self._check_step(("received",))
        return super().write(vals)

    def action_receive(self):
        """The supplier confirms that these parts have arrived."""
        self._check_step(("shipped",))
        self._set({"received_on": fields.Datetime.now(), "state": "received"})
        return True

    def action_accept(self):
        """The supplier accepts the parts and keeps them."""
        self._check_step(("received",))
        self._set({"decided_on": fields.Datetime.now(), "reject_reason": False, "state": "accepted"})
        return True

    def action_reject(self):
        """The supplier rejects the parts; each needs the supplier's reason."""
        self._check_step(("received",))
        silent = self.filtered(lambda part: not (part.reject_reason or "").strip())
        if silent:
            raise UserError(
                self.env._(
                    "Write down why the supplier rejects %(tags)s.", tags=", ".join(silent.mapped("name"))
                )
            )
        self._set({"decided_on": fields.Datetime.now(), "state": "rejected"})
        return True

    def action_take_back(self):
        """Rejected parts come back into the old-part store, still in the supplier's name."""
        self._check_step(("rejected",))
        for (store, supplier), parts in self.grouped(
            lambda part: (part._get_store(), part.supplier_id)
        ).items():
            parts._move_stock(store, "in", supplier)
        self._set({"state": "back"})
        return True

    def action_scrap_at_supplier(self):
        """The supplier scraps rejected parts for us: they do not come back."""
        self._check_step(("rejected",))
        self._check_claim_settled()
        self._scrap_stock()
        return True
