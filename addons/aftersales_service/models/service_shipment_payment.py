# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ServiceShipment(models.Model):
    _inherit = "service.shipment"

    def action_send(self):
        """Nothing goes to the customer before what is owed has been paid, where that is agreed."""
        to_customers = self.filtered(lambda shipment: shipment.direction == "to_customer")
        to_customers.check_access("write")
        self.env["compliance.refusal"]._refuse(to_customers.repair_id._get_shipping_violations())
        return super().action_send()
