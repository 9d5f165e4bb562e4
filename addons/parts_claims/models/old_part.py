# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

# Where the part lies with us, and the ledger is compared with the stock.
IN_STORE_STATES = ("collected", "appraised", "boxed", "back")
AT_SUPPLIER_STATES = ("shipped", "received", "accepted", "rejected")
CLERK = "parts_claims.parts_claims_group_clerk"


class OldPart(models.Model):
    """A part taken out in a covered repair: evidence for the claim, kept in the supplier's name.

    collected → appraised → boxed → shipped → received → accepted or rejected; a rejected part comes back or is
    scrapped. Its ledger entry moves together with the stock and never without it.
    """

    _name = "old.part"
    _description = "Old Part"
    _inherit = ["parts.claims.guard", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    # All of them here: an extension that named its own would replace these
    _guarded_fields = frozenset(
        {
            "appraisal_id",
            "box_id",
            "company_id",
            "date_collected",
            "decided_on",
            "last_move_id",
            "location_id",
            "lot_id",
            "move_line_id",
            "name",
            "out_move_id",
            "product_id",
            "quantity",
            "received_on",
            "repair_id",
            "scrap_id",
            "state",
            "stock_scrap_id",
            "supplier_id",
            "uom_id",
            "usable",
            "verdict",
        }
    )

    name = fields.Char(string="Tag", required=True, readonly=True, index="trigram", copy=False)
    claim_id = fields.Many2one(
        related="claim_line_id.claim_id", string="Claim", store=True, index="btree_not_null"
    )
    claim_line_id = fields.Many2one(
        "parts.claim.line",
        string="Evidence For",
        index="btree_not_null",
        check_company=True,
        copy=False,
        tracking=True,
        domain="[('repair_id', '=', repair_id), ('state', 'in', ('blocked', 'claimable', 'draft'))]",
        help="The claimed part that this old part proves.",
    )
    claim_line_state = fields.Selection(related="claim_line_id.state", string="Claim Status")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    condition = fields.Text(help="What is wrong with the part, as seen at the bench.")
    date_collected = fields.Datetime(string="Collected On", required=True, readonly=True)
    date_out = fields.Datetime(related="out_move_id.date", string="Left On")
    location_id = fields.Many2one("stock.location", required=True, readonly=True, check_company=True)
    last_move_id = fields.Many2one(
        "stock.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The transfer that brought the part where it is now.",
    )
    lot_id = fields.Many2one("stock.lot", string="Lot/Serial", readonly=True, check_company=True)
    move_line_id = fields.Many2one("stock.move.line", string="Removal", required=True, readonly=True)
    out_move_id = fields.Many2one("stock.move", string="Left By", readonly=True, copy=False)
    product_id = fields.Many2one("product.product", string="Part", required=True, readonly=True, index=True)
    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    repair_id = fields.Many2one("repair.order", required=True, readonly=True, index=True, check_company=True)
    state = fields.Selection(
        [
            ("collected", "Collected"),
            ("appraised", "Appraised"),
            ("boxed", "Boxed"),
            ("shipped", "Shipped"),
            ("received", "Received by Supplier"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("back", "Back"),
            ("scrapped", "Scrapped"),
        ],
        string="Status",
        required=True,
        default="collected",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    supplier_id = fields.Many2one(
        "res.partner", readonly=True, index=True, help="Owner of the part in stock."
    )
    uom_id = fields.Many2one("uom.uom", string="Unit", required=True, readonly=True)

    _name_uniq = models.Constraint("UNIQUE (name, company_id)", "The tag of an old part must be unique.")
    _removal_uniq = models.Constraint("UNIQUE (move_line_id)", "This removed part already has a tag.")

    @api.depends("name", "product_id")
    def _compute_display_name(self):
        for part in self:
            part.display_name = f"{part.name} {part.product_id.name}" if part.product_id else part.name

    def write(self, vals):
        if "claim_line_id" in vals:
            self._check_relink(self.env["parts.claim.line"].browse(vals["claim_line_id"]))
        return super().write(vals)

    def action_view_repair(self):
        """Open the repair the part was removed in."""
        self.ensure_one()
        return self.repair_id._get_records_action()

    def action_view_claim(self):
        """Open the claim the part is evidence for."""
        self.ensure_one()
        return self.claim_id._get_records_action()

    def _check_step(self, states, group=CLERK):
        """Role, access and state of a step, the same at every door.

        :param states: codes of the states the step starts from
        """
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This step of an old part is reserved for %(group)s.",
                    # sudo: the names of roles are no secret
                    group=self.env.ref(group).sudo().display_name,
                )
            )
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        wrong = self.filtered(lambda part: part.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This step is for old parts in state %(expected)s. These are not: %(parts)s.",
                    expected=", ".join(labels[state] for state in states),
                    parts=", ".join(f"{part.name} ({labels[part.state]})" for part in wrong),
                )
            )

    def _check_supplier_known(self):
        unknown = self.filtered(lambda part: not part.supplier_id)
        if unknown:
            raise UserError(
                self.env._(
                    "Nobody is known as supplier of %(tags)s. Set a vendor on the part; old parts removed from then "
                    "on carry it. Scrap these instead.",
                    tags=", ".join(unknown.mapped("name")),
                )
            )

    def _check_relink(self, line):
        """An old part is evidence for a line of its own repair, and only until that line is submitted."""
        for part in self:
            if any(side and not side._is_editable() for side in (part.claim_line_id, line)):
                raise UserError(
                    self.env._(
                        "%(tag)s belongs to a claim that has been submitted; its evidence can no longer change.",
                        tag=part.name,
                    )
                )
            if line and line.repair_id != part.repair_id:
                raise UserError(
                    self.env._(
                        "%(tag)s was removed in repair %(repair)s and cannot be evidence for another repair.",
                        tag=part.name,
                        repair=part.repair_id.name,
                    )
                )

    def _move_stock(self, destination, kind, partner=None):
        """Transfer the parts in the stock, and their ledger entries with them.

        :param destination: where all of them go
        :param str kind: which operation of the warehouse: ``"int"``, ``"out"`` or ``"in"``
        :param partner: who sends or gets them
        :return: the transfers, done: one for each warehouse and place the parts come from
        """
        pickings = self.env["stock.picking"]
        moving = self.filtered(lambda part: part.location_id != destination)
        groups = moving.grouped(lambda part: (part.company_id, part._get_warehouse(), part.location_id))
        for (company, warehouse, source), parts in groups.items():
            picking = pickings.with_company(company).create(
                {
                    "company_id": company.id,
                    "location_dest_id": destination.id,
                    "location_id": source.id,
                    "move_ids": [Command.create(part._prepare_move_vals(destination)) for part in parts],
                    "origin": ", ".join(parts.mapped("name")),
                    "partner_id": partner.id if partner else False,
                    "picking_type_id": warehouse[f"{kind}_type_id"].id,
                }
            )
            for part, move in zip(parts, picking.move_ids, strict=True):
                part._set({"last_move_id": move.id})
            picking._action_done()
            parts._set({"location_id": destination.id})
            pickings |= picking
        return pickings

    def _scrap_stock(self):
        """Take the parts out of the stock for good, by the platform's own scrap orders."""
        for part in self:
            scrap = self.env["stock.scrap"].with_company(part.company_id).create(part._prepare_scrap_vals())
            part._set({"stock_scrap_id": scrap.id})
            scrap.do_scrap()
            part._set(
                {
                    "last_move_id": scrap.move_ids.id,
                    "location_id": scrap.scrap_location_id.id,
                    "out_move_id": scrap.move_ids.id,
                    "state": "scrapped",
                }
            )

    def _get_warehouse(self):
        """Warehouse of the repair in which the part was taken out."""
        self.ensure_one()
        return self.repair_id.picking_type_id.warehouse_id

    def _get_store(self):
        """Old-part store of that warehouse: everything below it is the supplier's and has no value for us."""
        return self._get_warehouse().old_part_location_id

    def _prepare_move_vals(self, destination):
        line = {
            "company_id": self.company_id.id,
            "location_dest_id": destination.id,
            "location_id": self.location_id.id,
            "lot_id": self.lot_id.id,
            "owner_id": self.move_line_id.owner_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.uom_id.id,
            "quantity": self.quantity,
        }
        return {
            "company_id": self.company_id.id,
            "location_dest_id": destination.id,
            "location_id": self.location_id.id,
            "move_line_ids": [Command.create(line)],
            "origin": self.name,
            "picked": True,
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": self.quantity,
        }

    def _prepare_scrap_vals(self):
        return {
            "company_id": self.company_id.id,
            "location_id": self.location_id.id,
            "lot_id": self.lot_id.id,
            "origin": self.name,
            "owner_id": self.move_line_id.owner_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.uom_id.id,
            "scrap_qty": self.quantity,
        }

    @api.model
    def _collect(self, removals):
        """Tag what covered repairs removed and kept.

        :param removals: done ``stock.move`` for which ``_is_old_part()`` holds
        """
        lines = removals.move_line_ids.filtered("quantity")
        known = self.search(Domain("move_line_id", "in", lines.ids)).move_line_id
        vals_list = []
        for company, some in (lines - known).sorted("id").grouped("company_id").items():
            tags = self.env["ir.sequence"]._next_many_by_code("old.part", len(some), company)
            vals_list += [self._prepare_vals(line, tag) for line, tag in zip(some, tags, strict=True)]
        return self.create(vals_list)

    @api.model
    def _prepare_vals(self, line, tag):
        move = line.move_id
        return {
            "company_id": move.company_id.id,
            "date_collected": move.date,
            "location_id": line.location_dest_id.id,
            "lot_id": line.lot_id.id,
            "move_line_id": line.id,
            "name": tag,
            "product_id": line.product_id.id,
            "quantity": line.quantity,
            "repair_id": move.repair_id.id,
            "supplier_id": (line.owner_id or move.product_id._find_old_part_owner(move.company_id)).id,
            "uom_id": line.product_uom_id.id,
        }
