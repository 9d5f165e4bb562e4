# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

# What a customer draws: the smallest picture there is.
SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def draw_signature():
    """A drawn line, as the signature pad gives it: base64 of a PNG."""
    picture = Image.new("RGBA", (120, 40), "white")
    ImageDraw.Draw(picture).line([(5, 30), (60, 8), (115, 32)], fill="black", width=2)
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue())


class AftersalesWorld:
    """The world of the after-sales tests: a machine sold with a warranty of two components, its spare parts, the
    supplier who makes them, a customer, and one user per role."""

    @classmethod
    def build_world(cls):
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        # each concern proves its own rules: those of the intake turn them on
        cls.company.write({"intake_signature": "never", "one_open_repair": False})
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock_location = cls.warehouse.lot_stock_id
        cls.customer = cls.env["res.partner"].create({"name": "Customer", "is_company": True})
        cls.other_customer = cls.env["res.partner"].create({"name": "Other Customer", "is_company": True})
        cls.supplier = cls.env["res.partner"].create({"name": "Supplier", "is_company": True})
        cls.build_products()
        cls.build_term()
        cls.build_users()

    @classmethod
    def build_products(cls):
        category = cls.env["product.category"]
        cls.machine_categ = category.create({"name": "Machines"})
        cls.part_categ = category.create({"name": "Parts", "property_cost_method": "average"})
        cls.pipe_categ = category.create({"name": "Pipes", "parent_id": cls.part_categ.id})
        cls.machine = cls.create_product("Machine", cls.machine_categ, tracking="serial", list_price=1000)
        cls.pump = cls.create_product("Pump", cls.part_categ, list_price=100)
        cls.hose = cls.create_product("Hose", cls.pipe_categ, list_price=20)
        (cls.pump | cls.hose).seller_ids = [Command.create({"partner_id": cls.supplier.id, "price": 40})]

    @classmethod
    def create_product(cls, name, categ, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "categ_id": categ.id,
                "taxes_id": False,
                **vals,
            }
        )

    @classmethod
    def build_term(cls):
        component = cls.env["warranty.component"]
        cls.main_unit = component.create({"code": "T-MAIN", "name": "Main unit", "kind": "main"})
        cls.pipes = component.create({"code": "T-PIPES", "name": "Pipes and electrics", "kind": "key"})
        cls.term = cls.env["warranty.term"].create(
            cls.prepare_term(product_tmpl_ids=cls.machine.product_tmpl_id)
        )

    @classmethod
    def prepare_term(cls, name="Machine warranty", product_tmpl_ids=None, categ_ids=None, **vals):
        """Values of a term: main unit 36 months, pipes and electrics 12 months."""
        return {
            "name": name,
            "start_event": "delivery",
            "valid_from": "2020-01-01",
            "product_tmpl_ids": [Command.set(product_tmpl_ids.ids if product_tmpl_ids else [])],
            "categ_ids": [Command.set(categ_ids.ids if categ_ids else [])],
            "line_ids": [
                Command.create({"component_id": cls.main_unit.id, "months": 36}),
                Command.create(
                    {
                        "component_id": cls.pipes.id,
                        "months": 12,
                        "part_categ_ids": [Command.set(cls.pipe_categ.ids)],
                    }
                ),
            ],
            **vals,
        }

    @classmethod
    def build_users(cls):
        prefix = "aftersales_service.aftersales_service_group_"
        cls.reception = new_test_user(cls.env, "t_reception", groups=f"{prefix}reception")
        cls.advisor = new_test_user(
            cls.env, "t_advisor", groups=f"{prefix}reception,sales_team.group_sale_salesman"
        )
        cls.technician = new_test_user(cls.env, "t_technician", groups=f"{prefix}technician")
        cls.dispatcher = new_test_user(cls.env, "t_dispatcher", groups=f"{prefix}dispatcher")
        cls.quality = new_test_user(cls.env, "t_quality", groups=f"{prefix}quality")
        cls.manager = new_test_user(cls.env, "t_manager", groups=f"{prefix}manager")
        cls.stock_user = new_test_user(cls.env, "t_stock", groups="stock.group_stock_user")
        cls.accountant = new_test_user(cls.env, "t_account", groups="account.group_account_invoice")
        cls.portal_user = new_test_user(
            cls.env, "t_portal", groups="base.group_portal", partner_id=cls.create_contact(cls.customer)
        )
        cls.other_portal_user = new_test_user(
            cls.env,
            "t_portal_other",
            groups="base.group_portal",
            partner_id=cls.create_contact(cls.other_customer),
        )

    @classmethod
    def create_contact(cls, parent):
        contact = cls.env["res.partner"].create({"name": f"Contact of {parent.name}", "parent_id": parent.id})
        return contact.id

    # Steps of the scenarios

    @classmethod
    def create_lots(cls, count=1, product=None, prefix="SN"):
        product = product or cls.machine
        return cls.env["stock.lot"].create(
            [{"name": f"{prefix}{number:05d}", "product_id": product.id} for number in range(count)]
        )

    @classmethod
    def add_stock(cls, product, quantity=1, lots=None, location=None):
        """Put goods on the shelf: one of each lot, or a quantity."""
        quants = cls.env["stock.quant"].with_context(inventory_mode=True)
        location = location or cls.stock_location
        if lots:
            values = [
                {
                    "product_id": product.id,
                    "location_id": location.id,
                    "lot_id": lot.id,
                    "inventory_quantity": 1,
                }
                for lot in lots
            ]
        else:
            values = [{"product_id": product.id, "location_id": location.id, "inventory_quantity": quantity}]
        quants.create(values).action_apply_inventory()

    @classmethod
    def sell(cls, lots, product=None, partner=None, price=1000):
        """Confirm a sales order of these units and reserve exactly them; not delivered yet."""
        product = product or lots.product_id
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": len(lots), "price_unit": price}
                    )
                ],
            }
        )
        order.action_confirm()
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create({"product_id": product.id, "lot_id": lot.id, "quantity": 1}) for lot in lots
        ]
        return order

    @classmethod
    def deliver(cls, order, user=None):
        """Validate what is open of an order's deliveries (as another user if given)."""
        pickings = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        pickings.move_ids.picked = True
        pickings.with_user(user or cls.env.user).button_validate()
        return pickings

    @classmethod
    def sell_and_deliver(cls, lots=None, **sale):
        """Units in stock, sold and delivered; default: one machine. Returns the order."""
        lots = lots if lots is not None else cls.create_lots()
        cls.add_stock(lots.product_id, lots=lots)
        order = cls.sell(lots, **sale)
        cls.deliver(order)
        return order

    @classmethod
    def invoice(cls, order, date=None):
        invoice = order._create_invoices()
        invoice.invoice_date = date or fields.Date.today()
        invoice.action_post()
        return invoice

    @classmethod
    def get_registrations(cls, lots):
        return cls.env["warranty.registration"].search([("lot_id", "in", lots.ids)], order="id")

    @classmethod
    def create_repair(cls, lot, parts=(), user=None, **vals):
        """A draft repair of a unit; ``parts`` are (line type, product) pairs, one piece each."""
        repairs = cls.env["repair.order"].with_user(user or cls.technician)
        return repairs.create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "partner_id": cls.customer.id,
                "move_ids": [
                    Command.create({"repair_line_type": kind, "product_id": product.id, "product_uom_qty": 1})
                    for kind, product in parts
                ],
                **vals,
            }
        )

    @classmethod
    def sign_estimate(cls, repair, user=None):
        """The customer signs the estimate on the screen, if there is anything to pay."""
        repair = repair.with_user(user or cls.reception)
        if not repair._get_lines_not_agreed():
            return
        if not repair.sale_order_id:
            repair.with_user(cls.advisor).action_create_sale_order()
        action = repair._action_customer_sign("estimate")
        wizard = cls.env[action["res_model"]].with_user(repair.env.user).browse(action["res_id"])
        wizard.write({"signature": draw_signature(), "signed_by": "Customer"})
        wizard.action_sign()

    @classmethod
    def grant_coverage(cls, repair, moves=None, labor=None, user=None, **vals):
        """A manager decides who pays, and signs with the own password. Returns the decision."""
        user = user or cls.manager
        wizard = cls.env["repair.coverage"].with_user(user)
        wizard = wizard.create(
            {
                "repair_id": repair.id,
                "move_ids": [Command.set(moves.ids if moves else [])],
                "labor_ids": [Command.set(labor.ids if labor else [])],
                "reason": "Good customer",
                **vals,
            }
        )
        action = wizard.action_apply()
        sign = cls.env[action["res_model"]].with_user(user).browse(action["res_id"])
        sign.with_context(password=user.login).action_sign()
        return cls.env["repair.coverage.decision"].browse(sign.res_id)

    @classmethod
    def finish_repair(cls, repair):
        """Confirm, start, and end a repair with all its parts: intake signed, and what the customer pays for too; at
        the customer's with somebody sent out, the visit reported and the voucher signed."""
        cls.sign_intake(repair)
        repair.action_validate()
        cls.sign_estimate(repair)
        cls.dispatch(repair)
        repair.action_repair_start()
        for move in repair.move_ids:
            move.quantity = move.product_uom_qty
        repair.move_ids.picked = True
        if repair.service_mode == "on_site":
            cls.report_visit(repair)
            cls.sign_voucher(repair)
        cls.pass_quality_check(repair)
        repair.action_repair_end()

    @classmethod
    def sign_intake(cls, repair, user=None):
        """The customer signs what was taken in, with one request if there is none yet; nothing to do if signed."""
        repair = repair.with_user(user or cls.env.user)
        if not repair._needs_signed_intake() or repair._get_valid_customer_signature("intake"):
            return repair.customer_signature_ids.browse()
        if not repair.request_ids:
            repair.request_ids = [Command.create({"name": "It does not work"})]
        repair.request_ids.read_back = True
        repair.valuables_warned = True
        return repair._sign_as_customer("intake", "Customer", SIGNATURE)

    @classmethod
    def dispatch(cls, repair):
        """The dispatcher sends the technician to a job at the customer's, in the technician's next free time."""
        if repair.service_mode != "on_site":
            return
        if not repair.phone_diagnosis:
            repair.with_user(cls.reception).phone_diagnosis = "Has to be looked at where it stands"
        jobs = cls.env["repair.order"].search([("technician_ids", "in", cls.technician.ids)])
        start = max([fields.Datetime.now(), *jobs.filtered("planned_end").mapped("planned_end")])
        repair = repair.with_user(cls.dispatcher)
        repair.write(
            {
                "technician_ids": [Command.set(cls.technician.ids)],
                "planned_start": start,
                "planned_end": start + timedelta(hours=2),
            }
        )
        repair.action_dispatch()

    @classmethod
    def write_visit(cls, repair, **vals):
        """The technician's report of the visit with its closing summary, not yet closed."""
        repair = repair.with_user(cls.technician)
        visit = repair.env["service.visit"].browse(repair.action_report_visit()["res_id"])
        visit.write(
            {
                "heard": "Ran 400 hours in dust",
                "seen": "Oil under the pump",
                "checked": "Pressure too low",
                "warranty_checked": True,
                "opened_before": "no",
                "hours_reading": 400,
                "result": "solved",
                "summary_parameters": "Relief valve 320 bar",
                "summary_cause": "Worn seal",
                "voltage_in": "24 V",
                "voltage_out": "12 V",
                "current_in": "3 A",
                "current_out": "2 A",
                **vals,
            }
        )
        return visit

    @classmethod
    def report_visit(cls, repair, **vals):
        """The technician reports the visit and closes the report."""
        visit = cls.write_visit(repair, **vals)
        visit.action_done()
        return visit

    @classmethod
    def sign_voucher(cls, repair):
        """The customer signs for the work done at the customer's, on the technician's screen."""
        repair = repair.with_user(cls.technician)
        action = repair.action_sign_voucher()
        wizard = repair.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"signature": draw_signature(), "signed_by": "Customer"})
        wizard.action_sign()

    @classmethod
    def pass_quality_check(cls, repair):
        """The technician hands the repair over and an inspector finds everything in order."""
        if repair.service_stage == "work":
            repair.action_request_quality_check()
        check = repair.quality_check_id.with_user(cls.quality)
        check.action_all_in_order()
        check.action_pass()
        return check

    @staticmethod
    def at(text):
        """A moment, UTC."""
        return datetime.fromisoformat(text)


class AftersalesCase(AftersalesWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
