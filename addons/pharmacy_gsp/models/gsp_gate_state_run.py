# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

TRADITIONAL = ("pieces", "patent")


class GspGate(models.AbstractModel):
    """Toxic traditional drugs are retailed by state-run stores only (GSP 17002)."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_state_run"]

    @api.model
    def _rule_state_run(self, lines):
        return [
            self._get_special_violation(
                line,
                rule,
                "state_run",
                self.env._(
                    "%(product)s is sold by state-run pharmacies only, and %(store)s is none.",
                    product=line.product.display_name,
                    store=line.company.name,
                ),
                self.env._("Take it off the document, and tell quality."),
            )
            for line in lines
            if line.company.gsp_company_kind == "store" and line.product.gsp_drug_type in TRADITIONAL
            for rule in line.special_rules.filtered("state_run_only")
            if not line.company.sudo().gsp_state_run  # sudo: a policy, whoever sells
        ]
