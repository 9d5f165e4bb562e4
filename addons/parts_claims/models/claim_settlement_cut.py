# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain


class ClaimSettlement(models.Model):
    """The cut at the end of each claim period: what was agreed up to then is put into a draft by itself."""

    _inherit = "claim.settlement"

    @api.model
    def _cron_cut(self):
        """Daily: open settlements for what was agreed in periods that are over. Nothing is posted."""
        domain = Domain("state", "=", "agreed") & Domain(
            "settlement_line_ids", "not any", Domain("state", "!=", "canceled")
        )
        cuts = {}
        for line in self.env["parts.claim.line"].search(domain):
            today = line.company_id._get_law_date()
            cut = line.agreement_id._get_period(today)[0] - timedelta(days=1) if line.agreement_id else False
            if cut and line.claim_id.agreed_date <= cut:
                key = (line.company_id, line.supplier_id, line.currency_id, line.direction)
                cuts[key] = max(cut, cuts.get(key, cut))
        for (company, supplier, currency, direction), cut in cuts.items():
            self._open_cut(company, supplier, currency, cut, direction)

    @api.model
    def _open_cut(self, company, supplier, currency, cut, direction="outbound"):
        """The draft of a supplier with everything agreed up to the cut; one that is open already is filled up."""
        settlement = self.search(
            Domain("state", "=", "draft")
            & Domain("company_id", "=", company.id)
            & Domain("supplier_id", "=", supplier.id)
            & Domain("currency_id", "=", currency.id)
            & Domain("direction", "=", direction),
            limit=1,
        ) or self.create(
            {
                "company_id": company.id,
                "currency_id": currency.id,
                "cut_date": cut,
                "direction": direction,
                "supplier_id": supplier.id,
            }
        )
        if settlement.cut_date < cut:
            settlement.cut_date = cut
        settlement.action_collect_lines()
        return settlement
