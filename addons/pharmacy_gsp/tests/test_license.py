# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_master import SCAN, MasterCommon


@tagged("post_install", "-at_install")
class TestLicense(MasterCommon):
    """Licenses: what they say, how they come to count, and when they stop."""

    def test_16801_a_store_sells_only_what_its_license_names(self):
        """Covers: P-16801-R1."""
        self._sell(self.otc)
        vaccine = self._create_drug("Test Immunoglobulin", "otc_b", gsp_drug_type="biological")
        self.drug_license._cancel("Issued again with a narrower scope")
        self._license("drug_business", scope_ids=["drug_chemical", "drug_patent"])
        self._sell(self.otc)
        order = self._create_order(vaccine)
        error = self.assertRefused("gsp.license.own", order.action_confirm)
        self.assertIn("Biological Products", str(error))
        self.assertRefused("gsp.license.own", order.write, {"state": "sale"})
        self.assertEqual(order.state, "draft")
        antibiotic = self._create_drug(
            "Test Antibiotic", "otc_b", gsp_scope_id=self.env.ref("pharmacy_gsp.gsp_scope_drug_antibiotic").id
        )
        self._sell(antibiotic)  # lies below chemical preparations

    def test_16801_without_drug_or_business_license_nothing_is_sold(self):
        """Covers: P-16801-R2."""
        for license_ in (self.drug_license, self.business_license):
            with self.subTest(license_.type_id.code):
                order = self._create_order(self.otc)
                license_.with_user(self.quality)._suspend("Withdrawn for inspection")
                self.assertRefused("gsp.license.own", order.action_confirm)
                license_.with_user(self.quality).action_resume()
                order.action_confirm()

    def test_16801_a_license_counts_up_to_its_last_day_and_no_longer(self):
        """The date decides, not the nightly job. Covers: P-16801-R2."""
        order = self._sell(self.otc)
        with self._at_day(300, 23, 59):
            self.otc_lot.expiration_date = self._expiry(400)
            self._create_order(self.otc).action_confirm()
        with self._at_day(301, 0, 1):
            self.assertEqual(self.drug_license.state, "valid")
            self.assertFalse(self.drug_license.is_in_force)
            self.assertRefused(
                ["gsp.license.own", "gsp.license.own"], self._create_order(self.otc).action_confirm
            )
            # the license has lapsed between order and delivery
            picking = order.picking_ids
            picking.move_ids.picked = True
            self.assertRefused(
                ["gsp.license.own", "gsp.license.own"], picking.with_user(self.clerk).button_validate
            )
            self.assertRefused(["gsp.license.own", "gsp.license.own"], picking.move_ids._action_done)
            self.assertEqual(picking.state, "assigned")

    def test_17301_class_2_psychotropics_and_toxic_drugs_need_a_permit(self):
        """Sale and receipt."""
        self.drug_license._cancel("Issued again")
        self._license("drug_business", scope_ids=["drug", "special"])
        diazepam = self._create_drug("Test Diazepam", "rx", gsp_special_class="psychotropic_2")
        prescription = self._create_prescription(diazepam)
        order = self._create_order(diazepam, prescription=prescription)
        other = ["gsp.sale.prescription", "gsp.special.chain", "gsp.special.identity"]
        error = self.assertRefused(["gsp.license.own", *other], order.action_confirm)
        self.assertIn("Class II Psychotropics", str(error))
        self._license("psychotropic_2_permit")
        self.assertRefused(other, order.action_confirm)

    def test_gsp_01_a_company_buys_devices_only_with_its_licenses(self):
        """Covers: GSP-01."""
        self._license("device_filing", scope_ids=["device_2"])
        device = self._device()
        clinic = self.env["res.partner"].create({"name": "Test Clinic", "is_company": True})
        self._sell(device)  # an individual needs none
        order = self._create_order(device, partner_id=clinic.id)
        error = self.assertRefused(["gsp.license.buyer"] * 2, order.action_confirm)
        self.assertIn("Test Clinic", str(error))
        practice = self._license("medical_practice", clinic)
        order.action_confirm()
        dealer = self.env["res.partner"].create({"name": "Test Dealer", "is_company": True})
        contact = self.env["res.partner"].create({"name": "Test Buyer", "parent_id": dealer.id})
        order = self._create_order(device, partner_id=contact.id)
        self._license("business", dealer)
        self.assertRefused("gsp.license.buyer", order.action_confirm)
        narrow = self._license("device_filing", dealer, scope_ids=["device_2_ivd"])
        self.assertRefused("gsp.license.buyer", order.action_confirm)
        narrow._cancel("Entered wrongly")
        self._license("device_filing", dealer, scope_ids=["device_2"])
        order.action_confirm()
        practice._suspend("Practice closed")
        order = self._create_order(device, partner_id=clinic.id)
        self.assertRefused("gsp.license.buyer", order.action_confirm)

    def _device(self):
        return self.env["product.product"].create(
            {
                "name": "Test Thermometer",
                "is_storable": True,
                "gsp_kind": "device",
                "gsp_device_class": "2",
                "gsp_generic_name": "Thermometer",
            }
        )

    def test_wholesale_sells_drugs_only_to_lawful_units(self):
        self.company.gsp_company_kind = "wholesale"
        shop = self.env["res.partner"].create({"name": "Test Grocery", "is_company": True})
        order = self._create_order(self.otc, partner_id=shop.id)
        self.assertRefused(["gsp.license.buyer"] * 2, order.action_confirm)
        self._license("business", shop)
        self._license("drug_business", shop, scope_ids=["drug_pieces"])
        self.assertRefused("gsp.license.buyer", order.action_confirm)
        self._license("drug_business", shop, scope_ids=["drug_chemical"])
        order.action_confirm()

    def test_stores_as_warehouses_hold_licenses_of_their_own(self):
        self.drug_license._cancel("Each store has its own")
        self._license("drug_business", self.warehouse, scope_ids=["drug"])
        self._sell(self.otc)
        second = self.env["stock.warehouse"].create(
            {"name": "Second Store", "code": "ZWEI", "company_id": self.company.id}
        )
        order = self._create_order(self.otc, warehouse_id=second.id)
        self.assertRefused("gsp.license.own", order.action_confirm)

    def test_companies_that_are_no_pharmacy_are_left_alone(self):
        self.drug_license._cancel("Given back")
        self.company.gsp_company_kind = False
        self._sell(self.otc)

    def test_context_keys_open_no_door(self):
        self.drug_license._cancel("Given back")
        order = self._create_order(self.otc).with_context(
            gsp_company_kind=False, skip_license=True, skip_expired=True, gsp_release_run=object()
        )
        self.assertRefused("gsp.license.own", order.action_confirm)

    # -- the record itself --------------------------------------------------------------------------------------

    def test_an_approval_needs_the_scan(self):
        draft = self._license("drug_business", approve=False, scan=False, scope_ids=["drug"])
        with self.assertRaisesRegex(UserError, "Scan"):
            draft.action_approve()
        with self.assertRaisesRegex(UserError, "Scope"):
            self._license("drug_business")
        with self.assertRaisesRegex(UserError, "Valid To"):
            self._license("drug_business", scope_ids=["drug"], valid_to=False)
        self.assertEqual(self._license("business", valid_to=False).state, "valid")

    def test_16801_issued_again_needs_the_first_certification(self):
        """Covers: P-16801-R3."""
        draft = self._license("gsp", approve=False, scope_ids=["drug"], is_reissued=True)
        with self.assertRaisesRegex(UserError, "First Certification"):
            draft.action_approve()
        draft.first_certification = SCAN
        draft.action_approve()
        self.assertEqual(draft.state, "valid")

    def test_only_quality_approves_and_a_draft_counts_for_nothing(self):
        self.drug_license._cancel("Given back")
        draft = self._license("drug_business", approve=False, scope_ids=["drug"])
        self.assertRefused("gsp.license.own", self._create_order(self.otc).action_confirm)
        for user in (self.clerk, self.pharmacist, self.purchaser, self.head):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_approve()
            with self.assertRaises(AccessError):
                draft.with_user(user).write({"valid_to": "2099-01-01"})
        for user in (self.quality, self.env.user):
            with self.assertRaises(UserError):
                draft.with_user(user).write({"state": "valid"})
        with self.assertRaises(UserError):
            draft.copy({"state": "valid"})
        cheat = draft.with_context(default_state="valid").copy()
        self.assertEqual(cheat.state, "draft")

    def test_an_approved_license_is_evidence(self):
        for vals in ({"valid_to": "2099-01-01"}, {"scan": False}, {"scope_ids": [Command.clear()]}):
            with self.assertRaises(UserError):
                self.drug_license.write(vals)
        with self.assertRaises(UserError):
            self.drug_license.unlink()
        imported = (
            self.env["gsp.license"]
            .with_user(self.quality)
            .load(
                ["name", "type_id/id", "valid_from", "state"],
                [["X", "pharmacy_gsp.gsp_license_type_business", "2026-01-01", "valid"]],
            )
        )
        self.assertFalse(imported["ids"])

    def test_holder_fits_the_type(self):
        with self.assertRaises(ValidationError):
            self._license("pharmacist", self.supplier)
        with self.assertRaises(ValidationError):
            self.drug_license.copy({"holder_kind": "partner"})
        with Form(self.env["gsp.license"].with_user(self.quality)) as form:
            form.name = "1"
            form.type_id = self.env.ref("pharmacy_gsp.gsp_license_type_business")
            form.holder_kind = "partner"
            form.partner_id = self.supplier
            form.valid_from = self.today
        self.assertEqual(form.record.holder_name, self.supplier.name)

    def test_the_clock_marks_what_lapsed_and_warns_of_what_will(self):
        """Covers: P-16801-R2."""
        self.company.gsp_quality_user_id = self.quality
        soon = self._license("business", days=170)
        later = self._license("business", days=250)
        lapsed = self._license("business", days=-1)
        self.assertFalse(lapsed.is_in_force)
        self._run_clock()
        self.assertEqual(lapsed.state, "expired")
        self.assertEqual(soon.activity_ids.user_id, self.quality)
        self.assertFalse(later.activity_ids)
        self._run_clock()
        self.assertEqual(len(soon.activity_ids), 1)
        # a clock set back does not revive what was marked
        with self._at_day(-5):
            self.assertFalse(lapsed._is_valid_on(self.company._get_law_date()))

    def _run_clock(self):
        with self.enter_registry_test_mode():
            self.env.ref("pharmacy_gsp.gsp_license_cron_clock").method_direct_trigger()

    def test_renewal_window_of_a_device_license_is_counted_in_working_days(self):
        license_ = self._license("device_license", scope_ids=["device"], approve=False, valid_to="2099-12-31")
        # 90 and 30 working days of a five-day week: 18 and 6 weeks, from a Thursday
        days = [(license_.valid_to - day).days for day in (license_.renewal_from, license_.renewal_until)]
        self.assertEqual(days, [126, 42])
        drug = self._license("drug_business", scope_ids=["drug"], approve=False, valid_to="2099-12-31")
        self.assertEqual(str(drug.renewal_until), "2099-06-30")

    def test_renewal_follows_the_old_license(self):
        action = self.drug_license.action_renew()
        follower = self.env["gsp.license"].browse(action["res_id"])
        self.assertEqual(follower.replaces_id, self.drug_license)
        self.assertEqual(follower.valid_from, self.drug_license.valid_to + timedelta(days=1))
        self.assertEqual(follower.state, "draft")
        self.assertFalse(follower.scan)

    def test_16801_display_is_confirmed_where_the_license_hangs(self):
        missing = self.env["gsp.license"].search(
            [
                ("type_id.is_displayed", "=", True),
                ("displayed_on", "=", False),
                ("id", "=", self.drug_license.id),
            ]
        )
        self.assertEqual(missing, self.drug_license)
        with self.assertRaises(UserError):
            self.drug_license.action_confirm_display()
        self.drug_license.display_place = "Behind the till"
        self.drug_license.action_confirm_display()
        self.assertEqual(self.drug_license.displayed_on, self.today)
        self.assertEqual(self.drug_license.display_checked_by_id, self.quality)

    def test_a_stop_needs_a_reason(self):
        wizard = self.env["gsp.step.reason"].with_user(self.quality)
        action = self.drug_license.action_suspend()
        record = wizard.with_context(**action["context"]).create({"reason": "Under inspection"})
        record.action_apply()
        self.assertEqual(self.drug_license.state, "suspended")
        self.assertEqual(self.drug_license.stop_reason, "Under inspection")
        with self.assertRaises(UserError):
            self.business_license._suspend(" ")
        forged = wizard.create(
            {"res_model": "gsp.license", "res_id": self.business_license.id, "step": "unlink", "reason": "x"}
        )
        with self.assertRaises(UserError):
            forged.action_apply()
        stranger = wizard.with_user(self.purchaser).create(
            {"res_model": "gsp.license", "res_id": self.business_license.id, "step": "suspend", "reason": "x"}
        )
        with self.assertRaises(AccessError):
            stranger.action_apply()

    def test_gate_costs_the_same_for_many_lines(self):
        def count(lines):
            order = self._create_order(*([self.otc] * lines))
            self.env.flush_all()
            self.env.invalidate_all()
            order._gsp_get_release_lines(self.env["gsp.prescription"], order.sudo()._gsp_get_facts())
            before = self.env.cr.sql_log_count
            order._gsp_check_release()
            return self.env.cr.sql_log_count - before

        small = count(2)
        self.assertLessEqual(count(40), small + 2)
