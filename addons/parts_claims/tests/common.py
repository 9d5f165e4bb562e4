# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from datetime import timedelta
from io import BytesIO

from PIL import Image

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase

from odoo.addons.aftersales_service.tests.common import SIGNATURE


class ClaimsCommon(TransactionCase):
    """A dealer in China: a unit under warranty at a customer's, parts bought from a supplier with an agreement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_notrack=True))
        cls.company = cls._make_company("Parts Claims Test Dealer")
        cls.env = cls.env(
            user=cls.env.user, context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.clerk = cls._make_user("claims clerk", "parts_claims.parts_claims_group_clerk")
        cls.accountant = cls._make_user("settlement", "parts_claims.parts_claims_group_settlement")
        cls.manager = cls._make_user("claims manager", "parts_claims.parts_claims_group_manager")
        cls.technician = cls._make_user(
            "technician", "aftersales_service.aftersales_service_group_technician"
        )
        cls.supplier = cls.env["res.partner"].create({"name": "Harbor Compressors", "is_company": True})
        cls.customer = cls.env["res.partner"].create({"name": "Mill Street Bakery"})
        cls.unit = cls._make_product("Display fridge", tracking="serial")
        cls.part = cls._make_part("Compressor", 400.0)
        cls.fan = cls._make_part("Fan", 55.5)
        cls._make_term()
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)], limit=1)
        cls._purchase(cls.part, 10, 400.0)
        cls._purchase(cls.fan, 10, 55.5)
        cls.agreement = cls._make_agreement()

    @classmethod
    def _make_company(cls, name):
        currency = cls.env.ref("base.CNY")
        currency.active = True
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": currency.id, "country_id": cls.env.ref("base.cn").id}
        )
        cls.env.user.company_ids |= company
        cls.env["account.chart.template"].try_loading("cn", company, install_demo=False)
        return company

    @classmethod
    def _make_user(cls, name, *groups, company=None):
        company = company or cls.company
        login = f"{name} {company.name}".lower().replace(" ", ".")
        return cls.env["res.users"].create(
            {
                "name": name,
                "login": login,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([cls.env.ref(group).id for group in ("base.group_user", *groups)])],
            }
        )

    @classmethod
    def _make_product(cls, name, **vals):
        return cls.env["product.product"].create({"name": name, "is_storable": True, **vals})

    @classmethod
    def _make_part(cls, name, price, **vals):
        seller = Command.create({"partner_id": cls.supplier.id, "price": price, "company_id": cls.company.id})
        return cls._make_product(name, standard_price=price, seller_ids=[seller], **vals)

    @classmethod
    def _make_term(cls):
        return cls.env["warranty.term"].create(
            {
                "name": "Two years",
                "company_id": cls.company.id,
                "valid_from": "2020-01-01",
                "product_tmpl_ids": [Command.set(cls.unit.product_tmpl_id.ids)],
                "line_ids": [
                    Command.create(
                        {
                            "component_id": cls.env.ref("aftersales_service.warranty_component_main").id,
                            "months": 24,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _make_agreement(cls, activate=True, **vals):
        agreement = cls.env["claim.agreement"].create(
            {
                "name": "Recovery agreement",
                "company_id": cls.company.id,
                "supplier_id": cls.supplier.id,
                "currency_id": cls.company.currency_id.id,
                "date_from": "2020-01-01",
                "user_id": cls.clerk.id,
                **vals,
            }
        )
        if activate:
            agreement.with_user(cls.manager).action_activate()
        return agreement

    @classmethod
    def _purchase(cls, product, quantity, price, days_ago=30, supplier=None, **vals):
        order = cls.env["purchase.order"].create(
            {
                "partner_id": (supplier or cls.supplier).id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        order.button_confirm()
        order.date_approve = fields.Datetime.now() - timedelta(days=days_ago)
        order.picking_ids.move_ids.write({"quantity": quantity, "picked": True})
        order.picking_ids._action_done()
        return order

    @classmethod
    def _make_unit(cls, serial):
        """A unit at the customer's, with its warranty running."""
        lot = cls.env["stock.lot"].create(
            {"name": serial, "product_id": cls.unit.id, "company_id": cls.company.id}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.unit, cls.env.ref("stock.stock_location_customers"), 1, lot_id=lot
        )
        registration = cls.env["warranty.registration"].create(
            {
                "company_id": cls.company.id,
                "product_id": cls.unit.id,
                "lot_id": lot.id,
                "partner_id": cls.customer.id,
                "start_date": fields.Date.today() - timedelta(days=60),
            }
        )
        registration.action_activate()
        return lot

    @classmethod
    def _make_repair(cls, parts=None, serial=None, removed=True, finish=True):
        """Repair of a covered unit.

        :param parts: dict product -> quantity put in (and taken out, if ``removed``)
        """
        lot = cls._make_unit(serial or f"SN{cls.env['stock.lot'].search_count([]):05d}")
        parts = parts or {cls.part: 1}
        lines = ["add", "remove"] if removed else ["add"]
        repair = cls.env["repair.order"].create(
            {
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "product_id": cls.unit.id,
                "lot_id": lot.id,
                "picking_type_id": cls.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity, "repair_line_type": line}
                    )
                    for product, quantity in parts.items()
                    for line in lines
                ],
            }
        )
        cls._sign_intake(repair)
        if finish:
            cls._finish(repair)
        return repair

    @classmethod
    def _sign_intake(cls, repair):
        """The customer has said what is wrong and signed what was taken in."""
        repair.request_ids = [Command.create({"name": "It does not cool", "read_back": True})]
        repair.valuables_warned = True
        repair._sign_as_customer("intake", "Mill Street Bakery", SIGNATURE)

    @classmethod
    def _finish(cls, repair, user=None):
        repair = repair.with_user(user or cls.technician)
        if repair.estimate_state == "open":
            cls._sign_estimate(repair)
        repair.action_repair_start()
        for move in repair.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        cls._pass_quality_check(repair)
        repair.action_repair_done()

    @classmethod
    def _sign_estimate(cls, repair):
        """The customer agrees to what is not covered, by signing on the screen."""
        if not repair.sale_order_id:
            repair.sudo().action_create_sale_order()
        picture = BytesIO()
        Image.new("RGBA", (120, 40), "white").save(picture, "PNG")
        repair._sign_as_customer("estimate", "Customer", base64.b64encode(picture.getvalue()))

    def _make_claim(self, repairs=None):
        """A draft claim for repairs, made by the clerk."""
        repairs = repairs or self._make_repair()
        repairs.claim_line_ids.with_user(self.clerk).action_add_to_claims()
        return repairs.claim_line_ids.claim_id.with_user(self.clerk)

    def _make_agreed(self, repairs=None):
        """A claim the supplier accepted in full."""
        claim = self._make_claim(repairs)
        claim.action_submit()
        claim.action_accept_rest()
        claim.action_answer()
        claim.action_agree()
        return claim

    def _make_settlement(self, claim=None):
        """A draft settlement with everything agreed, made by the accountant."""
        claim = claim or self._make_agreed()
        claim.with_user(self.accountant).action_settle()
        return (
            self.env["claim.settlement"]
            .with_user(self.accountant)
            .search([("supplier_id", "=", claim.supplier_id.id), ("state", "=", "draft")])
        )

    @classmethod
    def _pass_quality_check(cls, repair):
        """Somebody who did not do the work finds everything in order."""
        repair.action_request_quality_check()
        name = f"inspector {repair.company_id.id}"
        inspector = cls.env["res.users"].search([("name", "=", name)]) or cls._make_user(
            name, "aftersales_service.aftersales_service_group_quality", company=repair.company_id
        )
        check = repair.quality_check_id.with_user(inspector)
        check.action_all_in_order()
        check.action_pass()

    @classmethod
    def _make_bill(cls, amount, days_ago=20, post=True, **vals):
        """An open bill of the supplier, without tax."""
        bill = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": cls.company.id,
                "partner_id": cls.supplier.id,
                "invoice_date": fields.Date.today() - timedelta(days=days_ago),
                "invoice_line_ids": [
                    Command.create({"name": "Parts", "price_unit": amount, "tax_ids": [Command.clear()]})
                ],
                **vals,
            }
        )
        if post:
            bill.action_post()
        return bill
