# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation


class GspFirstApproval(models.Model):
    """Whether what is to be bought has passed: asked by the purchase gate, for a whole document at once."""

    _inherit = "gsp.first.approval"

    @api.model
    def _check_approved(self, lines):
        """Find what has no first approval that counts today. One query, whatever the number of lines.

        :param list lines: ``PurchaseLine``
        :return: list of ``Violation``, one for each document and supplier, product or pair
        """
        if not lines:
            return []
        companies = self.env["res.company"].union(*(line.company for line in lines))
        partners = self.env["res.partner"].union(*(line.partner.commercial_partner_id for line in lines))
        templates = self.env["product.template"].union(*(line.product.product_tmpl_id for line in lines))
        # sudo: whoever buys or receives need not be allowed to read approvals; only the verdict comes out
        approvals = self.sudo()._fetch_approvals(companies, partners, templates)
        by_subject = approvals.grouped(
            lambda item: (item.kind, item.partner_id.commercial_partner_id, item.product_tmpl_id)
        )
        violations = {}
        for line in lines:
            for subject in self._get_subjects(line):
                key = (line.document, subject)
                if key in violations:
                    continue
                found = by_subject.get(subject, self.sudo().browse()).filtered(
                    lambda item, line=line: item.company_id in line.company.parent_ids
                )
                day = line.company._get_law_date()
                if not any(approval._is_valid_on(day) for approval in found):
                    violations[key] = self._get_approval_violation(line, subject, found)
        return list(violations.values())

    @api.model
    def _fetch_approvals(self, companies, partners, templates):
        return self.search(
            [
                ("company_id", "parent_of", companies.ids),
                ("state", "not in", ("draft", "canceled")),
                "|",
                ("partner_id", "in", [False, *partners.ids]),
                ("partner_id.commercial_partner_id", "in", partners.ids),
                ("product_tmpl_id", "in", [False, *templates.ids]),
            ]
        )

    @api.model
    def _get_subjects(self, line):
        """(kind, supplier, product) that must be approved for a line."""
        # sudo: as the approvals they are compared with
        partner = line.partner.commercial_partner_id.sudo()
        template = line.product.product_tmpl_id.sudo()
        nobody, nothing = partner.browse(), template.browse()
        subjects = [("supplier", partner, nothing), ("product", nobody, template)]
        if line.company._gsp_needs_pair_approval():
            subjects.append(("pair", partner, template))
        return subjects

    @api.model
    def _get_approval_violation(self, line, subject, found):
        kind, partner, template = subject
        last = found.sorted("id")[-1:]
        values = {
            "document": line.document.display_name,
            "subject": " × ".join(filter(None, (template.display_name, partner.display_name))),
            "approval": last.name,
            "state": last and dict(self._fields["state"]._description_selection(self.env))[last.state],
            "date": last.valid_to and format_date(self.env, last.valid_to),
        }
        if not last:
            message = self.env._("%(document)s: %(subject)s has no first approval.")
        elif last.state == "approved":
            message = self.env._(
                "%(document)s: a document of the first approval %(approval)s of %(subject)s expired on %(date)s."
            )
        else:
            message = self.env._(
                '%(document)s: the first approval %(approval)s of %(subject)s is in state "%(state)s".'
            )
        return Violation(
            rule=f"gsp.purchase.approval.{kind}",
            record=line.document,
            message=message % values,
            remedy=self.env._("Apply for the first approval and have it signed before buying."),
            reference=self.env._("Drug Administration Law art. 55, 56"),
        )
