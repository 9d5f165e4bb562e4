# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .warranty_term_conditions import accepts_proofs
from .warranty_term_line_party import RESPONSIBLE


class WarrantyRegistrationLine(models.Model):
    """Who answers for a component of one customer's unit, frozen with the rest of the promise."""

    _inherit = "warranty.registration.line"

    responsible = fields.Selection(RESPONSIBLE, readonly=True)
    responsible_partner_id = fields.Many2one(
        "res.partner", string="Responsible Party", readonly=True, index="btree_not_null"
    )
    contact = fields.Char(readonly=True)
    proof_ids = fields.Many2many(
        "warranty.proof",
        "warranty_registration_line_proof_rel",
        "line_id",
        "proof_id",
        string="Accepted Proofs",
        readonly=True,
    )
    needs_professional_installation = fields.Boolean(string="Professional Installation", readonly=True)

    def _prepare_copies_vals(self):
        return [
            dict(
                vals,
                responsible=line.responsible,
                responsible_partner_id=line.responsible_partner_id.id,
                contact=line.contact,
                needs_professional_installation=line.needs_professional_installation,
                proof_ids=[(6, 0, line.proof_ids.ids)],
            )
            for line, vals in zip(self, super()._prepare_copies_vals(), strict=True)
        ]

    def _get_condition_refusal(self):
        """Why a condition of this component is not met by its registration; empty if all are."""
        self.ensure_one()
        registration = self.registration_id
        if self.proof_ids and not self._accepts_proofs(registration._get_proofs()):
            return self.env._(
                "%(component)s: no accepted proof of purchase (%(proofs)s)",
                component=self.component_id.name,
                proofs=", ".join(self.proof_ids.mapped("name")),
            )
        if self.needs_professional_installation and registration.professional_installation != "yes":
            return self.env._("%s: not installed by a professional, as its terms ask", self.component_id.name)
        return ""

    def _accepts_proofs(self, proofs):
        """Whether one of these kinds of proof is enough for the party that answers for the component."""
        self.ensure_one()
        return accepts_proofs(self.proof_ids, proofs)
