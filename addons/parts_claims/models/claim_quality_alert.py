# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClaimQualityAlert(models.Model):
    """Failures that are unusual, and the ticket by which quality inspection looks into them."""

    _name = "claim.quality.alert"
    _description = "Quality Alert"
    _inherit = ["parts.claims.guard"]
    _order = "date desc, id desc"
    _rec_name = "reason"
    _guarded_fields = frozenset(
        {
            "company_id",
            "date",
            "failures",
            "failures_before",
            "key_part_id",
            "kind",
            "lot_id",
            "product_id",
            "reason",
            "received",
            "supplier_id",
            "ticket_id",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Date(string="Noticed On", required=True, readonly=True)
    failures = fields.Float(readonly=True, digits="Product Unit")
    failures_before = fields.Float(string="In the Window Before", readonly=True, digits="Product Unit")
    key_part_id = fields.Many2one(
        "claim.key.part", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    kind = fields.Selection([("key_part", "Key Part"), ("lot", "Lot")], required=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True, index="btree_not_null", ondelete="restrict")
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    received = fields.Float(string="Received of the Lot", readonly=True, digits="Product Unit")
    supplier_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    ticket_closed = fields.Boolean(related="ticket_id.closed", store=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, readonly=True, index=True, ondelete="restrict"
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Quality alerts are kept. Close the ticket instead."))

    def action_view_ticket(self):
        """Open the ticket of quality inspection."""
        self.ensure_one()
        return self.ticket_id._get_records_action()

    @api.model
    def _raise_key_part(self, company, part, now, before, reason):
        """An alert and its ticket, unless one of the same window is known or still open."""
        today = company._get_law_date()
        own = Domain("company_id", "=", company.id) & Domain("key_part_id", "=", part.id)
        recent = Domain("date", ">", today - timedelta(days=part.days)) | Domain("ticket_closed", "=", False)
        if not self.sudo().search_count(own & recent, limit=1):
            vals = {"failures": now, "failures_before": before, "key_part_id": part.id, "kind": "key_part"}
            self._raise(company, reason, vals)

    @api.model
    def _watch_lots(self, company):
        """Raise an alert for each lot of which more has failed than is to be expected.

        Failed is what covered repairs took out; received, what came from suppliers.
        """
        groups = (
            self.env["old.part"]
            .sudo()
            ._read_group(
                Domain("company_id", "=", company.id) & Domain("lot_id", "!=", False),
                ["product_id", "lot_id", "supplier_id", "uom_id"],
                ["quantity:sum"],
            )
        )
        failed = {}
        for product, lot, supplier, uom, quantity in groups:
            key = (product, lot, supplier)
            failed[key] = failed.get(key, 0.0) + uom._compute_quantity(quantity, product.uom_id)
        failed = {key: count for key, count in failed.items() if count >= company.claim_lot_least_failures}
        lots = [lot.id for _product, lot, _supplier in failed]
        received, known = self._get_received(company, lots), self._get_known_lots(company, lots)
        for (product, lot, supplier), count in failed.items():
            came = received.get(lot, 0.0)
            share = 100.0 * count / came if came else 100.0
            if share > company.claim_lot_expected_percent and count > known.get(lot, 0.0):
                vals = {"lot_id": lot.id, "product_id": product.id, "supplier_id": supplier.id}
                reason = self.env._(
                    "%(part)s, lot %(lot)s: %(count)g of %(received)g received have failed (%(share).1f %%); "
                    "%(expected)g %% are expected at most.",
                    part=product.display_name,
                    lot=lot.name,
                    count=count,
                    received=came,
                    share=share,
                    expected=company.claim_lot_expected_percent,
                )
                self._raise(company, reason, vals | {"failures": count, "kind": "lot", "received": came})

    @api.model
    def _get_received(self, company, lot_ids):
        """Pieces of each lot that came from suppliers: dict lot -> quantity."""
        lines = self.env["stock.move.line"].sudo()
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("lot_id", "in", lot_ids)
            & Domain("state", "=", "done")
            & Domain("location_id.usage", "=", "supplier")
        )
        return dict(lines._read_group(domain, ["lot_id"], ["quantity_product_uom:sum"]))

    @api.model
    def _get_known_lots(self, company, lot_ids):
        """The most failures of each lot of which quality inspection knows: dict lot -> quantity."""
        domain = Domain("company_id", "=", company.id) & Domain("lot_id", "in", lot_ids)
        return dict(self.sudo()._read_group(domain, ["lot_id"], ["failures:max"]))

    @api.model
    def _raise(self, company, reason, vals):
        # sudo: nobody makes alerts by hand, and whoever runs the check need not be allowed to open tickets
        ticket = self.env["helpdesk.ticket"].sudo().create(self._prepare_ticket_vals(company, reason, vals))
        return self.sudo().create(
            vals
            | {
                "company_id": company.id,
                "date": company._get_law_date(),
                "reason": reason,
                "ticket_id": ticket.id,
            }
        )

    @api.model
    def _prepare_ticket_vals(self, company, reason, vals):
        return {
            "company_id": company.id,
            "description": reason,
            "kind": "quality",
            "lot_id": vals.get("lot_id"),
            "name": reason,
            "product_id": vals.get("product_id"),
            "team_id": company.claim_quality_team_id.id,
        }


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    claim_quality_alert_ids = fields.One2many(
        "claim.quality.alert",
        "ticket_id",
        string="Quality Alerts",
        groups="parts_claims.parts_claims_group_clerk",
    )
