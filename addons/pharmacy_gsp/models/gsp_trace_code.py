# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class GspTraceCode(models.Model):
    """One package, told apart by the code on it. Scanned in once per company, handed over once."""

    _name = "gsp.trace.code"
    _description = "Trace Code"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Code", required=True, readonly=True, index="trigram")
    kind = fields.Selection(
        [("code20", "20-Digit Drug Trace Code"), ("gs1", "GS1")], required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    lot_id = fields.Many2one("stock.lot", readonly=True, index="btree_not_null", ondelete="restrict")
    acceptance_line_id = fields.Many2one(
        "gsp.acceptance.line", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    acceptance_id = fields.Many2one(
        related="acceptance_line_id.acceptance_id", store=True, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("received", "To Be Accepted"),
            ("in_stock", "In Stock"),
            ("out", "Handed Over"),
            ("returned", "Came Back"),
        ],
        required=True,
        default="received",
        readonly=True,
        index=True,
    )
    event_ids = fields.One2many("gsp.trace.event", "code_id", string="Events")
    event_count = fields.Integer(string="Number of Events", compute="_compute_event_count")

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "This trace code has been scanned in already."
    )

    @api.depends("event_ids")
    def _compute_event_count(self):
        counts = dict(
            self.env["gsp.trace.event"]._read_group([("code_id", "in", self.ids)], ["code_id"], ["__count"])
        )
        for code in self:
            code.event_count = counts.get(code, 0)

    def action_unscan(self):
        """Take back codes scanned by mistake, as long as the acceptance is not signed."""
        self.env["gsp.acceptance"].browse(self.acceptance_id.ids)._check_step(
            "pharmacy_gsp.pharmacy_gsp_group_clerk", ("draft",)
        )
        # sudo: nobody deletes codes but by this step, which has checked group, company and state
        codes = self.sudo()
        codes.event_ids.unlink()
        codes.unlink()

    @api.model
    def _normalize(self, parsed):
        """What tells one package from all others: the 20 digits, or number and serial of a GS1 code."""
        if parsed["kind"] == "gs1":
            return f"(01){parsed['gtin']}(21){parsed['serial']}" if parsed.get("serial") else None
        return parsed["code"]

    @api.model
    def _get_coded_lots(self, lines):
        """Lots of these ``stock.move.line`` of which packages with a code are in stock."""
        # sudo: whoever delivers; only lots come out
        groups = self.sudo()._read_group(
            [
                ("lot_id", "in", lines.lot_id.ids),
                ("company_id", "in", lines.company_id.ids),
                ("state", "=", "in_stock"),
            ],
            ["lot_id"],
        )
        return frozenset(lot for (lot,) in groups)

    def _gsp_enter_stock(self):
        """The acceptance is signed: the packages are in stock."""
        if self:
            self.sudo().state = "in_stock"  # sudo: nobody writes codes but the steps
            self._log("accept")

    def _log(self, kind, move_line=None):
        # sudo: nobody writes events but what makes them happen
        self.env["gsp.trace.event"].sudo().create(
            [
                {
                    "code_id": code.id,
                    "kind": kind,
                    "move_line_id": move_line.id if move_line else False,
                    "document_name": (
                        (move_line.picking_id.name or move_line.reference)
                        if move_line
                        else code.acceptance_id.name
                    ),
                    "user_id": self.env.uid,
                }
                for code in self.sudo()
            ]
        )
