# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

CLAIMED_COVERAGES = ("warranty", "goodwill", "campaign")


class RepairLabor(models.Model):
    """Covered labor is claimed from whoever answers for the main-cause part."""

    _inherit = "repair.labor"

    claim_line_ids = fields.One2many(
        "parts.claim.line",
        "labor_id",
        string="Claim Lines",
        groups="parts_claims.parts_claims_group_clerk",
    )

    def _is_claimable(self):
        """Whether a supplier may be asked to pay for this labor."""
        self.ensure_one()
        return self.coverage in CLAIMED_COVERAGES and self.hours > 0

    def _get_claim_subject(self):
        """The part move whose supplier answers for the labor; may be empty."""
        self.ensure_one()
        return (
            self.move_id if self.move_id.repair_line_type == "add" else self.repair_id._get_main_cause_move()
        )

    def _prepare_claim_source(self):
        """See ``parts.claim.line._get_source()``."""
        self.ensure_one()
        repair = self.repair_id
        return {
            "kind": "goodwill" if self.coverage == "goodwill" else "labor",
            "origin_kind": "campaign" if self.coverage == "campaign" else "repair",
            "product": self._get_claim_product(),
            "subject": self._get_claim_subject().product_id or repair.product_id,
            "quantity": self.hours,
            "uom": self.env["parts.claim.line"]._get_constant("uom.uom", "uom.product_uom_hour"),
            "when": repair._get_claim_time(),
            "repair": repair,
            "move": self.env["stock.move"],
        }

    def _get_claim_product(self):
        """The service as which the labor is sold."""
        default = self.env["parts.claim.line"]._get_constant(
            "product.product", "aftersales_service.product_labor"
        )
        return self.operation_id.product_id or self.company_id.service_labor_product_id or default

    def _get_claim_parties(self):
        """See ``parts.claim.line._get_parties()``."""
        self.ensure_one()
        return self.repair_id._get_claim_parties()

    def _get_repeated_labor(self):
        """Labor of the same operation on the main-cause part, which this one would repeat."""
        self.ensure_one()
        repair = self.repair_id
        if not self.operation_id or self._get_claim_subject() == repair._get_main_cause_move():
            return self.browse()
        return repair.labor_ids.filtered(
            lambda labor: (
                labor.operation_id == self.operation_id
                and labor._is_claimable()
                and labor._get_claim_subject() == repair._get_main_cause_move()
            )
        )

    @api.model
    def _get_missed_claim_domain(self):
        """Labor that should have a claim line and has none."""
        return (
            Domain("repair_id.state", "=", "done")
            & Domain("coverage", "in", CLAIMED_COVERAGES)
            & Domain("hours", ">", 0)
            & Domain("claim_line_ids", "not any", Domain("state", "!=", "canceled"))
        )
