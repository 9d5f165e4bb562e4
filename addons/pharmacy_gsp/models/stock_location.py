# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _gsp_is_buyer(self):
        """Whether goods here are with a buyer: a customer, or another company of the group."""
        self.ensure_one()
        return self.usage == "customer" or (self.usage == "transit" and not self.company_id)

    def _gsp_get_release_purpose(self, destination):
        """Why goods leave from here to ``destination``: ``sale``, ``use``, or None when they do not leave.

        Quarantine, loss, destruction and return to the supplier are no release: unfit goods must get there.
        """
        self.ensure_one()
        if destination._gsp_is_buyer() and not self._gsp_is_buyer():
            return "sale"
        if destination.usage == "production" and self.usage != "production":
            return "use"
        return None

    def _gsp_crosses_register(self, destination):
        """Whether a move from here to ``destination`` belongs in the register: a sale, or its return."""
        self.ensure_one()
        return self._gsp_is_buyer() != destination._gsp_is_buyer()

    def _gsp_is_settled(self, destination):
        """Whether a done move from here to ``destination`` must stay as it is: registered, or passed by the gate."""
        return self._gsp_crosses_register(destination) or bool(self._gsp_get_release_purpose(destination))
