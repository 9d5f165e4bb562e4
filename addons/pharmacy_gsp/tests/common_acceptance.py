# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.fields import Command

from .common_master import MasterCommon


class AcceptanceCommon(MasterCommon):
    """The licensed store with approved goods and two people who may accept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acceptor = cls._create_user("gsp_acceptor", "clerk")
        cls.second_acceptor = cls._create_user("gsp_acceptor_2", "clerk")
        employee = cls._staff(cls.acceptor, "acceptor")
        cls.acceptor_attendance = cls.env["hr.attendance"].search([("employee_id", "=", employee.id)])
        cls._staff(cls.second_acceptor, "acceptor")
        cls.supplier_approval = cls._approve("supplier", partner=cls.supplier)
        cls._approve("product", product=cls.otc)
        cls._approve("product", product=cls.rx)
        cls.normal = cls.env.ref("pharmacy_gsp.gsp_storage_condition_normal")
        cls.cool = cls.env.ref("pharmacy_gsp.gsp_storage_condition_cool")
        cls.cold = cls.env.ref("pharmacy_gsp.gsp_storage_condition_cold")
        cls.vendors = cls.env.ref("stock.stock_location_suppliers")

    @classmethod
    def _place(cls, name, parent=None, **vals):
        """A place in stock, set up by quality."""
        return cls.env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": (parent or cls.stock).id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def _change(cls, product, **vals):
        """Change base data of an approved product, as quality does, with a reason."""
        product.write({**vals, "gsp_change_reason": "Changed for the test"})

    @classmethod
    def _incoming(cls, *lines, warehouse=None):
        """Receipt from the supplier, ready to be validated; each line is (product, quantity, values of the line)."""
        warehouse = warehouse or cls.warehouse
        picking_type = warehouse.in_type_id
        destination = picking_type.default_location_dest_id
        picking = (
            cls.env["stock.picking"]
            .with_user(cls.clerk)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": cls.supplier.id,
                    "location_id": cls.vendors.id,
                    "location_dest_id": destination.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "product_uom": product.uom_id.id,
                                "location_id": cls.vendors.id,
                                "location_dest_id": destination.id,
                                "company_id": cls.company.id,
                            }
                        )
                        for product, quantity, _vals in lines
                    ],
                }
            )
        )
        picking.move_ids._action_confirm(merge=False)
        picking.move_line_ids.unlink()
        for index, (move, (_product, quantity, vals)) in enumerate(zip(picking.move_ids, lines, strict=True)):
            picking.env["stock.move.line"].create(
                {
                    **move._prepare_move_line_vals(quantity=quantity),
                    "lot_name": f"LOT-{picking.id}-{index}",
                    "expiration_date": cls._expiry(500),
                    "gsp_production_date": cls.today - timedelta(days=60),
                    "picked": True,
                    **vals,
                }
            )
        return picking

    @classmethod
    def _received(cls, *lines, **kwargs):
        """(receipt, its acceptance) after the goods were taken over."""
        picking = cls._incoming(*lines, **kwargs)
        picking.button_validate()
        return picking, picking.gsp_acceptance_ids

    @classmethod
    def _examine(cls, acceptance, **vals):
        """Fill in the receipt and everything an acceptor looks at; ``vals`` go to the lines."""
        acceptance = acceptance.with_user(cls.acceptor)
        acceptance.write(
            {"carrier": "Test Carrier", "vehicle": "closed", "seal": "intact", "packaging": "pass"}
        )
        acceptance.line_ids.write({"case_count": 1, **vals})
        acceptance.action_all_conform()
        for line in acceptance.line_ids:
            line.sampled_packs = line.sample_packs
        return acceptance

    @classmethod
    def _accepted(cls, *lines, **vals):
        """(receipt, its acceptance) after it was examined and signed."""
        picking, acceptance = cls._received(*lines)
        cls._examine(acceptance, **vals)
        cls._sign(acceptance, "accept", cls.acceptor)
        return picking, acceptance

    def _on_hand(self, lot, location):
        quants = self.env["stock.quant"].search([("lot_id", "=", lot.id), ("location_id", "=", location.id)])
        return sum(quants.mapped("quantity"))
