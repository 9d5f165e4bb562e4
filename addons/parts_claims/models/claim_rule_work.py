# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain


class ClaimRule(models.Model):
    """Criteria about the work: whether part, labor, fault and product belong together, and nothing is claimed twice."""

    _inherit = "claim.rule"

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "claim_type": self.env._("%(item)s belongs into another claim: %(right)s."),
            "duplicate": self.env._("%(item)s was claimed for %(unit)s on %(day)s already: %(other)s."),
            "hours": self.env._("%(hours)s hours of %(item)s: the flat rate is %(flat)s."),
            "labor_fault": self.env._("%(item)s is no work for the fault recorded: %(fault)s."),
            "labor_model": self.env._("%(item)s is no work on %(unit)s."),
            "part_model": self.env._("%(item)s does not fit %(unit)s."),
            "quantity": self.env._("%(quantity)s × %(item)s in %(unit)s: at most %(most)s are needed."),
        }

    def _match_labor_fault(self, lines):
        """An operation that names the faults it is for, on a repair that records none of them."""
        matched = {}
        for line in lines:
            operation = line._get_audit_operation()
            if not operation.fault_ids:
                continue
            faults = line._get_audit_faults()
            paths = [set((fault.parent_path or "").split("/")) for fault in faults]
            if not any(str(fault.id) in path for fault in operation.fault_ids for path in paths):
                names = ", ".join(faults.mapped("name")) or "–"
                matched[line] = {"item": operation.display_name, "fault": names}
        return matched

    def _match_labor_model(self, lines):
        matched = {}
        for line in lines.filtered("unit_product_id"):
            operation = line._get_audit_operation()
            if operation.categ_ids and not self._is_within(line.unit_product_id, operation.categ_ids):
                matched[line] = {
                    "item": operation.display_name,
                    "unit": line.unit_product_id.display_name,
                }
        return matched

    def _match_part_model(self, lines):
        return {
            line: {"item": line.product_id.display_name, "unit": line.unit_product_id.display_name}
            for line in lines.filtered("unit_product_id")
            if line.product_id.fit_categ_ids
            and not self._is_within(line.unit_product_id, line.product_id.fit_categ_ids)
        }

    def _match_hours(self, lines):
        """Hours above the supplier's own flat rate, else ours, and the tolerance."""
        matched = {}
        for line in lines.filtered(lambda line: line.kind == "labor"):
            operation = line._get_audit_operation()
            flat = line.agreement_id._get_flat_rate_hours(operation) or operation.hours
            if operation and line.uom_id.compare(line.quantity, flat * (1 + self.percent / 100)) > 0:
                matched[line] = {
                    "item": operation.display_name,
                    "hours": f"{line.quantity:g}",
                    "flat": f"{flat:g}",
                }
        return matched

    def _match_duplicate(self, lines):
        """The same part or work on the same unit, claimed with an earlier repair within the days."""
        known = lines.filtered("unit_lot_id")
        claimed = self._find_claimed(
            known,
            Domain("unit_lot_id", "in", known.unit_lot_id.ids)
            & Domain("product_id", "in", known.product_id.ids),
        )
        by_item = claimed.grouped(lambda line: line._get_audit_item())
        matched = {}
        for line in known:
            twins = by_item.get(line._get_audit_item(), claimed.browse()).filtered(
                lambda other, line=line: (
                    other._get_audit_document() != line._get_audit_document()
                    and (other.repair_date, other.id) < (line.repair_date, line.id)
                    and (line.repair_date - other.repair_date).days <= self.days
                )
            )
            if twins:
                matched[line] = {
                    "item": line._get_audit_operation().display_name or line.product_id.display_name,
                    "unit": line.unit_lot_id.name,
                    "day": twins[-1].repair_date,
                    "other": twins[-1]._get_origin_name(),
                }
        return matched

    def _match_quantity(self, lines):
        """Pieces of a part in one unit within the days: more than the limit, or than the agreement allows."""
        parts = lines.filtered(lambda line: line.kind == "part")
        claimed = self._find_claimed(
            parts,
            Domain("kind", "=", "part")
            & Domain("product_id", "in", parts.product_id.ids)
            & (parts._get_audit_document_domain() | Domain("unit_lot_id", "in", parts.unit_lot_id.ids)),
        )
        by_part = claimed.grouped(lambda line: line._get_audit_place())
        matched = {}
        for line in parts:
            most = self.quantity or line._get_agreed_maximum()
            around = by_part.get(line._get_audit_place(), claimed.browse()).filtered(
                lambda other, line=line: 0 <= (line.repair_date - other.repair_date).days <= self.days
            )
            # Shares of several companies in one cost are the same pieces.
            pieces = {other.source_key: other.quantity for other in around | line}
            total = sum(pieces.values())
            if most and line.uom_id.compare(total, most) > 0:
                matched[line] = {
                    "item": line.product_id.display_name,
                    "unit": line._get_audit_unit_name(),
                    "quantity": f"{total:g}",
                    "most": f"{most:g}",
                }
        return matched

    def _match_claim_type(self, lines):
        """A part that a running campaign of the unit replaces, or cover decided otherwise than it is claimed."""
        campaigns = self._get_campaigns_by_unit(lines)
        labels = dict(lines.move_id._fields["coverage"]._description_selection(self.env))
        matched = {}
        for line in lines:
            record = line.move_id or line.labor_id
            right = labels.get(record.coverage) if line.repair_id and not line._fits_coverage(record) else ""
            if line.kind == "part" and line.origin_kind != "campaign":
                campaign = campaigns.get(line.unit_lot_id, self.env["warranty.campaign"]).filtered(
                    lambda campaign, line=line: (
                        line.product_id in campaign.part_ids.product_id
                        and campaign._holds_on(line._get_audit_report_day())
                    )
                )
                right = right or campaign[:1].display_name
            if right:
                matched[line] = {"item": line.product_id.display_name, "right": right}
        return matched

    @api.model
    def _get_campaigns_by_unit(self, lines):
        """Running campaigns that list the unit: dict lot -> ``warranty.campaign``"""
        entries = self.env["warranty.campaign.line"].search(
            Domain("lot_id", "in", lines.unit_lot_id.ids)
            & Domain("company_id", "in", lines.company_id.ids)
            & Domain("state", "!=", "not_applicable")
            & Domain("campaign_id.state", "=", "running")
        )
        return {lot: some.campaign_id for lot, some in entries.grouped("lot_id").items()}
