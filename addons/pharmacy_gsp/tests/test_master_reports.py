# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_master import MasterCommon


@tagged("post_install", "-at_install")
class TestMasterReports(MasterCommon):
    """What is printed of licenses, approvals and staff, in both languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"].search([("name", "=", "pharmacy_gsp")])._update_translations(["zh_CN"])
        cls.employee = cls._staff(cls.pharmacist, "pharmacist")

    def _html(self, report, records, lang="en_US"):
        reports = self.env["ir.actions.report"].with_user(self.quality).with_context(lang=lang)
        html, _kind = reports._render_qweb_html(f"pharmacy_gsp.{report}", records.ids)
        return html.decode()

    def test_16901_a_badge_shows_photo_name_post_and_title_or_is_not_printed(self):
        """Covers: P-16901-R1."""
        with self.assertRaisesRegex(UserError, "photo.*qualification"):
            self._html("report_badge", self.employee)
        stream = io.BytesIO()
        Image.new("RGB", (60, 80), "green").save(stream, "PNG")
        self.employee.image_1920 = base64.b64encode(stream.getvalue())
        with self.assertRaisesRegex(UserError, "qualification"):
            self._html("report_badge", self.employee)
        self.employee.gsp_title = "执业药师"
        html = self._html("report_badge", self.employee)
        for text in (self.employee.name, "Licensed Pharmacist", "执业药师", self.company.name):
            self.assertIn(text, html)
        self.employee.gsp_post_ids = False
        with self.assertRaisesRegex(UserError, "post"):
            self._html("report_badge", self.employee)
        # who is neither pharmacist nor technician needs no title
        self.employee.write(
            {"gsp_title": False, "gsp_post_ids": self.env.ref("pharmacy_gsp.gsp_post_clerk").ids}
        )
        self.assertIn("Shop Assistant", self._html("report_badge", self.employee))

    def test_16902_the_board_shows_the_pharmacists_on_duty_and_is_complete(self):
        """Covers: P-16902-R1."""
        with self.assertRaisesRegex(UserError, "practice category, valid registration"):
            self._html("report_notice_board", self.employee)
        self.employee.gsp_practice_category = "药学类"
        self._license(
            "pharmacist",
            self.employee,
            registered_unit_id=self.company.partner_id.id,
            issue_date=self.today,
        )
        html = self._html("report_notice_board", self.employee)
        for text in (self.employee.name, "药学类", self.company.name):
            self.assertIn(text, html)
        self.assertIn("在岗", self._html("report_notice_board", self.employee, "zh_CN"))
        self.employee.attendance_ids.unlink()
        with self.assertRaisesRegex(UserError, "no check-in"):
            self._html("report_notice_board", self.employee)

    def test_the_form_of_a_first_approval_says_who_signed(self):
        approval = self._approve("product", product=self.otc)
        html = self._html("report_first_approval", approval)
        for text in (
            approval.name,
            self.otc.name,
            self.otc.gsp_approval_number,
            self.purchaser.name,
            self.quality.name,
            self.head.name,
            "Quality Standard",
        ):
            self.assertIn(text, html)
        self.assertIn("首营品种", self._html("report_first_approval", approval, "zh_CN"))

    def test_16801_the_list_of_licenses_says_where_they_hang(self):
        self.drug_license.display_place = "Behind the till"
        self.drug_license.action_confirm_display()
        html = self._html("report_license_list", self.drug_license + self.business_license)
        for text in ("Behind the till", "Drug Business License", "Drugs"):
            self.assertIn(text, html)
        self.assertIn("药品经营许可证", self._html("report_license_list", self.drug_license, "zh_CN"))
