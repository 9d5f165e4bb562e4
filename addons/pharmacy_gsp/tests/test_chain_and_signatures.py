# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
from datetime import timedelta

from PIL import Image

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_gate import GateCommon
from .common_master import MasterCommon


def picture(color):
    stream = io.BytesIO()
    Image.new("RGB", (60, 80), color).save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestSpecimen(GateCommon):
    """Signatures and seals that physicians left with the pharmacy (GSP 17001, rule 12)."""

    def _specimen(self, **vals):
        return (
            self.env["gsp.specimen"]
            .with_user(self.pharmacist)
            .create(
                {
                    "company_id": self.company.id,
                    "institution": "Test Hospital",
                    "physician_name": "Test Physician",
                    "signature": picture("black"),
                    **vals,
                }
            )
        )

    def test_17001_12_an_unmatched_signature_is_refused_or_the_override_recorded(self):
        """Covers: P-17001-R6."""
        self._reviewed(self.rx)  # nobody keeps specimens yet
        specimen = self._specimen()
        with self.assertRaises(AccessError):
            specimen.action_approve()
        specimen.with_user(self.quality).action_approve()
        stranger = self._create_prescription(self.rx, physician_name="Unknown Physician", specimen="match")
        self.assertFalse(stranger.specimen_id)
        self.assertRefused("gsp.review.specimen", self._review, stranger)
        not_compared = self._create_prescription(self.rx)
        self.assertEqual(not_compared.specimen_id, specimen)
        self.assertTrue(not_compared.specimen_signature)
        self.assertRefused("gsp.review.specimen", self._review, not_compared)
        differs = self._create_prescription(self.rx, specimen="differs")
        self.assertRefused("gsp.review.specimen", self._review, differs)
        differs.specimen_reason = "Confirmed by telephone"
        self._review(differs)
        self.assertEqual(differs.specimen_reason, "Confirmed by telephone")
        self.assertEqual(self._review(self._create_prescription(self.rx, specimen="match")).state, "reviewed")

    def test_17001_a_withdrawn_or_expired_specimen_does_not_count(self):
        specimen = self._specimen(
            valid_from=self.today - timedelta(days=9), valid_to=self.today - timedelta(days=1)
        )
        specimen.with_user(self.quality).action_approve()
        prescription = self._create_prescription(self.rx)
        self.assertFalse(prescription.specimen_id)
        current = self._specimen()
        current.with_user(self.quality).action_approve()
        prescription.invalidate_recordset()
        self.assertEqual(prescription.specimen_id, current)
        with self.assertRaises(AccessError):
            current.with_user(self.clerk).action_withdraw()
        current.with_user(self.quality).action_withdraw()
        prescription.invalidate_recordset()
        self.assertFalse(prescription.specimen_id)
        with self.assertRaises(ValidationError):
            self._specimen(valid_to=self.today - timedelta(days=1))

    def test_17001_an_approved_specimen_is_evidence(self):
        empty = self._specimen(signature=False)
        with self.assertRaises(UserError):
            empty.with_user(self.quality).action_approve()
        specimen = self._specimen()
        for attempt in (
            lambda: specimen.write({"state": "valid"}),
            lambda: self._specimen(state="valid"),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()
        specimen.with_user(self.quality).action_approve()
        for attempt in (
            lambda: specimen.with_user(self.quality).write({"signature": picture("red")}),
            specimen.with_user(self.quality).unlink,
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()
        other = self._create_company("Other Test Pharmacy")
        stranger = self._create_user("gsp_specimen_stranger", "quality", other)
        with self.assertRaises(AccessError):
            specimen.with_user(stranger).with_context(allowed_company_ids=other.ids).action_withdraw()

    # -- signatures outside attendance --------------------------------------------------------------------------

    def test_17004_signatures_outside_the_attendance_are_listed(self):
        """Covers: P-17004-R5."""
        on_duty = self._reviewed(self.rx)
        employee = self.pharmacist.employee_ids.filtered(lambda item: item.company_id == self.company)
        attendance = self.env["hr.attendance"].search([("employee_id", "=", employee.id)])
        absences = self.env["gsp.signature.absence"].with_user(self.quality)
        signature = on_duty.signature_ids
        self.assertFalse(
            absences.search([("res_model", "=", "gsp.prescription"), ("res_id", "=", on_duty.id)])
        )
        # afterwards somebody finds out that the pharmacist had left before
        attendance.check_out = signature.signed_at - timedelta(minutes=5)
        self.env.flush_all()
        found = absences.search([("res_model", "=", "gsp.prescription"), ("res_id", "=", on_duty.id)])
        self.assertEqual((found.user_id, found.employee_id), (self.pharmacist, employee))
        self.assertEqual(found.last_check_out, attendance.check_out)
        self.assertEqual(found.action_open_record()["res_id"], on_duty.id)
        attendance.unlink()
        absences.invalidate_model()
        found = absences.search([("res_id", "=", on_duty.id), ("res_model", "=", "gsp.prescription")])
        self.assertFalse(found.last_check_in)
        with self.assertRaises(AccessError):
            absences.with_user(self.clerk).search([])
        other = self._create_company("Other Test Pharmacy")
        stranger = self._create_user("gsp_absence_stranger", "quality", other)
        own = absences.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(own.search([("res_id", "=", on_duty.id), ("res_model", "=", "gsp.prescription")]))


@tagged("post_install", "-at_install")
class TestChainIdentity(MasterCommon):
    """One trade name, one logo, one badge for the whole chain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.headquarters = cls.env["res.company"].create(
            {"name": "Test Headquarters", "gsp_company_kind": "headquarters"}
        )
        cls.stores = cls.env["res.company"]
        for name in ("Test Store East", "Test Store West"):
            cls.stores += cls.env["res.company"].create(
                {"name": name, "parent_id": cls.headquarters.id, "gsp_company_kind": "store"}
            )
        cls.headquarters.write({"gsp_trade_name": "Test Chain", "logo": picture("green")})

    def test_16801_trade_name_and_logo_of_a_store_are_those_of_the_headquarters(self):
        """Covers: P-16801-R6."""
        for store in self.stores:
            self.assertEqual((store.gsp_trade_name, store.logo), ("Test Chain", self.headquarters.logo))
        late = self.env["res.company"].create(
            {"name": "Test Store North", "parent_id": self.headquarters.id, "gsp_company_kind": "store"}
        )
        self.assertEqual((late.gsp_trade_name, late.logo), ("Test Chain", self.headquarters.logo))
        store = self.stores[0]
        for attempt in (
            lambda: store.write({"gsp_trade_name": "My Own Shop"}),
            lambda: store.write({"gsp_trade_name": False}),
            lambda: store.write({"logo": picture("red")}),
            lambda: store.partner_id.write({"image_1920": picture("red")}),
            lambda: store.sudo().partner_id.write({"image_1920": False}),
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                attempt()
        self.headquarters.write({"gsp_trade_name": "Renamed Chain", "logo": picture("blue")})
        for store in self.stores:
            self.assertEqual((store.gsp_trade_name, store.logo), ("Renamed Chain", self.headquarters.logo))

    def test_16801_a_store_of_its_own_bears_its_own_name(self):
        self.company.gsp_trade_name = "Corner Pharmacy"
        self.company.logo = picture("red")
        self.assertEqual(self.company._gsp_get_trade_name(), "Corner Pharmacy")
        self.company.gsp_trade_name = False
        self.assertEqual(self.company._gsp_get_trade_name(), "Test Pharmacy")

    def _badge(self, company, name):
        employee = self.env["hr.employee"].create(
            {
                "name": name,
                "company_id": company.id,
                "gsp_post_ids": self.env.ref("pharmacy_gsp.gsp_post_clerk").ids,
                "image_1920": picture("white"),
            }
        )
        reports = self.env["ir.actions.report"].with_context(allowed_company_ids=company.ids)
        return reports._render_qweb_html("pharmacy_gsp.report_badge", employee.ids)[0].decode()

    def test_16901_one_badge_for_the_whole_chain(self):
        """Covers: P-16901-R2."""
        east, west = (self._badge(store, "Test Person") for store in self.stores)

        def page(html):
            return (
                html[html.index('<div class="page"') : html.index("</main>")] if "</main>" in html else html
            )

        for html in (east, west):
            self.assertIn("Test Chain", html)
            self.assertNotIn("Test Store", page(html))
            self.assertIn('alt="Logo"', html)
        self.assertEqual(page(east), page(west))
