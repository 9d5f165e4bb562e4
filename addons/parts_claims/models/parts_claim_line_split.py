# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import float_compare


class PartsClaimLine(models.Model):
    """One cost for which several companies answer, each for its share."""

    _inherit = "parts.claim.line"

    def action_split(self):
        """Ask for the companies and shares among which the line is split. Claims clerks only."""
        self.ensure_one()
        self._check_group("parts_claims.parts_claims_group_clerk")
        self._check_states(("blocked", "claimable", "uncovered"))
        wizard = self.env["parts.claim.split"].create(self._prepare_split_vals())
        return wizard._get_records_action(name=self.env._("Split the Line"), target="new")

    def _prepare_split_vals(self):
        first = {"partner_id": self.supplier_id.id, "share": 100.0}
        return {"line_id": self.id, "share_ids": [Command.create(first)]}

    def _split(self, shares):
        """Replace the line's share of the cost by shares of several companies.

        :param shares: list of (res.partner, percent of this line); an empty partner is ourselves. Their sum is 100.
        :return: all lines the cost is claimed with now
        :raise UserError: shares that do not add up, or a company asked for the same cost twice
        """
        self.ensure_one()
        self._check_group("parts_claims.parts_claims_group_clerk")
        self.lock_for_update(allow_referencing=True)
        self._check_states(("blocked", "claimable", "uncovered"))
        self._check_shares(shares)
        asked = [(partner, share) for partner, share in shares if partner]
        total = self.split_share
        (first, first_share), *others = asked
        self._set({"party_id": first.id, "supplier_id": first.id, "split_share": total * first_share / 100})
        # The database has to know the first company before another one gets a line.
        self.flush_recordset()
        root = self.split_from_id or self
        # Nobody makes claim lines by hand; these are shares of one the system made.
        lines = self.sudo()
        for partner, share in others:
            lines |= self.sudo().copy(
                {
                    "party_id": partner.id,
                    "split_from_id": root.id,
                    "split_share": total * share / 100,
                    "supplier_id": partner.id,
                }
            )
        lines._refresh_terms()
        return lines.sudo(False)

    def _check_shares(self, shares):
        total = sum(share for _partner, share in shares)
        if float_compare(total, 100, precision_digits=2) or any(share <= 0 for _partner, share in shares):
            raise UserError(
                self.env._(
                    "The shares of %(line)s come to %(total)g %%. Each is more than 0, and together they make 100 %%.",
                    line=self.display_name,
                    total=total,
                )
            )
        partners = [partner for partner, _share in shares if partner]
        if not partners:
            raise UserError(
                self.env._(
                    "If nobody but us answers for %(line)s, let a manager waive it.", line=self.display_name
                )
            )
        root = self.split_from_id or self
        family = (root | root.split_line_ids) - self
        asked = family.filtered(lambda line: line.state != "canceled").supplier_id
        twice = [partner for partner in partners if partners.count(partner) > 1 or partner in asked]
        if twice:
            raise UserError(
                self.env._(
                    "%(supplier)s would be asked twice for the same cost. Enter each company once.",
                    supplier=twice[0].display_name,
                )
            )
