# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

IDENTITY_FIELDS = frozenset({"gsp_trade_name", "logo", "parent_id", "gsp_company_kind", "partner_id"})


class ResCompany(models.Model):
    """One trade name and one logo for the whole chain (GSP 16801, 16901)."""

    _inherit = "res.company"

    gsp_trade_name = fields.Char(
        string="Trade Name",
        help="Name over the door. Set at the headquarters it holds, with its logo, for all stores of the chain.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create([{**self._gsp_prepare_identity(vals), **vals} for vals in vals_list])
        companies._gsp_check_identity()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if IDENTITY_FIELDS.intersection(vals):
            if {"gsp_trade_name", "logo"}.intersection(vals):
                # sudo: headquarters decide for stores whose users they are not
                self.sudo().child_ids._gsp_share_identity()
            self._gsp_check_identity()
        return result

    @api.model
    def _gsp_prepare_identity(self, vals):
        """Trade name and logo with which a store is opened in this chain."""
        # sudo: whoever opens a store need not see the headquarters
        head = self.sudo().browse(vals.get("parent_id") or [])
        if head.gsp_company_kind != "headquarters" or not head.gsp_trade_name:
            return {}
        return {"gsp_trade_name": head.gsp_trade_name, "logo": head.logo}

    def _gsp_get_chain_head(self):
        """Headquarters whose trade name and logo hold for this store; empty if none does."""
        self.ensure_one()
        # sudo: stores need not see their headquarters
        head = self.sudo().parent_id
        return head if head.gsp_company_kind == "headquarters" and head.gsp_trade_name else head.browse()

    def _gsp_share_identity(self):
        """Take over trade name and logo of the headquarters."""
        for company in self:
            head = company._gsp_get_chain_head()
            if head:
                company.write({"gsp_trade_name": head.gsp_trade_name, "logo": head.logo})

    def _gsp_check_identity(self):
        for company in self:
            head = company._gsp_get_chain_head()
            if not head:
                continue
            if company.gsp_trade_name != head.gsp_trade_name or company.sudo().logo != head.logo:
                raise ValidationError(
                    self.env._(
                        "%(store)s bears trade name and logo of its headquarters, %(name)s (GSP 16801). "
                        "Change them there; all stores follow.",
                        store=company.name,
                        name=head.gsp_trade_name,
                    )
                )

    def _gsp_get_trade_name(self):
        """Name on badges and boards: the chain's, else the company's own."""
        self.ensure_one()
        return self._gsp_get_chain_head().gsp_trade_name or self.gsp_trade_name or self.name

    def _gsp_get_badge_logo(self):
        """Logo on badges: the chain's; none where there is no chain."""
        self.ensure_one()
        return self._gsp_get_chain_head().logo
