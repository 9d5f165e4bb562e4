# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_master import SCAN, MasterCommon


@tagged("post_install", "-at_install")
class TestFirstApproval(MasterCommon):
    """First approvals, and the gate that they open."""

    def test_the_chain_has_three_people_and_ends_as_evidence(self):
        """Covers: GSP-10."""
        approval = self._application("supplier", self.supplier)
        self.assertTrue(approval.name.startswith("FA/"))
        self._sign(approval, "apply", self.purchaser)
        self.assertEqual(approval.state, "quality")
        self._sign(approval, "examine", self.quality)
        self.assertEqual(approval.state, "head")
        self._sign(approval, "approve", self.head)
        self.assertEqual(approval.state, "approved")
        self.assertEqual(len(approval.signature_ids), 3)
        self.assertTrue(approval.evidence_closed_at)
        self.assertTrue(all(signature.content_state == "valid" for signature in approval.signature_ids))
        for vals in ({"reason": "x"}, {"partner_id": self.maker.id}, {"state": "draft"}):
            with self.assertRaises(UserError):
                approval.write(vals)
        with self.assertRaises(UserError):
            approval.document_ids[0].sudo().write({"valid_to": "2099-01-01"})
        with self.assertRaises(UserError):
            approval.sudo().unlink()

    def test_one_person_signs_once(self):
        many = self._create_user(
            "gsp_all",
            "purchase.group_purchase_user,pharmacy_gsp.pharmacy_gsp_group_quality,"
            "pharmacy_gsp.pharmacy_gsp_group_head",
        )
        approval = self._application("supplier", self.supplier)
        self._sign(approval, "apply", many)
        with self.assertRaisesRegex(AccessError, "another person"):
            approval.with_user(many).action_examine()
        self._sign(approval, "examine", self.quality)
        with self.assertRaises(AccessError):
            self._sign(approval, "approve", many)
        self.assertEqual(approval.state, "head")

    def test_steps_are_taken_in_order_and_by_their_roles(self):
        approval = self._application("supplier", self.supplier)
        for user, step in (
            (self.quality, "action_apply"),
            (self.quality, "action_examine"),
            (self.head, "action_approve"),
            (self.clerk, "action_apply"),
        ):
            with self.assertRaises(UserError):
                getattr(approval.with_user(user), step)()
        signature = (
            self.env["compliance.signature"]
            .with_user(self.head)
            ._sign(approval.with_user(self.head), "approve", {"password": "gsp_head-password"})
        )
        with self.assertRaises(UserError):
            approval.with_user(self.head)._signed(signature)
        self.assertEqual(approval.state, "draft")

    def test_nothing_is_changed_under_a_signature(self):
        approval = self._application("supplier", self.supplier)
        self._sign(approval, "apply", self.purchaser)
        for user in (self.purchaser, self.quality):
            with self.assertRaises(UserError):
                approval.with_user(user).write({"reason": "other"})
            with self.assertRaises(UserError):
                approval.with_user(user).write({"document_ids": [Command.clear()]})
            with self.assertRaises(UserError):
                approval.document_ids[0].with_user(user).write({"number": "other"})
            with self.assertRaises(UserError):
                approval.document_ids[0].with_user(user).unlink()
        approval.with_user(self.quality).quality_opinion = "Complete"
        with self.assertRaises(UserError):
            approval.with_user(self.quality).head_opinion = "Fine"

    def test_the_second_signature_is_not_dated_before_the_first(self):
        approval = self._application("supplier", self.supplier)
        self._sign(approval, "apply", self.purchaser)
        with self._at_day(-3), self.assertRaisesRegex(UserError, "earlier date"):
            approval.with_user(self.quality).action_examine()

    def test_papers_are_complete_before_the_first_signature(self):
        approval = self._application("supplier", self.supplier)
        seals = approval.document_ids.filtered(lambda document: document.type_id.code == "supplier_seals")
        seals.scan = False
        with self.assertRaisesRegex(UserError, "Samples of Seals"):
            approval.action_apply()
        seals.unlink()
        with self.assertRaisesRegex(UserError, "Samples of Seals"):
            approval.action_apply()
        approval = self._application("supplier", self.supplier)
        agreement = approval.document_ids.filtered(lambda item: item.type_id.code == "supplier_agreement")
        agreement.valid_to = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "expired"):
            approval.action_apply()

    def test_papers_follow_the_kind_and_licenses_on_file_fill_them(self):
        supplier = self._application("supplier", self.supplier)
        license_ = supplier.document_ids.filtered(lambda item: item.type_id.code == "supplier_license")
        self.assertEqual(license_.number, self.supplier_license.name)
        chemical = self._application("product", product=self.otc).document_ids.type_id.mapped("code")
        self.assertIn("product_standard", chemical)
        self.assertNotIn("product_release", chemical)
        self.assertNotIn("product_import", chemical)
        serum = self._create_drug(
            "Test Serum", "rx", gsp_drug_type="biological", gsp_approval_number="国药准字SJ20990001"
        )
        biological = self._application("product", product=serum).document_ids.type_id.mapped("code")
        self.assertIn("product_release", biological)
        self.assertIn("product_import", biological)
        with Form(self.env["gsp.first.approval"].with_user(self.purchaser)) as form:
            form.kind = "product"
            form.product_tmpl_id = self.otc.product_tmpl_id
        self.assertEqual(sorted(form.record.document_ids.type_id.mapped("code")), sorted(chemical))

    def test_kind_and_subject_fit(self):
        with self.assertRaises(ValidationError):
            self._application("supplier")
        with self.assertRaises(ValidationError):
            self._application("product", self.supplier)
        with self.assertRaises(ValidationError):
            self._application("product", product=self.plain)

    def test_a_refusal_says_why(self):
        approval = self._application("supplier", self.supplier)
        self._sign(approval, "apply", self.purchaser)
        for user in (self.purchaser, self.head, self.clerk):
            with self.assertRaises(AccessError):
                approval.with_user(user)._refuse_approval("no")
        with self.assertRaises(UserError):
            approval.with_user(self.quality)._refuse_approval("")
        approval.with_user(self.quality)._refuse_approval("The seal differs from the sample")
        self.assertEqual(approval.state, "refused")
        self.assertEqual(approval.refused_by_id, self.quality)
        with self.assertRaises(UserError):
            self._purchase(self.otc).button_confirm()

    def test_a_pair_comes_after_supplier_and_product(self):
        pair = self._application("pair", self.supplier, self.otc)
        self._sign(pair, "apply", self.purchaser)
        self._sign(pair, "examine", self.quality)
        with self.assertRaisesRegex(UserError, "each need their own"):
            pair.with_user(self.head).action_approve()
        self._approve("supplier", self.supplier)
        self._approve("product", product=self.otc)
        self._sign(pair, "approve", self.head)
        self.assertEqual(pair.state, "approved")

    # -- the gate -----------------------------------------------------------------------------------------------

    def test_55_nothing_is_asked_for_or_bought_before_the_first_approval(self):
        """Request, order and receipt; all that is missing is said at once."""
        both = ["gsp.purchase.approval.product", "gsp.purchase.approval.supplier"]
        order = self._purchase(self.otc)
        self.assertRefused(both, order.action_rfq_send)
        self.assertRefused(both, order.print_quotation)
        self.assertRefused(both, order.button_confirm)
        self.assertRefused(both, order.button_approve)
        for state in ("sent", "to approve", "purchase"):
            self.assertRefused(both, order.write, {"state": state})
        self.assertRefused(both, order.copy, {"state": "purchase"})
        self.assertRefused(
            both, order.with_context(mark_rfq_as_sent=True, skip_gsp=True).message_post, body="Please quote"
        )
        self.assertEqual(order.state, "draft")
        self._approve("supplier", self.supplier)
        self.assertRefused("gsp.purchase.approval.product", order.button_confirm)
        self._approve("product", product=self.otc)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_55_nothing_is_imported_past_the_gate(self):
        order = self._purchase(self.otc)
        xmlid = order.sudo().export_data(["id"])["datas"][0][0]
        result = (
            self.env["purchase.order"]
            .with_user(self.purchaser)
            .load(["id", "state"], [[xmlid, "Purchase Order"]])
        )
        self.assertFalse(result["ids"])
        self.assertEqual(order.state, "draft")

    def test_55_what_is_added_to_a_confirmed_order_passes_the_gate_too(self):
        self._approve_all()
        order = self._purchase(self.otc)
        order.button_confirm()
        line = {"order_id": order.id, "product_id": self.rx.id, "product_qty": 1, "price_unit": 1}
        self.assertRefused(
            "gsp.purchase.approval.product",
            self.env["purchase.order.line"].with_user(self.purchaser).create,
            line,
        )
        self.assertRefused(
            "gsp.purchase.approval.product", order.order_line.write, {"product_id": self.rx.id}
        )
        self.assertRefused(
            ["gsp.purchase.approval.supplier"] + ["gsp.license.supplier"] * 4,
            order.write,
            {"partner_id": self.maker.id},
        )

    def _approve_all(self):
        return self._approve("supplier", self.supplier), self._approve("product", product=self.otc)

    def test_16801_a_supplier_without_license_or_scope_supplies_nothing(self):
        """Covers: P-16801-R1."""
        self._approve_all()
        order = self._purchase(self.otc)
        for record in (self.supplier_license, self.supplier_business, self.salesman, self.agreement):
            record._suspend("Test")
            error = self.assertRefused("gsp.license.supplier", order.button_confirm)
            self.assertIn("suspended", str(error))
            record.action_resume()
        self.supplier_license._cancel("Scope was reduced")
        self._license("drug_business", self.supplier, scope_ids=["drug_pieces"])
        error = self.assertRefused("gsp.license.supplier", order.button_confirm)
        self.assertIn("does not cover", str(error))
        self._license("drug_business", self.supplier, days=-1, scope_ids=["drug_chemical"])
        self.assertRefused("gsp.license.supplier", order.button_confirm)
        self._license("drug_production", self.supplier, scope_ids=["drug_chemical"])
        order.button_confirm()

    def test_16801_our_scope_counts_for_what_we_buy(self):
        """Covers: P-16801-R1."""
        self._approve_all()
        order = self._purchase(self.otc)
        order.button_confirm()
        self.drug_license._cancel("Scope was reduced")
        self._license("drug_business", scope_ids=["drug_pieces"])
        lot = self._create_lot(self.otc, "NEW", 300, quantity=0)
        self.assertRefused("gsp.license.own", self._receive, order, lot)

    def test_a_license_that_lapses_between_order_and_receipt_stops_the_receipt(self):
        self._approve_all()
        salesman = self._license("salesman", self.supplier, days=10, person_name="Other")
        self.salesman._cancel("Left the supplier")
        order = self._purchase(self.otc)
        order.button_confirm()
        lot = self._create_lot(self.otc, "NEW", 300, quantity=0)
        picking = order.picking_ids
        self._set_lot(picking.move_ids, lot)
        with self._at_day(11):
            self.assertEqual(salesman.state, "valid")
            self.assertRefused("gsp.license.supplier", picking.with_user(self.clerk).button_validate)
            self.assertRefused("gsp.license.supplier", picking.move_ids._action_done)
            self.assertRefused("gsp.license.supplier", picking.move_line_ids._action_done)
        self.assertEqual(picking.state, "assigned")
        with self._at_day(10, 23, 59):
            picking.with_user(self.clerk).button_validate()
        self.assertEqual(picking.state, "done")

    def test_an_expired_paper_suspends_by_itself(self):
        """The date decides at once; the nightly job only marks it. Covers: GSP-10."""
        supplier = self._approve("supplier", self.supplier, days=20)
        self._approve("product", product=self.otc)
        order = self._purchase(self.otc)
        with self._at_day(20, 23, 59):
            self.assertTrue(supplier.is_in_force)
            order.action_rfq_send()
        with self._at_day(21, 0, 1):
            supplier.invalidate_recordset(["is_in_force"])
            self.assertFalse(supplier.is_in_force)
            self.assertEqual(supplier.state, "approved")
            error = self.assertRefused("gsp.purchase.approval.supplier", order.button_confirm)
            self.assertIn("expired", str(error))
            self.env["gsp.first.approval"]._cron_suspend_expired()
            self.assertEqual(supplier.state, "suspended")
            self.assertTrue(supplier.activity_ids)
            action = supplier.with_user(self.purchaser).action_renew()
            follower = self.env["gsp.first.approval"].browse(action["res_id"])
            self.assertEqual(follower.document_ids.mapped("scan"), [SCAN] * len(supplier.document_ids))

    def test_the_pair_is_asked_for_where_the_policy_says_so(self):
        self._approve_all()
        self.company.gsp_pair_approval = True
        order = self._purchase(self.otc)
        self.assertRefused("gsp.purchase.approval.pair", order.button_confirm)
        self._approve("pair", self.supplier, self.otc)
        order.button_confirm()

    def test_a_receipt_without_order_or_supplier_is_refused(self):
        suppliers = self.env.ref("stock.stock_location_suppliers")
        lot = self._create_lot(self.otc, "NEW", 300, quantity=0)
        picking = self._create_transfer(
            self.otc, 5, lot, destination=self.stock, source=suppliers, picking_type=self.warehouse.in_type_id
        )
        picking.sudo().partner_id = False
        picking.sudo().move_ids.partner_id = False
        self.assertRefused("gsp.purchase.supplier", picking.button_validate)
        picking.sudo().partner_id = self.supplier
        self.assertRefused(
            ["gsp.purchase.approval.product", "gsp.purchase.approval.supplier"], picking.button_validate
        )
        self._approve_all()
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_a_return_to_the_supplier_and_a_count_are_no_purchase(self):
        suppliers = self.env.ref("stock.stock_location_suppliers")
        picking = self._create_transfer(
            self.otc, 1, self.otc_lot, destination=suppliers, picking_type=self.warehouse.out_type_id
        )
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_approvals_of_another_company_do_not_count(self):
        other = self._create_company("Other Pharmacy")
        self._approve_all()
        other.gsp_company_kind = "store"
        order = self._purchase(self.otc).sudo()
        lines = order.order_line._gsp_get_purchase_lines()
        foreign = [
            type(line)(line.document, other, line.partner, line.product, line.warehouse) for line in lines
        ]
        found = self.env["gsp.first.approval"]._check_approved(foreign)
        self.assertEqual(
            [violation.rule for violation in found],
            ["gsp.purchase.approval.supplier", "gsp.purchase.approval.product"],
        )
        self.assertFalse(self.env["gsp.first.approval"]._check_approved(lines))

    def test_states_are_not_typed_or_imported(self):
        vals = {"kind": "supplier", "partner_id": self.supplier.id, "state": "approved"}
        with self.assertRaises(UserError):
            self.env["gsp.first.approval"].with_user(self.purchaser).create(vals)
        cheat = (
            self.env["gsp.first.approval"]
            .with_user(self.purchaser)
            .with_context(default_state="approved", default_head_id=self.head.id)
            .create({"kind": "supplier", "partner_id": self.supplier.id})
        )
        self.assertEqual((cheat.state, cheat.head_id.id), ("draft", False))
        for vals in ({"head_at": fields.Datetime.now()}, {"head_id": self.head.id}, {"name": "FA/1"}):
            with self.assertRaises(UserError):
                cheat.write(vals)

    def test_plain_goods_and_other_companies_buy_freely(self):
        self._purchase(self.plain).button_confirm()
        self.company.gsp_company_kind = False
        self._purchase(self.otc).button_confirm()

    def test_papers_hold_their_scan(self):
        approval = self._approve("supplier", self.supplier)
        self.assertEqual(approval.document_ids[0].scan, SCAN)
