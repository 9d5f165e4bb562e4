# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import draw_signature
from .common_statute import StatuteCase


class ReturnedCarCase(StatuteCase):
    """A car whose brakes failed on the tenth day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "t_seller", groups="sales_team.group_sale_salesman,stock.group_stock_user"
        )
        cls.buyer = cls.env["res.partner"].create({"name": "Second Buyer"})

    def take_back(self, remedy="return", **vals):
        repair = self.report(self.days_after_sale(10), km=900, cause_id=self.brake_failure.id)
        right = self.rights(repair, "Art. 23")
        with freeze_time(self.days_after_sale(30)):
            self.answer(right, "request", user=self.reception, requested_on="2024-03-12")
            self.answer(right, "grant", remedy=remedy)
            self.answer(right, "complete", **vals)
        return right

    def bring_back(self, lot):
        """The car stands in our stock again."""
        quant = self.env["stock.quant"].search([("lot_id", "=", lot.id), ("quantity", ">", 0)])
        move = self.env["stock.move"].create(
            {
                "product_id": lot.product_id.id,
                "product_uom_qty": 1,
                "location_id": quant.location_id.id,
                "location_dest_id": self.stock_location.id,
                "move_line_ids": [
                    Command.create({"product_id": lot.product_id.id, "lot_id": lot.id, "quantity": 1})
                ],
            }
        )
        move.picked = True
        move._action_done()

    def disclose(self, partner=None, **vals):
        certificate = self.car_lot.return_certificate_ids
        action = certificate.with_user(self.seller).action_disclose()
        return (
            self.env[action["res_model"]]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create(
                {
                    "partner_id": (partner or self.buyer).id,
                    "inspection": "Brake booster replaced, brakes tested twice.",
                    "signed_by": "Second Buyer",
                    "signature": draw_signature(),
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestReturnCertificate(ReturnedCarCase):
    """Art. 28: who gives a car back gets a certificate of the return or replacement."""

    def test_art_28_a_return_is_certified_and_kept_as_evidence(self):
        right = self.take_back()
        certificate = right.certificate_ids
        self.assertEqual((certificate.kind, certificate.serial_number), ("return", self.car_lot.name))
        self.assertEqual((certificate.partner_name, certificate.refund_amount), ("Driver", 200000))
        self.assertEqual(str(certificate.completed_on), "2024-03-31")
        self.assertIn("Art. 23", certificate.legal_reference)
        self.assertIn("safety fault", certificate.reason)
        self.assertTrue(certificate.evidence_closed_at)
        self.assertTrue(self.car_lot.is_returned_by_law)
        with self.assertRaises(UserError):
            certificate.sudo().write({"refund_amount": 1})
        with self.assertRaises(UserError):
            certificate.sudo().unlink()
        with self.assertRaises(UserError):
            certificate.with_user(self.manager).write({"reason": "Wish of the customer"})

    def test_art_28_a_replacement_names_the_new_car(self):
        substitute = self.create_lots(product=self.car, prefix="SUB")
        certificate = self.take_back("exchange", replacement_lot_id=substitute.id).certificate_ids
        self.assertEqual(
            (certificate.kind, certificate.replacement_serial_number), ("exchange", substitute.name)
        )

    def test_no_certificate_for_a_repair_nor_before_it_is_fulfilled_nor_for_other_goods(self):
        repair = self.report(self.days_after_sale(10), km=900, cause_id=self.brake_failure.id)
        right = self.rights(repair, "Art. 23")
        self.answer(right, "grant", remedy="return")
        self.assertFalse(right.certificate_ids)
        washer = self.report(self.days_after_sale(3), self.washer_lot)
        right = self.rights(washer, method="early_fault")[:1]
        self.answer(right, "grant", remedy="return")
        self.answer(right, "complete")
        self.assertEqual(right.state, "done")
        self.assertFalse(right.certificate_ids)

    def test_the_certificate_prints(self):
        certificate = self.take_back().certificate_ids
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_return_certificate", certificate.ids
        )[0]
        for text in ("Certificate of Return", certificate.name, self.car_lot.name, "200,000.00", "Driver"):
            self.assertIn(text, html.decode())


@tagged("post_install", "-at_install")
class TestResaleDisclosure(ReturnedCarCase):
    """Art. 33: a returned car is not delivered to anybody who has not been told."""

    def setUp(self):
        super().setUp()
        self.right = self.take_back()
        self.bring_back(self.car_lot)

    def order(self, partner=None):
        return self.sell(self.car_lot, partner=partner or self.buyer, price=150000)

    def test_art_33_a_returned_car_is_delivered_after_disclosure_only(self):
        order = self.order()
        with self.assertRaisesRegex(UserError, "has not signed that he was told"):
            self.deliver(order)
        disclosure = self.disclose()
        with self.assertRaisesRegex(UserError, "has not signed"):
            self.deliver(order)
        disclosure.action_sign()
        self.assertIn("safety fault", disclosure.disclosed_text)
        self.assertIn("Art. 23", disclosure.disclosed_text)
        self.assertTrue(disclosure.evidence_closed_at)
        self.assertEqual(self.deliver(order).state, "done")

    def test_art_33_what_one_buyer_signed_does_not_hold_for_another(self):
        other = self.env["res.partner"].create({"name": "Third Buyer"})
        self.disclose().action_sign()
        with self.assertRaisesRegex(UserError, "Third Buyer has not signed"):
            self.deliver(self.order(other))

    def test_art_33_holds_for_a_move_made_directly_and_a_context_that_skips_questions(self):
        vals = {
            "product_id": self.car.id,
            "product_uom_qty": 1,
            "location_id": self.stock_location.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "move_line_ids": [
                Command.create({"product_id": self.car.id, "lot_id": self.car_lot.id, "quantity": 1})
            ],
        }
        move = self.env["stock.move"].create(vals)
        with self.assertRaisesRegex(UserError, "the buyer, who is not named"):
            move.with_context(skip_backorder=True, skip_immediate=True)._action_done()
        named = self.env["stock.move"].create({**vals, "partner_id": self.buyer.id})
        with self.assertRaisesRegex(UserError, "Second Buyer"):
            named._action_done()

    def test_art_33_a_disclosure_is_complete_signed_by_the_buyer_and_kept(self):
        for name in ("inspection", "signed_by", "signature"):
            with self.assertRaisesRegex(UserError, "fill in"):
                self.disclose(**{name: False}).action_sign()
        disclosure = self.disclose()
        with self.assertRaises(AccessError):
            disclosure.with_user(self.technician).action_sign()
        disclosure.action_sign()
        for vals in ({"partner_id": self.driver.id}, {"inspection": "None"}, {"signature": False}):
            with self.assertRaises(UserError):
                disclosure.write(vals)
        with self.assertRaises(UserError):
            disclosure.unlink()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_resale_disclosure", disclosure.ids
        )[0]
        for text in (disclosure.name, "Second Buyer", self.car_lot.name, "Brake booster"):
            self.assertIn(text, html.decode())

    def test_art_33_other_cars_are_delivered_as_ever(self):
        lot = self.create_lots(product=self.car, prefix="FRESH")
        order = self.sell_and_deliver(lot, partner=self.buyer)
        self.assertEqual(order.picking_ids.state, "done")


@tagged("post_install", "-at_install")
class TestRightsInTheReadersLanguage(ReturnedCarCase, HttpCase):
    """A right is kept as codes and values and told to each reader in the own language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"].search([("name", "=", "aftersales_service")])._update_translations(
            "zh_CN"
        )
        cls.driver_user = new_test_user(
            cls.env, "t_driver", groups="base.group_portal", partner_id=cls.driver.id
        )

    def test_reason_article_and_law_are_rendered_in_the_readers_language(self):
        repair = self.report(self.days_after_sale(10), km=900, cause_id=self.brake_failure.id)
        right = self.rights(repair, "Art. 23")
        self.assertIn("a safety fault came early", right.reason)
        chinese = right.with_context(lang="zh_CN")
        self.assertRegex(chinese.reason, r"[\u4e00-\u9fff]")
        self.assertNotIn("safety fault", chinese.reason)
        self.assertIn("家用汽车产品", chinese.reference)
        self.assertIn("第二十三条", chinese.reference)
        self.assertIn(repair.name, chinese.reason)

    def test_a_customer_sees_the_rights_that_have_arisen_and_why(self):
        repair = self.report(self.days_after_sale(10), km=900, cause_id=self.brake_failure.id)
        url = f"/my/warranties/{self.get_registrations(self.car_lot).id}"
        self.authenticate("t_driver", "t_driver")
        page = self.url_open(url).text
        for text in ("Your Rights by Law", "a safety fault came early", "Art. 23", repair.name):
            self.assertIn(text, page)
        page = self.url_open(f"/zh_CN{url}").text
        self.assertIn("第二十三条", page)
        self.assertNotIn("a safety fault came early", page)

    def test_nobody_else_learns_of_them(self):
        repair = self.report(self.days_after_sale(10), km=900, cause_id=self.brake_failure.id)
        registration = self.get_registrations(self.car_lot)
        self.authenticate(None, None)
        link = f"/my/warranties/{registration.id}?access_token={registration._portal_ensure_token()}"
        page = self.url_open(link).text
        self.assertIn(self.car_lot.name, page)
        self.assertNotIn(repair.name, page)
        self.authenticate("t_portal", "t_portal")
        self.assertNotIn(repair.name, self.url_open(f"/my/warranties/{registration.id}").text)
        buyer = self.env["res.partner"].create({"name": "Next Holder"})
        transferred = registration._transfer(buyer, "Sold")
        current = transferred or self.get_registrations(self.car_lot)[-1]
        self.assertFalse(current._get_holder_rights())
