# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import AftersalesWorld, draw_signature


class SettlementWorld(AftersalesWorld):
    """A machine whose pump (100) is covered, and whose hose (20) and two hours of labor (160) the customer pays."""

    @classmethod
    def build_settlement(cls):
        cls.build_world()
        cls.pump.standard_price, cls.hose.standard_price = 40, 8
        cls.pump.default_code, cls.hose.default_code = "P-100", "H-20"
        cls.add_stock(cls.pump, 20)
        cls.add_stock(cls.hose, 20)
        cls.labor = cls.env["product.product"].create(
            {
                "name": "Labor",
                "type": "service",
                "list_price": 80,
                "standard_price": 30,
                "uom_id": cls.env.ref("uom.product_uom_hour").id,
                "taxes_id": False,
            }
        )
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.customer.email = "customer@example.com"

    @classmethod
    def make_ready(cls, lot=None, billable=True, **vals):
        """A finished repair with one request of the customer, still open."""
        parts = [("add", cls.pump), *([("add", cls.hose)] if billable else [])]
        vals = {"request_ids": [Command.create({"name": "It leaks"})], **vals}
        repair = cls.create_repair(lot or cls.lot, parts, user=cls.reception, **vals)
        if billable:
            repair.move_ids.filtered(lambda move: move.product_id == cls.hose)._grant_coverage(
                "billable", "Worn"
            )
            repair.with_user(cls.advisor).action_create_sale_order()
            repair.sudo().sale_order_id.order_line = [
                Command.create({"product_id": cls.labor.id, "product_uom_qty": 2})
            ]
            repair._sign_as_customer("estimate", "Customer", draw_signature())
        cls.finish_repair(repair.with_user(cls.technician))
        return repair.with_user(cls.reception)

    @classmethod
    def answer_requests(cls, repair):
        repair.request_ids.write({"state": "solved", "resolution": "Pump replaced"})

    @classmethod
    def sign_bill(cls, repair, user=None):
        """The customer signs on the screen of reception."""
        cls.answer_requests(repair)
        action = repair.with_user(user or cls.reception).action_sign_bill()
        wizard = cls.env[action["res_model"]].with_user(user or cls.reception).browse(action["res_id"])
        wizard.signature = draw_signature()
        wizard.action_sign()

    @classmethod
    def make_settled(cls, **vals):
        repair = cls.make_ready(**vals)
        cls.sign_bill(repair)
        repair.action_settle()
        return repair

    @classmethod
    def get_bill(cls, repair):
        return repair.sudo()._get_bills()

    @classmethod
    def pay(cls, repair, user=None):
        """The cashier collects what is open."""
        bill = cls.get_bill(repair).with_user(user or cls.accountant)
        action = bill.action_register_payment()
        wizard = (
            cls.env[action["res_model"]].with_user(user or cls.accountant).with_context(**action["context"])
        )
        wizard.create({})._create_payments()
        repair.invalidate_recordset()

    @classmethod
    def make_delivered(cls, **vals):
        repair = cls.make_settled(**vals)
        if repair.bill_state != "nothing":
            cls.pay(repair)
        repair.next_service_date = fields.Date.today() + timedelta(days=180)
        repair.action_hand_over()
        return repair
