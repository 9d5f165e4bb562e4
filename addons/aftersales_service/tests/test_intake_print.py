# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command
from odoo.tests import tagged

from .test_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestIntakePrint(IntakeCase):
    """The intake sheet says what was taken in, in the customer's language (AS-01)."""

    def render(self, repair):
        report = self.env["ir.actions.report"].with_user(self.reception)
        html, _kind = report._render_qweb_html("aftersales_service.report_intake", repair.ids)
        return html.decode()

    def prepare(self):
        return self.take_in(
            meter_reading=1286,
            meter_unit="hours",
            condition_mark_ids=[
                Command.create({"sequence": 1, "kind": "dent", "x": 12.5, "y": 40.0, "note": "left door"})
            ],
            belonging_ids=[Command.create({"name": "Toolbox", "quantity": 2})],
        )

    def test_everything_the_customer_signs_is_printed(self):
        """Covers: AS-01."""
        repair = self.prepare()
        html = self.render(repair)
        for text in (
            "Intake Sheet",
            repair.name,
            self.lot.name,
            "1,286",
            "It gets slower and slower",
            "read back",
            "left: 12.5%; top: 40.0%",
            "left door",
            "Toolbox",
            "valuables",
            "data:image/svg+xml;base64,",
        ):
            self.assertIn(text, html)
        self.assertNotIn("max-height: 68px", html, "not signed yet")
        self.sign_intake(repair, self.reception)
        self.assertIn("max-height: 68px", self.render(repair))
        repair.condition_note = "And the rear"
        self.assertNotIn("max-height: 68px", self.render(repair), "signed under something else")

    def test_the_sheet_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["aftersales_service"], ["zh_CN"])
        self.customer.lang = "zh_CN"
        self.assertIn("问诊单", self.render(self.prepare()))

    def test_an_own_picture_of_the_category_is_printed(self):
        self.machine_categ.write(
            {"condition_outline": "image", "condition_image": self.env.ref("base.main_company").logo}
        )
        repair = self.prepare()
        self.assertIn("/web/image/product.category", repair.condition_picture)
        self.assertIn("data:image/png;base64,", self.render(repair))
