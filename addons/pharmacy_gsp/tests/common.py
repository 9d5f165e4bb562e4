# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields, sql_db
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

GROUP = "pharmacy_gsp.pharmacy_gsp_group_"


class PharmacyCommon(TransactionCase):
    """A small pharmacy in Shanghai: three people, one prescription drug, one OTC drug, one device, dated lots."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.company = cls._create_company("Test Pharmacy")
        cls.clerk = cls._create_user("gsp_clerk", "clerk")
        cls.pharmacist = cls._create_user("gsp_pharmacist", "pharmacist")
        cls.quality = cls._create_user("gsp_quality", "quality")
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.stock = cls.warehouse.lot_stock_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.customer = cls.env["res.partner"].create({"name": "Test Customer"})
        cls.stranger = cls.env["res.partner"].create({"name": "Test Stranger"})
        cls.maker = cls.env["res.partner"].create({"name": "Test Drug Maker", "is_company": True})
        cls.rx = cls._create_drug("Test Amoxicillin", "rx")
        cls.otc = cls._create_drug("Test Vitamin", "otc_b")
        cls.plain = cls.env["product.product"].create(
            {"name": "Test Soap", "is_storable": True, "list_price": 5}
        )
        cls.today = cls.company._get_law_date()
        cls.rx_lot = cls._create_lot(cls.rx, "RX-GOOD", 400)
        cls.otc_lot = cls._create_lot(cls.otc, "OTC-GOOD", 400)

    @classmethod
    def _create_company(cls, name):
        company = cls.env["res.company"].create({"name": name, "currency_id": cls.env.ref("base.CNY").id})
        company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.env.user.company_ids += company
        return company

    @classmethod
    def _create_user(cls, login, role, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            password=f"{login}-password",
            groups=f"{GROUP}{role}" if "." not in role else role,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _create_drug(cls, name, drug_class, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "tracking": "lot",
                "use_expiration_date": True,
                "list_price": 20,
                "taxes_id": False,
                "gsp_kind": "drug",
                "gsp_drug_type": "chemical",
                "gsp_drug_class": drug_class,
                "gsp_generic_name": name,
                "gsp_dosage_form": "Tablet",
                "gsp_strength": "0.25 g × 24",
                "gsp_approval_number": "国药准字H20990001",
                "gsp_holder_id": cls.maker.id,
                "gsp_manufacturer_id": cls.maker.id,
                **vals,
            }
        )

    @classmethod
    def _create_lot(cls, product, name, days, quantity=100, location=None, company=None):
        """Lot on hand that expires ``days`` after today (law date); None: without expiry date."""
        company = company or cls.company
        lot = cls.env["stock.lot"].create({"name": name, "product_id": product.id, "company_id": company.id})
        lot.expiration_date = cls._expiry(days) if days is not None else False
        if quantity:
            cls.env["stock.quant"]._update_available_quantity(
                product, location or cls.stock, quantity, lot_id=lot
            )
            # as its signed acceptance would, had a receipt brought it
            lot._gsp_set_acceptance_state("accepted")
        return lot

    @classmethod
    def _expiry(cls, days):
        """Naive UTC moment at noon in Shanghai of the day ``days`` after today."""
        return fields.Datetime.to_datetime(cls.company._get_law_date() + timedelta(days=days)) + timedelta(
            hours=4
        )

    @classmethod
    def _unpack(cls, line):
        """(product, quantity, values) of a line given as product, (product, quantity) or all three."""
        product, quantity, *extra = line if isinstance(line, tuple) else (line, 1)
        return product, quantity, extra[0] if extra else {}

    @classmethod
    def _create_prescription(cls, *lines, user=None, **vals):
        """Draft prescription; each line is a product or (product, quantity) or (product, quantity, vals)."""
        commands = []
        for line in lines:
            product, quantity, extra = cls._unpack(line)
            commands.append(
                Command.create(
                    {
                        "product_id": product.id,
                        "quantity": quantity,
                        "dose": "0.5 g",
                        "frequency": "three times a day",
                        "usage": "oral",
                        "days": 3,
                        **extra,
                    }
                )
            )
        return (
            cls.env["gsp.prescription"]
            .with_user(user or cls.clerk)
            .create(
                {
                    "company_id": cls.company.id,
                    "date": cls.company._get_law_date(),
                    "patient_name": "Test Patient",
                    "patient_sex": "female",
                    "patient_age": 40,
                    "diagnosis": "Acute pharyngitis",
                    "institution": "Test Hospital",
                    "physician_name": "Test Physician",
                    "line_ids": commands,
                    **vals,
                }
            )
        )

    @classmethod
    def _review(cls, prescription, user=None):
        """Hand in and sign, as the pharmacist does with password and all."""
        user = user or cls.pharmacist
        prescription = prescription.with_user(user)
        if prescription.state == "draft":
            prescription.action_submit()
        cls._answer(prescription)
        signature = (
            cls.env["compliance.signature"]
            .with_user(user)
            ._sign(prescription, "review", {"password": f"{user.login}-password"})
        )
        prescription._signed(signature)
        return prescription

    @classmethod
    def _answer(cls, prescription, answer="yes"):
        """Answer the open checklists of the prescription as its user, all items alike, and complete them."""
        checklists = prescription.checklist_ids.filtered(lambda checklist: checklist.state == "draft")
        checklists.line_ids.answer_yes_no = answer
        checklists.action_done()

    @classmethod
    def _reviewed(cls, *lines, **vals):
        return cls._review(cls._create_prescription(*lines, **vals))

    @classmethod
    def _create_order(cls, *lines, prescription=None, user=None, **vals):
        """Quotation; each line is a product or (product, quantity) or (product, quantity, vals)."""
        commands = []
        for line in lines:
            product, quantity, extra = cls._unpack(line)
            commands.append(Command.create({"product_id": product.id, "product_uom_qty": quantity, **extra}))
        return (
            cls.env["sale.order"]
            .with_user(user or cls.clerk)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "company_id": cls.company.id,
                    "warehouse_id": cls.warehouse.id,
                    "gsp_prescription_id": prescription.id if prescription else False,
                    "order_line": commands,
                    **vals,
                }
            )
        )

    @classmethod
    def _sell(cls, *lines, prescription=None, **vals):
        order = cls._create_order(*lines, prescription=prescription, **vals)
        order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order, lot=None, quantity=None):
        """Validate the open transfers of an order; optionally all of one lot, or only a quantity per move."""
        pickings = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        for move in pickings.move_ids:
            if lot and move.product_id == lot.product_id:
                cls._set_lot(move, lot, quantity)
            elif quantity is not None:
                move.quantity = quantity
            move.picked = True
        pickings.with_context(skip_backorder=True).button_validate()
        return pickings

    @classmethod
    def _set_lot(cls, move, lot, quantity=None):
        """Put one lot on a move by hand, as somebody who overrides the reservation would."""
        move.move_line_ids.unlink()
        move.env["stock.move.line"].create(
            {**move._prepare_move_line_vals(quantity=quantity or move.product_qty), "lot_id": lot.id}
        )
        move.picked = True

    @classmethod
    def _create_transfer(
        cls, product, quantity=1, lot=None, destination=None, source=None, picking_type=None
    ):
        """Transfer made by hand, without sales order."""
        picking_type = picking_type or cls.warehouse.out_type_id
        source, destination = source or cls.stock, destination or cls.customers
        picking = (
            cls.env["stock.picking"]
            .with_user(cls.clerk)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": cls.customer.id,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "product_uom": product.uom_id.id,
                                "location_id": source.id,
                                "location_dest_id": destination.id,
                                "company_id": cls.company.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        if lot:
            cls._set_lot(picking.move_ids, lot)
        return picking

    def _records(self, **domain):
        return self.env["gsp.sale.record"].search(
            [(name, "=", value) for name, value in domain.items()], order="id"
        )

    def _at_day(self, days, hour=12, minute=0):
        """Context in which it is this time in Shanghai, ``days`` after today."""
        moment = fields.Datetime.to_datetime(self.today + timedelta(days=days))
        return freeze_time(moment + timedelta(hours=hour - 8, minutes=minute))

    def _read_refusals(self, records):
        """Refusals about these records as another connection sees them: committed, whatever happens to the test."""
        with sql_db.db_connect(self.cr.dbname).cursor() as cr:
            cr.execute(
                "SELECT rule, message, user_id, company_id, evidence_closed_at FROM compliance_refusal"
                " WHERE res_model = %s AND res_id = ANY(%s) AND user_name = %s ORDER BY id",
                [records._name, records.ids, records.env.user.name],
            )
            return cr.dictfetchall()

    def assertRefused(self, rules, function, *args, **kwargs):
        """The call is refused by exactly these rules, all named in one message."""
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            function(*args, **kwargs)
        found = sorted(violation.rule for violation in getattr(caught.exception, "violations", []))
        self.assertEqual(found, sorted([rules] if isinstance(rules, str) else rules), caught.exception)
        return caught.exception
