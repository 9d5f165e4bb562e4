# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.warranty_check_attempt import MOST_QUESTIONS
from .common import AftersalesWorld

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class WarrantyPortalCase(AftersalesWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
        cls.term.exclusion_ids = cls.env.ref("aftersales_service.warranty_exclusion_misuse")
        cls.lot = cls.create_lots(prefix="MINE")
        cls.sell_and_deliver(cls.lot)
        cls.foreign_lot = cls.create_lots(prefix="THEIRS")
        cls.sell_and_deliver(cls.foreign_lot, partner=cls.other_customer)
        cls.registration = cls.get_registrations(cls.lot)
        cls.foreign = cls.get_registrations(cls.foreign_lot)

    def post(self, path, files=None, **data):
        data = {"csrf_token": http.Request.csrf_token(self), **data}
        return self.url_open(path, data=data, files=files, allow_redirects=False)

    def login(self):
        self.authenticate("t_portal", "t_portal")


@tagged("post_install", "-at_install")
class TestWarrantyPortal(WarrantyPortalCase):
    """A customer sees his own units and covers, and nobody else's."""

    def test_list_shows_ones_own_and_is_searched_by_serial(self):
        self.login()
        page = self.url_open("/my/warranties").text
        self.assertIn(self.registration.name, page)
        self.assertNotIn(self.foreign.name, page)
        found = self.url_open("/my/warranties?search_in=serial&search=MINE").text
        self.assertIn(self.registration.name, found)
        for search in ("THEIRS", "no such"):
            self.assertNotIn(
                "/my/warranties/", self.url_open(f"/my/warranties?search={search}").text.split("<main")[1]
            )

    def test_nonsense_in_the_list_is_answered_calmly(self):
        self.login()
        for query in (
            "sortby=x",
            "filterby=x",
            "search_in=x&search=y",
            "search=%25%27",
            "sortby=end&filterby=ended",
        ):
            self.assertEqual(self.url_open(f"/my/warranties?{query}").status_code, 200, query)

    def test_list_has_pages(self):
        lots = self.create_lots(85, prefix="MANY")
        self.env["warranty.registration"].create(
            [
                {"product_id": self.machine.id, "lot_id": lot.id, "partner_id": self.customer.id}
                for lot in lots
            ]
        )
        self.login()
        first, second = (self.url_open(f"/my/warranties{page}").text for page in ("", "/page/2"))
        self.assertEqual(first.count("text-bg-info"), 79 if "text-bg-success" in first else 80)
        self.assertIn("/my/warranties/page/2", first)
        self.assertGreater(second.count('href="/my/warranties/'), 5)

    def test_page_shows_cover_per_component_and_what_is_not_covered(self):
        self.login()
        page = self.url_open(f"/my/warranties/{self.registration.id}").text
        for text in (
            self.lot.name,
            "Main unit",
            "Pipes and electrics",
            "Misuse",
            "Record Maintenance",
            "report_type=pdf",
        ):
            self.assertIn(text, page)

    def test_certificate_is_downloaded_by_its_owner(self):
        self.login()
        url = f"/my/warranties/{self.registration.id}?report_type=pdf&download=true"
        response = self.url_open(url)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])

    def test_nobody_elses_page_or_certificate_is_served(self):
        self.login()
        for path in (
            f"/my/warranties/{self.foreign.id}",
            f"/my/warranties/{self.foreign.id}?report_type=pdf",
            f"/my/warranties/{self.foreign.id}?access_token=forged",
            "/my/warranties/999999999",
        ):
            response = self.url_open(path, allow_redirects=False)
            self.assertEqual(response.status_code, 303, path)
            self.assertTrue(response.headers["Location"].endswith("/my"), path)

    def test_link_with_its_token_opens_the_page_and_a_bad_one_does_not(self):
        url = self.registration._portal_ensure_token() and self.registration.get_portal_url()
        self.authenticate(None, None)
        page = self.url_open(url)
        self.assertIn(self.lot.name, page.text)
        self.assertNotIn("Record Maintenance", page.text, "reading by a link is not owning")
        for token in ("", "x", self.registration.access_token[:-1]):
            response = self.url_open(
                f"/my/warranties/{self.registration.id}?access_token={token}", allow_redirects=False
            )
            self.assertEqual(response.status_code, 303)
            self.assertNotIn(self.lot.name, response.text)

    def test_visitors_get_no_list(self):
        self.authenticate(None, None)
        for path in ("/my/warranties", "/my/units", "/my/return-cards"):
            self.assertIn("/web/login", self.url_open(path).url, path)

    def test_units_of_ones_own(self):
        self.lot.license_plate = "京A12345"
        self.login()
        page = self.url_open("/my/units").text
        self.assertIn(self.lot.name, page)
        self.assertIn("京A12345", page)
        self.assertNotIn(self.foreign_lot.name, page)

    def test_home_counts_warranties(self):
        self.login()
        self.assertIn("/my/warranties", self.url_open("/my/home").text)
        response = self.make_jsonrpc_request("/my/counters", {"counters": ["warranty_count"]})
        self.assertEqual(response["warranty_count"], 1)

    def test_rpc_of_a_portal_user_reaches_only_ones_own(self):
        registrations = self.env["warranty.registration"].with_user(self.portal_user)
        self.assertEqual(registrations.search([]), self.registration.with_user(self.portal_user))
        self.assertFalse(self.env["warranty.maintenance"].with_user(self.portal_user).has_access("create"))
        self.assertFalse(self.env["warranty.return.card"].with_user(self.portal_user).has_access("create"))

    # Maintenance

    def maintain(self, registration=None, files=None, **data):
        path = f"/my/warranties/{(registration or self.registration).id}/maintenance"
        today = str(self.company._get_law_date())
        return self.post(path, files=files, **{"done_on": today, "done_by": "Myself", **data})

    def test_customer_records_maintenance_with_pictures(self):
        """Covers: S3-R3."""
        self.login()
        photos = [("photos", ("filter.png", PIXEL, "image/png"))]
        response = self.maintain(files=photos, note="Oil", meter_reading="120", meter_unit="hours")
        self.assertEqual(response.status_code, 303, response.text)
        record = self.registration.maintenance_ids
        self.assertEqual((record.done_by, record.source, record.note), ("Myself", "portal", "Oil"))
        self.assertEqual(record.photo_ids.raw, PIXEL)
        self.assertEqual(record.photo_ids.res_id, record.id)
        self.assertEqual(self.lot.meter_reading_ids.mapped("value"), [120])
        self.assertIn("Myself", self.url_open(f"/my/warranties/{self.registration.id}").text)

    def test_wrong_maintenance_is_answered_with_the_reason_and_records_nothing(self):
        self.login()
        large = [("photos", ("large.png", PIXEL + bytes(9 * 1024 * 1024), "image/png"))]
        script = [("photos", ("x.png", b"<script>alert(1)</script>", "image/png"))]
        for expected, files, data in (
            ("Say when", None, {"done_by": " "}),
            ("between the day of the sale", None, {"done_on": "2099-01-01"}),
            ("alert-danger", None, {"done_on": "nonsense"}),
            ("alert-danger", None, {"meter_reading": "many", "meter_unit": "km"}),
            ("larger than 8 MB", large, {}),
            ("is not a picture", script, {}),
        ):
            response = self.maintain(files=files, **data)
            self.assertEqual(response.status_code, 200, expected)
            self.assertIn(expected, response.text)
        self.assertFalse(self.registration.maintenance_ids)

    def test_nobody_maintains_another_customers_unit(self):
        self.login()
        self.maintain(self.foreign)
        self.foreign.message_subscribe(self.portal_user.partner_id.ids)
        self.maintain(self.foreign)
        self.assertFalse(self.foreign.maintenance_ids)
        response = self.url_open(
            f"/my/warranties/{self.registration.id}/maintenance",
            data={"csrf_token": "forged", "done_by": "x"},
        )
        self.assertEqual(response.status_code, 400)

    # Return cards

    def test_dealer_sends_a_return_card(self):
        """Covers: F-02."""
        self.login()
        today = str(self.company._get_law_date())
        response = self.post(
            "/my/return-cards",
            serial="BOX-1",
            sale_date=today,
            customer_name="Farmer",
            customer_phone="123",
            dealer_id=self.other_customer.id,
            received_on="2020-01-01",
            state="accepted",
        )
        self.assertEqual(response.status_code, 303, response.text)
        card = self.env["warranty.return.card"].search([("serial", "=", "BOX-1")])
        self.assertEqual((card.dealer_id, card.state, str(card.received_on)), (self.customer, "draft", today))
        self.assertIn("BOX-1", self.url_open("/my/return-cards").text)
        self.authenticate("t_portal_other", "t_portal_other")
        self.assertNotIn("BOX-1", self.url_open("/my/return-cards").text)

    def test_incomplete_card_is_answered_with_what_is_missing(self):
        self.login()
        for data in (
            {},
            {"serial": "X", "customer_name": "Y"},
            {"serial": "X", "customer_name": "Y", "sale_date": "?"},
        ):
            response = self.post("/my/return-cards", **data)
            self.assertIn("alert-danger", response.text)
        self.assertFalse(self.env["warranty.return.card"].search([("serial", "=", "X")]))


