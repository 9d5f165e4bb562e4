# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation

# What the check reads of a license: fetched with the search, in one query.
CHECKED_FIELDS = (
    "name",
    "type_id",
    "company_id",
    "holder_kind",
    "warehouse_id",
    "partner_id",
    "state",
    "valid_from",
    "valid_to",
)


class GspLicense(models.Model):
    """Who lacks which license: asked by every gate, for a whole document at once."""

    _inherit = "gsp.license"

    @api.model
    def _check_license(self, needs):
        """Find what licenses are missing, lapsed or too narrow today.

        Companies without a GSP kind need none. Three queries, whatever the number of lines.

        :param list needs: ``LicenseNeed``
        :return: list of ``Violation``, one for each document, holder and requirement
        """
        needs = [need for need in needs if need.company.gsp_company_kind and need.product.gsp_kind]
        if not needs:
            return []
        # sudo: whoever buys or sells need not be allowed to read licenses; only the verdict comes out
        licenses = self.sudo()._fetch_for(needs)
        requirements = (
            self.env["gsp.license.requirement"]
            .sudo()
            ._get_for(
                self.env["res.company"].union(*(need.company for need in needs)),
                sorted({need.party for need in needs}),
            )
        )
        # scopes of licenses and products in one query; archived ones are told apart by what it reads
        scopes = licenses.with_context(active_test=False).scope_ids
        scopes |= self.env["product.product"].union(*(need.product for need in needs)).gsp_scope_id
        scopes.fetch(["active", "parent_path"])
        failed = {}
        for need in needs:
            held = licenses.filtered(lambda record, need=need: record._is_held_for(need))
            for requirement in requirements:
                if requirement._applies_to(need) and not held._satisfy(requirement, need):
                    key = (need.document, need.party, need.partner.commercial_partner_id, requirement)
                    failed.setdefault(key, (held, []))[1].append(need)
        return [
            self._get_license_violation(requirement, held, found)
            for (*_key, requirement), (held, found) in failed.items()
        ]

    @api.model
    def _fetch_for(self, needs):
        """All licenses that could satisfy these needs, also those that count no longer."""
        companies = self.env["res.company"].union(*(need.company for need in needs))
        partners = self.env["res.partner"].union(*(need.partner.commercial_partner_id for need in needs))
        ours = Domain("holder_kind", "in", ("company", "store"))
        domain = ours & Domain("company_id", "in", companies.ids)
        if partners:
            domain |= Domain("partner_id", "in", partners.ids) & Domain(
                "company_id", "parent_of", companies.ids
            )
            # a store that buys from its headquarters: their licenses are on their own file
            domain |= ours & Domain("company_id.partner_id", "in", partners.ids)
        return self.search_fetch(domain & Domain("state", "not in", ("draft", "canceled")), CHECKED_FIELDS)

    def _is_held_for(self, need):
        """Whether the holder of this license is the one that ``need`` is about."""
        if need.party == "own":
            return (
                self.holder_kind in ("company", "store")
                and self.company_id == need.company
                and self.warehouse_id in (self.env["stock.warehouse"], need.warehouse)
            )
        partner = need.partner.commercial_partner_id
        if self.holder_kind == "partner":
            return self.partner_id == partner and self.company_id in need.company.sudo().parent_ids
        return self.holder_kind in ("company", "store") and self.company_id.partner_id == partner

    def _satisfy(self, requirement, need):
        """Whether one of these licenses is of a type asked for, counts today, and covers the product."""
        day = need.company._get_law_date()
        return any(
            record.type_id in requirement.type_ids
            and record._is_valid_on(day)
            and (not requirement.check_scope or record._covers(need.product))
            for record in self
        )

    def _covers(self, product):
        self.ensure_one()
        return not self.type_id.has_scope or self.scope_ids._covers(product.gsp_scope_id)

    @api.model
    def _get_license_violation(self, requirement, held, needs):
        need = needs[0]
        products = self.env["product.product"].union(*(item.product for item in needs))
        values = {
            "document": need.document.display_name,
            "holder": (need.partner.commercial_partner_id or need.company).display_name,
            "types": " / ".join(requirement.type_ids.mapped("name")),
            "products": ", ".join(products.mapped("display_name")),
            "scopes": ", ".join(products.gsp_scope_id.mapped("complete_name")) or self.env._("none"),
        }
        candidates = held.filtered(lambda record: record.type_id in requirement.type_ids)
        message, values = candidates._describe_lack(need.company, values)
        return Violation(
            rule=f"gsp.license.{need.party}",
            record=need.document,
            message=message % values,
            remedy=self.env._(
                "Have quality enter and approve the license with its scan, or leave these products out."
            ),
            reference=requirement.reference or "",
        )

    def _describe_lack(self, company, values):
        """Why none of these licenses is enough: (sentence with placeholders, values)."""
        day = company._get_law_date()
        if not self:
            return (
                self.env._("%(document)s: %(holder)s has no %(types)s on file, needed for %(products)s."),
                values,
            )
        if self.filtered(lambda record: record._is_valid_on(day)):
            return (
                self.env._(
                    "%(document)s: %(types)s of %(holder)s does not cover %(products)s (scope: %(scopes)s)."
                ),
                values,
            )
        last = self.sorted(lambda record: (record.state == "valid", str(record.valid_to or "")))[-1]
        values = {**values, "license": last.display_name}
        if last.state == "suspended":
            return (
                self.env._("%(document)s: %(license)s of %(holder)s is suspended; needed for %(products)s."),
                values,
            )
        if last.valid_from > day:
            return (
                self.env._(
                    "%(document)s: %(license)s of %(holder)s is valid from %(date)s only; needed for %(products)s."
                ),
                {**values, "date": format_date(self.env, last.valid_from)},
            )
        return (
            self.env._(
                "%(document)s: %(license)s of %(holder)s expired on %(date)s; needed for %(products)s."
            ),
            {**values, "date": format_date(self.env, last.valid_to or day)},
        )
