# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class OldPart(models.Model):
    """How a part gets into a box of a return batch, and out of it again."""

    _inherit = "old.part"

    box_id = fields.Many2one(
        "old.part.box", readonly=True, copy=False, index="btree_not_null", check_company=True, tracking=True
    )
    return_id = fields.Many2one(related="box_id.return_id", store=True, index="btree_not_null")

    def action_return(self):
        """Pack appraised parts for their suppliers: into the draft return of each, in its last box."""
        self._check_step(("appraised",))
        self._check_free_to_ship()
        self._check_supplier_known()
        batches = self.env["old.part.return"]
        for key, parts in self.grouped(
            lambda part: (part.company_id, part.supplier_id, part._get_warehouse())
        ).items():
            batch = batches._get_draft(*key)
            parts._pack(batch.box_ids[-1:] or batch._add_box())
            batches |= batch
        return batches._get_records_action(name=self.env._("Returns"))

    def action_unpack(self):
        """Take parts out of their boxes as long as the return has not been shipped."""
        self._check_step(("boxed",))
        self._set({"box_id": False, "state": "appraised"})
        return True

    def action_view_return(self):
        """Open the return batch the part travels in."""
        self.ensure_one()
        return self.return_id._get_records_action()

    def _pack(self, box):
        """Put parts into a box of a draft return to their own supplier."""
        box.ensure_one()
        strange = self.filtered(
            lambda part: (part.supplier_id, part.company_id) != (box.supplier_id, box.company_id)
        )
        if strange or box.state != "draft":
            raise UserError(
                self.env._(
                    "Box %(box)s goes to %(supplier)s and takes only parts of that supplier until it is shipped.",
                    box=box.name,
                    supplier=box.supplier_id.display_name,
                )
            )
        self._set({"box_id": box.id, "state": "boxed"})

    def _check_free_to_ship(self):
        """A part that is about to be scrapped, or packed already, does not leave by another door."""
        bound = self.filtered(lambda part: part.scrap_id or part.state == "boxed")
        if bound:
            raise UserError(
                self.env._(
                    "%(tags)s are packed for a return or proposed for scrap. Take them out there first.",
                    tags=", ".join(bound.mapped("name")),
                )
            )

    def _ship(self, batch):
        """Move the parts of a return batch to their supplier, by one transfer for each place they come from."""
        destination = batch.supplier_id.with_company(batch.company_id).property_stock_supplier
        self._move_stock(destination, "out", batch.supplier_id)
        for part in self:
            part._set({"out_move_id": part.last_move_id.id, "state": "shipped"})

    def _find_by_tag(self, tag):
        """The old part of the companies one works in with this tag, as scanned."""
        return self.search(Domain("name", "=", (tag or "").strip()), limit=1)
