# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain

# Internal consequences that are no right of the customer
OUR_OWN = ("escalation",)


class WarrantyRegistration(models.Model):
    """What the law gives the holder of a unit, shown to that holder."""

    _inherit = "warranty.registration"

    def _get_holder_rights(self):
        """The statutory rights of this unit's holder that have arisen and still hold, the latest first.

        Rights of an earlier holder are not among them: what was wrong then is not the next one's business.
        """
        self.ensure_one()
        # sudo: customers have no access to rights; the domain allows those of the registration they may read
        return (
            self.env["warranty.statute.finding"]
            .sudo()
            .search(
                Domain("lot_id", "in", self.lot_id.ids)
                & Domain("company_id", "=", self.company_id.id)
                & Domain("partner_id", "child_of", self.partner_id.commercial_partner_id.ids)
                & Domain("state", "!=", "lapsed")
                & Domain("right", "not in", OUR_OWN)
            )
        )
