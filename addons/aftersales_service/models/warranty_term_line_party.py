# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

RESPONSIBLE = [("seller", "Seller"), ("manufacturer", "Manufacturer"), ("installer", "Installer")]


class WarrantyTermLine(models.Model):
    """Who answers for a component, how to reach him, and what he asks to see."""

    _inherit = "warranty.term.line"

    responsible = fields.Selection(RESPONSIBLE, required=True, default="seller")
    responsible_partner_id = fields.Many2one(
        "res.partner",
        string="Responsible Party",
        check_company=True,
        index="btree_not_null",
        help="Empty for the seller: ourselves.",
    )
    contact = fields.Char(help="Hotline or address to give to the customer.")
    proof_ids = fields.Many2many(
        "warranty.proof",
        "warranty_term_line_proof_rel",
        "line_id",
        "proof_id",
        string="Accepted Proofs",
        help="What this party asks to see. Empty: as the term says.",
    )
    needs_professional_installation = fields.Boolean(
        string="Professional Installation",
        help="Only units installed by a professional are covered.",
    )

    _responsible_named = models.Constraint(
        "CHECK(responsible = 'seller' OR responsible_partner_id IS NOT NULL)",
        "Name the manufacturer or installer who answers for the component.",
    )

    def _prepare_registration_line_vals(self):
        return dict(
            super()._prepare_registration_line_vals(),
            responsible=self.responsible,
            responsible_partner_id=self.responsible_partner_id.id,
            contact=self.contact,
            needs_professional_installation=self.needs_professional_installation,
            # A list of commands only where there is something to link: most terms ask for no proof.
            **({"proof_ids": [(6, 0, proofs.ids)]} if (proofs := self._get_proofs()) else {}),
        )

    def _get_proofs(self):
        """Kinds of proof accepted for this component: its own, else those of the whole term."""
        return self.proof_ids or self.term_id.proof_ids
