# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
from datetime import timedelta

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models import gsp_register
from ..wizards import gsp_register_wizard
from .common_gate import ADULT, GateCommon


@tagged("post_install", "-at_install")
class TestRegister(GateCommon, HttpCase):
    """The registers an inspector asks for, on paper and as a spreadsheet, in both languages, each print kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"].search([("name", "=", "pharmacy_gsp")])._update_translations(["zh_CN"])
        cls.buyer = cls._identity(name="Zhang Test")
        order = cls._sell((cls.otc, 2), (cls.ephedrine, 1), gsp_identity_id=cls.buyer.id)
        cls.sold = cls._deliver(order)
        cls.knower = cls._create_user("gsp_knower", "identity")

    def _wizard(self, register, user=None, **vals):
        return (
            self.env["gsp.register.wizard"]
            .with_user(user or self.quality)
            .create({"register": register, "company_id": self.company.id, "lang": "en_US", **vals})
        )

    def _kept(self, action):
        return self.env["gsp.register.print"].browse(action["context"]["active_ids"])

    def _rows(self, register, user=None, **vals):
        """Cells of the spreadsheet, as a list of rows."""
        user = user or self.quality
        kept = self._kept(self._wizard(register, user, **vals).action_xlsx())
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(user)
            ._render_xlsx("pharmacy_gsp.register_xlsx", kept.ids, {})
        )
        sheet = load_workbook(io.BytesIO(content)).active
        return [[cell.value for cell in row] for row in sheet.iter_rows()]

    def _html(self, register, user=None, **vals):
        user = user or self.quality
        kept = self._kept(self._wizard(register, user, **vals).action_pdf())
        reports = self.env["ir.actions.report"].with_user(user)
        return reports._render_qweb_html("pharmacy_gsp.report_register", kept.ids)[0].decode()

    def test_every_register_is_printed_and_saved_in_both_languages(self):
        """Covers: GSP-02."""
        self._deliver(self._sell(self.rx, prescription=self._reviewed(self.rx)))
        self._return(self.sold).button_validate()
        self.env["gsp.near.expiry"]._cron_open_registers()
        codes = [
            code
            for code, _title in self.env["gsp.register.wizard"].with_user(self.quality)._selection_register()
        ]
        self.assertLessEqual(
            {
                "sale",
                "sale_retail",
                "sale_prescription",
                "sale_special",
                "sale_split",
                "sale_device",
                "buyer",
                "return",
                "refusal",
                "near_expiry",
                "acceptance",
                "prescription",
                "license",
                "absence",
            },
            set(codes),
        )
        for code in codes:
            for lang in ("en_US", "zh_CN"):
                with self.subTest(register=code, lang=lang):
                    html = self._html(code, lang=lang)
                    rows = self._rows(code, lang=lang)
                    self.assertIn("Test Pharmacy", html)
                    self.assertEqual(rows[0][0], "Test Pharmacy")
                    self.assertIn("Checked by" if lang == "en_US" else "审核", html)

    def test_17102_the_rows_are_those_of_the_register(self):
        rows = self._rows("sale")
        head = next(row for row in rows if "Voucher Number" in row)
        lines = rows[rows.index(head) + 1 :]
        self.assertEqual(len(lines), 3)  # two records and the sum
        line = dict(zip(head, next(row for row in lines if "OTC-GOOD" in row), strict=True))
        self.assertEqual(line["Voucher Number"], self.sold.name)
        self.assertEqual(line["Quantity"], 2)
        self.assertEqual(line["Sale Date"].date(), self.today)
        self.assertEqual(line["Salesperson Name"], self.clerk.name)
        self.assertEqual(lines[-1][0], "Total")
        self.assertEqual(lines[-1][head.index("Quantity")], 3)
        self.assertEqual(self._rows("sale_retail")[-1][head.index("Quantity") - 1], 2)

    def test_a_register_ends_with_its_period(self):
        yesterday = self.today - timedelta(days=1)
        html = self._html("sale", date_from=yesterday, date_to=yesterday)
        self.assertIn("Nothing to record", html)
        with self.assertRaises(UserError):
            self._wizard("sale", date_from=self.today, date_to=yesterday).action_pdf()

    def test_batches_do_not_lose_or_double_a_row(self):
        for _time in range(4):
            self._deliver(self._sell(self.otc))
        registers = self.env["gsp.register"]
        register = registers._get_register("sale")
        domain = registers._get_domain(register, self.company, self.today, self.today)
        expected = self.env["gsp.sale.record"].search(domain).ids
        self.patch(gsp_register, "BATCH", 2)
        found = [record.id for record in registers._iterate(register, domain)]
        self.assertEqual(sorted(found), sorted(expected))
        self.assertEqual(len(found), 6)

    # -- who sees what ------------------------------------------------------------------------------------------

    def test_17301_buyers_are_masked_unless_somebody_needs_to_know_and_it_is_kept(self):
        html = self._html("buyer", self.clerk)
        self.assertIn("Z", html)
        self.assertNotIn("Zhang Test", html)
        self.assertNotIn(ADULT, html)
        wish = {"full_identity": True, "purpose": "Recall of the lot"}
        for user in (self.clerk, self.quality):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self._wizard("buyer", user, **wish).action_pdf()
        with self.assertRaises(UserError):
            self._wizard("buyer", self.knower, full_identity=True).action_pdf()
        with self.assertRaises(UserError):
            self._wizard("sale", self.knower, **wish).action_pdf()
        looks = self.buyer.look_ids
        html = self._html("buyer", self.knower, **wish)
        self.assertIn("Zhang Test", html)
        self.assertIn(ADULT, html)
        look = self.buyer.look_ids - looks
        self.assertEqual((look.user_id, look.purpose), (self.knower, "Recall of the lot"))

    def test_each_print_is_kept_and_nobody_prints_past_it(self):
        action = self._wizard("sale", self.clerk).action_xlsx()
        kept = self._kept(action)
        self.assertRecordValues(
            kept,
            [
                {
                    "user_id": self.clerk.id,
                    "register": "sale",
                    "form": "xlsx",
                    "date_to": self.today,
                    "row_count": 2,
                    "evidence_state": "closed",
                }
            ],
        )
        for user in (self.clerk, self.quality):
            for attempt in (
                lambda user=user: kept.with_user(user).write({"user_id": user.id}),
                kept.with_user(user).unlink,
                lambda user=user: kept.with_user(user).copy(),
            ):
                with self.assertRaises(UserError), self.cr.savepoint():
                    attempt()
        reports = self.env["ir.actions.report"]
        with self.assertRaises(AccessError):
            reports.with_user(self.quality)._render_qweb_html("pharmacy_gsp.report_register", kept.ids)
        with self._at_day(1), self.assertRaises(AccessError):
            reports.with_user(self.clerk)._render_xlsx("pharmacy_gsp.register_xlsx", kept.ids, {})

    def test_registers_of_quality_and_of_other_companies_are_not_printed(self):
        for code in ("refusal", "absence"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self._wizard(code, self.clerk).action_pdf()
            with self.assertRaises(AccessError):
                self.env["gsp.register"].with_user(self.clerk)._get_register(code)
        other = self._create_company("Other Test Pharmacy")
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._wizard("sale", self.clerk, company_id=other.id).action_pdf()
        stranger = self._create_user("gsp_register_stranger", "clerk", other)
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        wizard = env["gsp.register.wizard"].create(
            {"register": "sale", "company_id": other.id, "lang": "en_US"}
        )
        self.assertEqual(self._kept(wizard.action_xlsx()).sudo().row_count, 0)
        wizard = env["gsp.register.wizard"].create(
            {"register": "sale", "company_id": self.company.id, "lang": "en_US"}
        )
        with self.assertRaises(AccessError):
            wizard.action_xlsx()
        for code, model in (("consistency", "gsp.consistency"), ("recovery", "gsp.lot.trace")):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._wizard(code).action_pdf()  # it is printed from the record it belongs to
            wizard = (
                self.env["gsp.register.wizard"]
                .with_user(self.clerk)
                .with_context(default_parent_id=2**30)
                .create({"register": code, "lang": "en_US"})
            )
            with self.assertRaises(UserError), self.cr.savepoint():
                wizard.action_xlsx()
            self.assertIn(model, self.env)

    def test_too_many_rows_for_paper_are_saved_instead(self):
        self.patch(gsp_register_wizard, "PDF_ROWS", 1)
        with self.assertRaises(UserError):
            self._wizard("sale").action_pdf()
        self.assertEqual(self._wizard("sale").action_xlsx()["report_type"], "xlsx")

    def test_the_files_come_through_the_browser(self):
        self.authenticate("gsp_clerk", "gsp_clerk-password")
        kept = self._kept(self._wizard("sale", self.clerk).action_xlsx())
        response = self.url_open(f"/report/xlsx/pharmacy_gsp.register_xlsx/{kept.id}")
        self.assertEqual(response.status_code, 200)
        self.assertTrue(load_workbook(io.BytesIO(response.content)).active.max_row > 5)
        response = self.url_open(f"/report/html/pharmacy_gsp.report_register/{kept.id}")
        self.assertIn("Sale Record", response.text)
        self.authenticate("gsp_quality", "gsp_quality-password")
        response = self.url_open(f"/report/html/pharmacy_gsp.report_register/{kept.id}")
        self.assertNotIn("OTC-GOOD", response.text)

    def test_a_text_that_looks_like_a_formula_stays_text(self):
        self.customer.name = "=1+1"
        self._deliver(self._sell(self.otc))
        rows = self._rows("sale")
        self.assertTrue(any("=1+1" in [str(cell) for cell in row] for row in rows))
