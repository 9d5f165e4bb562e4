# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from .old_part import IN_STORE_STATES


class OldPart(models.Model):
    """The ledger of old parts, compared with what lies in the old-part stores."""

    _inherit = "old.part"

    def action_check_ledger(self):
        """Compare ledger and stock of the companies one works in; list the differences, or say that there are none.

        :raise AccessError: without the clerk's role
        """
        self.check_access("read")
        self.env["old.part.difference"].check_access("create")
        differences = self._get_ledger_differences(self.env.companies)
        if not differences:
            count = self.search_count(Domain("state", "in", IN_STORE_STATES))
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "The ledger equals the stock: %(count)s old parts are where they should be.",
                        count=count,
                    ),
                },
            }
        found = self.env["old.part.difference"].create(differences)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Differences Between Ledger and Stock"),
            "res_model": "old.part.difference",
            "view_mode": "list",
            "domain": [("id", "in", found.ids)],
            "target": "current",
        }

    @api.model
    def _get_ledger_differences(self, companies):
        """Where ledger and stock of old parts differ, by place, part, lot and owner.

        :return: list of dicts: company_id, location_id, product_id, lot_id, owner_id, ledger_quantity,
            stock_quantity; quantities in the unit of the product
        """
        found = defaultdict(lambda: [0.0, 0.0])
        keys = ["company_id", "location_id", "product_id", "lot_id"]
        # sudo: a difference is one whether or not the user may read the other side of it
        ledger = self.sudo()._read_group(
            Domain("company_id", "in", companies.ids) & Domain("state", "in", IN_STORE_STATES),
            [*keys, "supplier_id", "uom_id"],
            ["quantity:sum"],
        )
        for company, location, product, lot, owner, uom, quantity in ledger:
            key = company, location, product, lot, owner
            found[key][0] += uom._compute_quantity(quantity, product.uom_id)
        stock = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                Domain("company_id", "in", companies.ids) & Domain("location_id.is_old_part", "=", True),
                [*keys, "owner_id"],
                ["quantity:sum"],
            )
        )
        for company, location, product, lot, owner, quantity in stock:
            found[company, location, product, lot, owner][1] += quantity
        return [
            {
                "company_id": company.id,
                "ledger_quantity": held,
                "location_id": location.id,
                "lot_id": lot.id,
                "owner_id": owner.id,
                "product_id": product.id,
                "stock_quantity": stocked,
            }
            for (company, location, product, lot, owner), (held, stocked) in found.items()
            if product.uom_id.compare(held, stocked)
        ]