@tagged("post_install", "-at_install")
class TestWarrantyCheck(WarrantyPortalCase):
    """Anybody may ask about a serial number, seldom, and learns two things at most."""

    def setUp(self):
        super().setUp()
        self.env["warranty.check.attempt"].search([]).unlink()
        self.authenticate(None, None)

    def ask(self, serial):
        return self.post("/warranty/check", serial=serial)

    def test_covered_unit_tells_the_month_and_nothing_personal(self):
        page = self.ask(self.lot.name).text
        self.assertIn("Covered until", page)
        self.assertIn(self.registration.end_date.strftime("%Y-%m"), page)
        for secret in (
            str(self.registration.end_date),
            self.customer.name,
            self.registration.name,
            self.machine.name,
        ):
            self.assertNotIn(secret, page)

    def test_expired_unit(self):
        lot = self.create_lots(prefix="EXPIRED")
        old = self.env["warranty.registration"].create(
            {"product_id": self.machine.id, "lot_id": lot.id, "start_date": "2021-01-01"}
        )
        old.action_activate()
        page = self.ask(lot.name).text
        self.assertIn("Expired in", page)
        self.assertIn("2023-12", page)

    def test_everything_else_gets_the_same_answer(self):
        """Never sold, void, borne by two products, or a part of a number: nothing can be told apart."""
        unsold, void = self.create_lots(prefix="UNSOLD"), self.create_lots(prefix="VOIDED")
        self.sell_and_deliver(void)
        self.get_registrations(void)._void("x")
        twin = self.create_product("Twin", self.machine_categ, tracking="serial")
        twin_lot = self.create_lots(1, twin, "MINE")
        self.env["warranty.term"].create(self.prepare_term("Twin", product_tmpl_ids=twin.product_tmpl_id))
        self.sell_and_deliver(twin_lot)
        answers = {
            self.ask(serial)
            .text.replace(f'value="{serial}"', "")
            .split("<form")[1]
            .split("</form>")[1]
            .split("</main")[0]
            for serial in (unsold.name, void.name, self.lot.name, "THEIRS", "THEIR%", "NO-SUCH-SERIAL")
        }
        self.assertEqual(len(answers), 1, answers)
        self.assertIn("no warranty to tell of", answers.pop())

    def test_too_many_questions_are_answered_429(self):
        for _number in range(MOST_QUESTIONS):
            self.assertEqual(self.ask("NO-SUCH-SERIAL").status_code, 200)
        response = self.ask(self.lot.name)
        self.assertEqual(response.status_code, 429)
        self.assertNotIn("Covered until", response.text)
        self.assertIn("Too many questions", response.text)
        self.assertEqual(self.url_open("/warranty/check").status_code, 200, "the form itself costs nothing")

    def test_addresses_are_not_kept_and_the_counters_are_cleared(self):
        self.ask("NO-SUCH-SERIAL")
        attempts = self.env["warranty.check.attempt"].search([])
        self.assertTrue(attempts)
        self.assertNotIn("127.0.0.1", attempts.mapped("address_hash"))
        self.env.cr.execute("UPDATE warranty_check_attempt SET hour = hour - interval '2 days'")
        self.env.invalidate_all()
        attempts._gc_attempts()
        self.assertFalse(attempts.exists())
        plain = new_test_user(self.env, "t_plain", groups="base.group_user")
        self.assertFalse(attempts.with_user(plain).has_access("read"))

    def test_post_without_token_is_refused(self):
        response = self.url_open("/warranty/check", data={"serial": self.lot.name})
        self.assertEqual(response.status_code, 400)
