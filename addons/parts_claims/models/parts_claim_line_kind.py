# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .claim_agreement_cover import KINDS

# Field that names the document a line is made from → prefix of the key that makes it unique.
SOURCE_FIELDS = {
    "labor_id": "labor",
    "expense_id": "expense",
    "scrap_id": "scrap",
    "move_id": "move",
    "inbound_line_id": "inbound",
}


class PartsClaimLine(models.Model):
    """What kind of cost is claimed, the document it comes from, and which share of it this supplier bears."""

    _inherit = "parts.claim.line"

    attachment_ids = fields.Many2many(
        "ir.attachment",
        "parts_claim_line_attachment_rel",
        "line_id",
        "attachment_id",
        string="Evidence Files",
        bypass_search_access=True,
        help="Photos and reports that belong to this line alone; those of the repair count as well.",
    )
    cap = fields.Monetary(
        string="Limited To", readonly=True, help="What the agreement's limit per repair left for this line."
    )
    cover_percent = fields.Float(string="Covered %", readonly=True, digits=(5, 2), default=100.0)
    defect_reason = fields.Char(
        string="Defect", readonly=True, help="What is wrong with goods that are not claimed from a repair."
    )
    expense_id = fields.Many2one(
        "claim.expense", readonly=True, ondelete="restrict", index="btree_not_null", check_company=True
    )
    flat_rate = fields.Boolean(
        string="Agreed Hours",
        readonly=True,
        help="The hours are the supplier's own, not those of the repair.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="part", index=True)
    labor_id = fields.Many2one(
        "repair.labor", readonly=True, ondelete="restrict", index="btree_not_null", check_company=True
    )
    main_line_id = fields.Many2one(
        "parts.claim.line",
        string="Main-Cause Part",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The claimed part that caused the fault. It takes the labor; what belongs to it does not repeat it.",
    )
    name = fields.Char(string="Description", readonly=True)
    origin_kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("campaign", "Campaign"),
            ("incoming", "Incoming Inspection"),
            ("stock", "Stock Defect"),
            ("return", "Quality Return"),
            ("transport", "Transport Damage"),
            ("complaint", "Complaint"),
        ],
        string="Origin",
        required=True,
        readonly=True,
        default="repair",
        index=True,
    )
    party_id = fields.Many2one(
        "res.partner",
        string="Named Party",
        readonly=True,
        help="Company named as responsible, instead of the supplier of the part.",
    )
    scrap_id = fields.Many2one(
        "stock.scrap", readonly=True, ondelete="restrict", index="btree_not_null", check_company=True
    )
    source_key = fields.Char(
        compute="_compute_source_key", store=True, precompute=True, readonly=True, index=True
    )
    split_from_id = fields.Many2one("parts.claim.line", readonly=True, index="btree_not_null")
    split_line_ids = fields.One2many("parts.claim.line", "split_from_id", string="Shares of Others")
    split_share = fields.Float(string="Share of the Cost %", readonly=True, default=100.0, digits=(5, 2))
    uncovered_reason = fields.Text(string="Not Covered, Because", readonly=True)

    _source_uniq = models.UniqueIndex(
        "(source_key) WHERE state IS DISTINCT FROM 'canceled' AND decision IS DISTINCT FROM 'returned' "
        "AND split_from_id IS NULL",
        "This cost is claimed already: every part, labor or expense is claimed only once.",
    )
    _source_supplier_uniq = models.UniqueIndex(
        "(source_key, supplier_id) WHERE state IS DISTINCT FROM 'canceled' AND decision IS DISTINCT FROM 'returned' "
        "AND supplier_id IS NOT NULL",
        "This supplier is asked for this cost already.",
    )
    _source_set = models.Constraint(
        "CHECK (direction = 'inbound' OR num_nonnulls(labor_id, expense_id, scrap_id, move_id, inbound_line_id) = 1)",
        "A claim line is made from exactly one document.",
    )
    _split_range = models.Constraint(
        "CHECK (split_share > 0 AND split_share <= 100)",
        "A supplier's share of a cost is more than 0 % and at most 100 %.",
    )

    @api.depends("expense_id", "labor_id", "move_id", "scrap_id")
    def _compute_source_key(self):
        for line in self:
            keys = [f"{prefix}:{line[name].id}" for name, prefix in SOURCE_FIELDS.items() if line[name]]
            line.source_key = keys[0] if keys else False

    @api.model
    def _selection_price_basis(self):
        """On a line also the bases of what is no part."""
        labels = {
            "agreed_rate": self.env._("Rate Agreed"),
            "own_rate": self.env._("Our Labor Rate"),
            "agreed_amount": self.env._("Amount Agreed"),
            "actual_cost": self.env._("Actual Cost"),
        }
        return [*super()._selection_price_basis(), *labels.items()]

    def action_view_source(self):
        """Open the document the line is made from: repair, scrap, transfer or ticket."""
        self.ensure_one()
        source = (
            self.repair_id or self.scrap_id or self.move_id.picking_id or self.ticket_id or self.expense_id
        )
        return source._get_records_action()

    def _get_source_record(self):
        self.ensure_one()
        return self.labor_id or self.expense_id or self.scrap_id or self.move_id

    def _get_origin_name(self):
        """Number of the document the cost comes from, as people know it."""
        self.ensure_one()
        # Whoever handles claims need not be able to open the ticket: only its number is shown.
        ticket = self.sudo().ticket_id.number
        origin = self.repair_id.name or self.scrap_id.name or self.move_id.picking_id.name
        return origin or ticket or self.move_id.reference or self.expense_id.name or ""

    @api.model
    def _get_live_domain(self):
        return Domain("state", "!=", "canceled")

    @api.model
    def _get_constant(self, model, xmlid):
        """A record of the data files; unlike ``env.ref()`` without a query for each call."""
        return self.env[model].browse(
            self.env["ir.model.data"]._xmlid_to_res_id(xmlid, raise_if_not_found=True)
        )
