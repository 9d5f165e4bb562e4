# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The world of the after-sales and claims ways: a company, its people, products and terms, and the steps they take."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.aftersales_service.tests.common import SIGNATURE, draw_signature


def load_chinese_chart(company):
    """Give a company its country and the Chinese chart of accounts."""
    company.country_id = company.env.ref("base.cn")
    company.env["account.chart.template"].try_loading("cn", company=company, install_demo=False)


class ServiceWorld(TransactionCase):
    """A company that sells machines and repairs them, its people, and the steps they take."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Way Machines")
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.seller = cls.make_person("way_seller", "sales_team.group_sale_salesman", "stock.group_stock_user")
        cls.buyer = cls.make_person("way_buyer", "purchase.group_purchase_user", "stock.group_stock_user")
        cls.accountant = cls.make_person("way_accountant", "account.group_account_invoice")
        cls.reception = cls.make_person(
            "way_reception", "aftersales_service.aftersales_service_group_reception"
        )
        cls.technician = cls.make_person(
            "way_technician", "aftersales_service.aftersales_service_group_technician"
        )
        cls.dispatcher = cls.make_person(
            "way_dispatcher", "aftersales_service.aftersales_service_group_dispatcher"
        )
        cls.quality = cls.make_person("way_quality", "aftersales_service.aftersales_service_group_quality")
        cls.manager = cls.make_person("way_manager", "aftersales_service.aftersales_service_group_manager")
        cls.clerk = cls.make_person("way_clerk", "parts_claims.parts_claims_group_clerk")
        cls.settler = cls.make_person("way_settler", "parts_claims.parts_claims_group_settlement")
        cls.customer = cls.env["res.partner"].create({"name": "Way Customer"})
        cls.supplier = cls.env["res.partner"].create({"name": "Way Supplier", "is_company": True})
        cls.tax = cls.env["account.tax"].search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", 13),
                ("price_include", "=", False),
            ],
            limit=1,
        )
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.make_products()
        cls.make_terms()

    @classmethod
    def make_company(cls, name):
        """A company in Shanghai with the Chinese chart of accounts."""
        company = cls.env["res.company"].create({"name": name, "currency_id": cls.env.ref("base.CNY").id})
        company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.env.user.company_ids += company
        load_chinese_chart(company)
        return company

    @classmethod
    def make_person(cls, login, *groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join(groups),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def make_products(cls):
        cls.machine, cls.compressor = cls.env["product.product"].create(
            [
                {"name": "Way Machine", "is_storable": True, "tracking": "serial", "list_price": 9000},
                {
                    "name": "Way Compressor",
                    "is_storable": True,
                    "list_price": 800,
                    "supplier_taxes_id": [Command.set(cls.tax.ids)],
                    "seller_ids": [Command.create({"partner_id": cls.supplier.id, "price": 400})],
                },
            ]
        )
        cls.machine.categ_id = cls.env["product.category"].create({"name": "Way Machines"})
        cls.compressor.categ_id = cls.env["product.category"].create(
            {"name": "Way Parts", "property_cost_method": "average"}
        )
        cls.serial = cls.env["stock.lot"].create({"name": "WAY-0001", "product_id": cls.machine.id})
        cls.env["stock.quant"]._update_available_quantity(
            cls.machine, cls.warehouse.lot_stock_id, 1, lot_id=cls.serial
        )

    @classmethod
    def make_terms(cls):
        component = cls.env["warranty.component"].create(
            {"code": "way-main", "name": "Main unit", "kind": "main"}
        )
        cls.env["warranty.term"].create(
            {
                "name": "Way Warranty",
                "company_id": cls.company.id,
                "valid_from": cls.company._get_law_date() - timedelta(days=1),
                "categ_ids": [Command.set(cls.machine.categ_id.ids)],
                "line_ids": [Command.create({"component_id": component.id, "months": 24})],
            }
        )
        cls.agreement = cls.env["claim.agreement"].create(
            {
                "name": "Way Agreement",
                "supplier_id": cls.supplier.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "price_basis": "last_purchase",
                "markup_percent": 10,
            }
        )
        cls.agreement.action_activate()

    def buy_parts(self):
        """Five compressors bought for 400 each, received and billed: gives the supplier's posted bill."""
        order = (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.compressor.id, "product_qty": 5, "price_unit": 400}
                        )
                    ],
                }
            )
        )
        order.button_confirm()
        order.picking_ids.button_validate()
        order.action_create_invoice()
        bill = order.invoice_ids.with_user(self.accountant)
        bill.invoice_date = fields.Date.today()
        bill.action_post()
        return bill

    def sell_machine(self):
        order = (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.machine.id, "product_uom_qty": 1})],
                }
            )
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        return (
            self.env["warranty.registration"].with_user(self.reception).search([("sale_id", "=", order.id)])
        )

    def report_fault(self):
        """The customer calls: a ticket, and a repair made from it."""
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.reception)
            .create(
                {
                    "name": "No cooling",
                    "description": "<p>It hums and stays warm.</p>",
                    "company_id": self.company.id,
                    "kind": "repair",
                    "partner_id": self.customer.id,
                    "product_id": self.machine.id,
                    "lot_id": self.serial.id,
                }
            )
        )
        action = ticket.action_create_repair()
        return self.env["repair.order"].with_user(self.reception).browse(action["res_id"])

    def sign_intake(self, repair):
        """Reception reads the requests back, and the customer signs."""
        repair = repair.with_user(self.reception)
        repair.request_ids.read_back = True
        repair.valuables_warned = True
        repair._sign_as_customer("intake", "Way Customer", SIGNATURE)

    def repair_machine(self, repair):
        """The compressor is replaced: a new one in, the old one out."""
        self.sign_intake(repair)
        repair = repair.with_user(self.technician)
        repair.move_ids = [
            Command.create({"product_id": self.compressor.id, "product_uom_qty": 1, "repair_line_type": kind})
            for kind in ("add", "remove")
        ]
        repair.action_validate()
        if repair.estimate_state == "open":
            self.sign_estimate(repair)
        repair.action_repair_start()
        repair.move_ids.picked = True
        repair.action_request_quality_check()
        check = repair.quality_check_id.with_user(self.quality)
        check.action_all_in_order()
        check.action_pass()
        repair.action_repair_end()
        return repair

    def hand_over(self, repair):
        """The customer has nothing to pay for a covered repair: signs, and takes the machine along."""
        repair = repair.with_user(self.reception)
        repair._sign_as_customer("bill", self.customer.name, draw_signature())
        repair.action_settle()
        repair.next_service_reason = "The customer looks after it himself"
        repair.action_hand_over()
        self.assertEqual(repair.service_stage, "delivered")
        return repair.repair_record_ids

    def make_figures(self, repair):
        """A VAT invoice request and a period of service figures."""
        self.env["service.invoice.request"].with_user(self.reception).create({"repair_id": repair.id})
        today = self.company._get_law_date()
        return self.env["service.kpi"].with_user(self.manager).create({"date_from": today, "date_to": today})

    def sign_estimate(self, repair):
        """Reception presents the estimate, and the customer signs it on the screen."""
        repair = repair.with_user(self.reception)
        repair.action_present_estimate()
        action = repair.action_sign_estimate()
        wizard = self.env[action["res_model"]].with_user(self.reception).browse(action["res_id"])
        wizard.signature = draw_signature()
        wizard.action_sign()

    def claim(self, repair):
        """The clerk files what the repair used with the supplier, and records the answer: 400 of 440."""
        action = repair.with_user(self.clerk).action_claim()
        claim = self.env["parts.claim"].with_user(self.clerk).browse(action["res_id"])
        claim.action_submit()
        claim.line_ids.write(
            {"decision": "partly", "amount_agreed": 400, "decision_reason": "No markup on parts"}
        )
        claim.action_answer()
        claim.action_agree()
        return claim

    def settle(self, claim):
        """The settlement role books the supplier's credit and sets it off against the bill."""
        action = claim.with_user(self.settler).action_settle()
        settlement = self.env["claim.settlement"].with_user(self.settler).browse(action["res_id"])
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        settlement.action_reconcile()
        return settlement

    def make_campaign(self):
        """A running recall that lists the machine."""
        campaign = (
            self.env["warranty.campaign"]
            .with_user(self.manager)
            .create(
                {
                    "title": "Way Recall",
                    "kind": "recall",
                    "line_ids": [Command.create({"lot_id": self.serial.id})],
                }
            )
        )
        campaign.action_start()
        return campaign
