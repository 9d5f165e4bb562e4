# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation


class GspGate(models.AbstractModel):
    """Goods under special control wait for quality, and devices come back with a reason."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_special_control"]

    @api.model
    def _rule_special_control(self, lines):
        """Specially controlled goods leave only when quality has released this very sale."""
        return [
            Violation(
                rule="gsp.sale.special_control",
                record=line.document,
                message=self.env._(
                    "%(product)s is specially controlled, and quality has not released this sale.",
                    product=line.product.display_name,
                ),
                remedy=self.env._(
                    "Ask quality to enter the reason for the exception on the order or transfer."
                ),
                reference=self.env._("Medical devices: specially controlled products"),
            )
            for line in lines
            if line.product.gsp_special_control
            and line.company.gsp_company_kind
            and not (line.facts and (line.facts.exception_reason or "").strip())
        ]

    @api.model
    def _rule_device_return(self, lines):
        """A device comes back with a reason, so that its return record is complete."""
        return [
            Violation(
                rule="gsp.return.device_reason",
                record=line.picking_id or line.move_id,
                message=self.env._(
                    "%(product)s comes back, and nobody has said why.", product=line.product_id.display_name
                ),
                remedy=self.env._("Enter the reason on the transfer, and what is wrong with it."),
                reference=self.env._("Medical devices: control of returns"),
            )
            for line in lines
            if line.product_id.gsp_kind == "device"
            and line.location_id.usage == "customer"
            and line.location_dest_id.usage != "customer"
            and not line.picking_id.gsp_return_reason
        ]
