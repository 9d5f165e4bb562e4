# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import PharmacyCommon
from .common_weighing import WeighingHelpers

SCAN = base64.b64encode(b"%PDF-1.4 scan of a paper")


class MasterCommon(WeighingHelpers, PharmacyCommon):
    """The pharmacy as a licensed store: everybody and everything has its papers, until a test takes one away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.gsp_company_kind = "store"
        cls.purchaser = cls._create_user(
            "gsp_purchaser", "purchase.group_purchase_user,pharmacy_gsp.pharmacy_gsp_group_clerk"
        )
        cls.head = cls._create_user("gsp_head", "head")
        cls.clerk_employee = cls._staff(cls.clerk, "clerk")
        cls.supplier = cls.env["res.partner"].create({"name": "Test Wholesaler", "is_company": True})
        cls.drug_license = cls._license("drug_business", scope_ids=["drug"])
        cls.business_license = cls._license("business")
        cls.supplier_license = cls._license("drug_business", cls.supplier, scope_ids=["drug"])
        cls.supplier_business = cls._license("business", cls.supplier)
        cls.salesman = cls._license("salesman", cls.supplier, person_name="Test Salesman")
        cls.agreement = cls._license("quality_agreement", cls.supplier)

    @classmethod
    def _license(cls, code, holder=None, days=300, approve=True, scope_ids=(), **vals):
        """License of our company, or of a partner, employee or store; valid from a year ago for ``days`` from today."""
        kinds = {"res.partner": "partner", "hr.employee": "employee", "stock.warehouse": "store"}
        kind = kinds[holder._name] if holder else "company"
        fields_ = {"partner": "partner_id", "employee": "employee_id", "store": "warehouse_id"}
        record = (
            cls.env["gsp.license"]
            .with_user(cls.quality)
            .create(
                {
                    "name": f"TEST-{code}",
                    "type_id": cls.env.ref(f"pharmacy_gsp.gsp_license_type_{code}").id,
                    "company_id": cls.company.id,
                    "holder_kind": kind,
                    **({fields_[kind]: holder.id} if holder else {}),
                    "valid_from": cls.today - timedelta(days=400),
                    "valid_to": cls.today + timedelta(days=days),
                    "scan": SCAN,
                    "scope_ids": [
                        Command.set(
                            [cls.env.ref(f"pharmacy_gsp.gsp_scope_{scope}").id for scope in scope_ids]
                        )
                    ],
                    **vals,
                }
            )
        )
        if approve:
            record.action_approve()
        return record

    @classmethod
    def _deliver(cls, order, lot=None, quantity=None):
        """As everywhere; what stands on a prescription is dispensed and checked before, by two more people."""
        prescription = order.sudo().gsp_prescription_id
        if prescription.state == "reviewed":
            cls._make_handling_staff()
            if prescription.category == "pieces":
                dispensing = cls._weigh(prescription)
                cls._recheck(dispensing)
                cls._advise(dispensing)
            else:
                cls._dispense(prescription)
                cls._check(prescription)
        return super()._deliver(order, lot, quantity)

    @classmethod
    def _make_handling_staff(cls):
        """A clerk who dispenses and a technician who checks, made once (again after a rollback)."""
        if "dispenser" not in cls.__dict__ or not cls.dispenser.exists():
            cls.dispenser = cls._create_user("gsp_dispenser", "clerk")
            cls.checker = cls._create_user("gsp_checker", "clerk")
            cls.dispenser_employee = cls._staff(cls.dispenser, "clerk")
            cls.checker_employee = cls._staff(cls.checker, "technician")

    @classmethod
    def _dispense(cls, prescription, user=None):
        cls._sign(prescription, "dispense", user or cls.dispenser)

    @classmethod
    def _check(cls, prescription, user=None):
        user = user or cls.checker
        cls._answer(prescription.with_user(user))
        cls._sign(prescription, "check", user)

    @classmethod
    def _sign(cls, record, meaning, user):
        """Sign as this user does with the own password, and let the record act upon it."""
        record = record.with_user(user)
        signature = (
            cls.env["compliance.signature"]
            .with_user(user)
            ._sign(record, meaning, {"password": f"{user.login}-password"})
        )
        record._signed(signature)

    @classmethod
    def _application(cls, kind, partner=None, product=None, days=200, **vals):
        """Draft of a first approval whose papers are all there and valid for ``days`` from today."""
        approval = (
            cls.env["gsp.first.approval"]
            .with_user(cls.purchaser)
            .create(
                {
                    "company_id": cls.company.id,
                    "kind": kind,
                    "partner_id": partner.id if partner else False,
                    "product_tmpl_id": product.product_tmpl_id.id if product else False,
                    "reason": "Our customers ask for it",
                    **vals,
                }
            )
        )
        for document in approval.document_ids:
            document.write({"scan": SCAN, "valid_to": cls.today + timedelta(days=days)})
        return approval

    @classmethod
    def _approve(cls, *args, **kwargs):
        approval = cls._application(*args, **kwargs)
        cls._sign(approval, "apply", cls.purchaser)
        cls._sign(approval, "examine", cls.quality)
        cls._sign(approval, "approve", cls.head)
        return approval

    @classmethod
    def _staff(cls, user, *posts, company=None, on_duty=True):
        """Employee of the user with posts, fit, trained, checked in an hour ago; a known one only gets the posts."""
        company = company or cls.company
        posts = [Command.set([cls.env.ref(f"pharmacy_gsp.gsp_post_{post}").id for post in posts])]
        known = (
            user.sudo().with_company(company).employee_ids.filtered(lambda item: item.company_id == company)
        )
        if known:
            known.gsp_post_ids = posts
            return known
        employee = cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": company.id,
                "gsp_post_ids": posts,
            }
        )
        cls._health_check(employee, 30)
        cls._training(employee, 30)
        if on_duty:
            cls._check_in(employee)
        return employee

    @classmethod
    def _check_in(cls, employee, hours=1):
        now = fields.Datetime.now()
        return cls.env["hr.attendance"].create(
            {"employee_id": employee.id, "check_in": now - timedelta(hours=hours)}
        )

    @classmethod
    def _health_check(cls, employee, days_ago, result="fit"):
        check = (
            cls.env["gsp.health.check"]
            .with_user(cls.quality)
            .create(
                {
                    "employee_id": employee.id,
                    "company_id": cls.company.id,
                    "date": cls.today - timedelta(days=days_ago),
                    "institution": "Test Hospital",
                    "result": result,
                    "scan": SCAN,
                }
            )
        )
        check.action_confirm()
        return check

    @classmethod
    def _training(cls, employee, days_ago, **vals):
        training = (
            cls.env["gsp.training"]
            .with_user(cls.quality)
            .create(
                {
                    "name": "Test Training",
                    "company_id": cls.company.id,
                    "date": cls.today - timedelta(days=days_ago),
                    "employee_ids": [Command.set(employee.ids)],
                    **vals,
                }
            )
        )
        training.action_confirm()
        return training

    @classmethod
    def _purchase(cls, *lines, partner=None, **vals):
        """Request for quotation; each line is a product or (product, quantity)."""
        commands = []
        for line in lines:
            product, quantity, extra = cls._unpack(line)
            commands.append(
                Command.create(
                    {
                        "product_id": product.id,
                        "product_qty": quantity,
                        "price_unit": 1,
                        "tax_ids": False,
                        **extra,
                    }
                )
            )
        return (
            cls.env["purchase.order"]
            .with_user(cls.purchaser)
            .create(
                {
                    "partner_id": (partner or cls.supplier).id,
                    "company_id": cls.company.id,
                    "picking_type_id": cls.warehouse.in_type_id.id,
                    "order_line": commands,
                    **vals,
                }
            )
        )

    @classmethod
    def _receive(cls, order, lot):
        """Validate the receipt of an order of one product, into this lot."""
        picking = order.sudo().picking_ids.with_user(cls.clerk)
        cls._set_lot(picking.move_ids, lot)
        picking.button_validate()
        return picking
