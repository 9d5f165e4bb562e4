# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
import json
import re
from datetime import datetime, timedelta

from openpyxl import Workbook, load_workbook

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.tests.common import SIGNATURE

from .station_common import StationCommon


@tagged("post_install", "-at_install")
class TestStationPortal(StationCommon, HttpCase):
    """A station files, follows and confirms on the portal and over JSON-2: its own records, nobody else's."""

    def _log_in(self, login="north.service"):
        self.authenticate(login, login)

    def _post(self, path, files=None, csrf=True, **data):
        token = {"csrf_token": http.Request.csrf_token(self)} if csrf else {}
        return self.url_open(path, data={**token, **data}, files=files, allow_redirects=False)

    def _form(self, **values):
        row = {"kind_0": "part", "part_0": "COMP-1", "quantity_0": "1", "price_0": "400"}
        head = {
            "document": "R-1",
            "serial": "UNIT-0001",
            "repair_date": self._day(10),
            "report_date": self._day(11),
            "meter": "120",
            "symptom": "Does not cool",
            "return_cause": "quality",
        }
        return {**head, **row, **values}

    def _own(self, station=None):
        return self.env["parts.claim"].search(
            [("supplier_id", "=", (station or self.station).id), ("direction", "=", "inbound")]
        )

    # Filing

    def test_a_repair_is_filed_on_the_form(self):
        self._log_in()
        self.assertIn("/my/station-claims", self.url_open("/my").text)
        self.assertIn("File a Repair", self.url_open("/my/station-claims").text)
        self.assertIn("Number of Your Repair Document", self.url_open("/my/station-claims/new").text)
        files = {"files_0": ("fault.png", base64.b64decode(SIGNATURE), "image/png")}
        second = {"kind_1": "labor", "operation_1": "OP-1", "quantity_1": "2", "price_1": "80"}
        answer = self._post("/my/station-claims/new", files=files, **self._form(**second))
        claim = self._own()
        self.assertEqual((answer.status_code, len(claim.line_ids)), (303, 2))
        self.assertEqual((claim.filing_channel, claim.submit_user_id), ("portal", self.station_user))
        self.assertEqual(claim.line_ids[0].meter_reading, 120)
        self.assertEqual(set(claim.line_ids.mapped("symptom")), {"Does not cool"})
        page = self.url_open(f"/my/station-claims/{claim.id}").text
        self.assertIn("fault.png", page)
        attachment = claim.line_ids.attachment_ids
        sent = self.url_open(f"/my/station-claims/{claim.id}/file/{attachment.id}")
        self.assertEqual(sent.content, base64.b64decode(SIGNATURE))
        self.assertIn(claim.name, self.url_open("/my/station-claims?search=R-1").text)
        self.assertNotIn(claim.name, self.url_open("/my/station-claims?search=zzz&filterby=open").text)

    def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(self):
        self._log_in()
        answer = self._post("/my/station-claims/new", **self._form(serial="GHOST", part_0="NOPE"))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("is not known to us", answer.text)
        self.assertIn('value="GHOST"', answer.text)
        files = {"files_0": ("virus.png", b"MZ\x90\x00 no picture", "image/png")}
        answer = self._post("/my/station-claims/new", files=files, **self._form())
        self.assertIn("neither a picture", answer.text)
        self.assertEqual(self._post("/my/station-claims/new", document="R-9").status_code, 422)
        self.assertFalse(self._own())
        with mute_logger("odoo.http"):
            self.assertEqual(
                self._post("/my/station-claims/new", csrf=False, **self._form()).status_code, 400
            )
        self.assertFalse(self._own())

    def test_a_list_is_uploaded(self):
        self._log_in()
        template = self.url_open("/my/station-claims/template")
        header = [cell.value for cell in load_workbook(io.BytesIO(template.content)).active[1]]
        columns = list(self.env["station.claim.sheet"]._get_columns())
        book = Workbook()
        book.active.append(header)
        for line in (self._line(), self._line(document="R-2", part="GHOST")):
            book.active.append([line.get(name) for name in columns])
        stream = io.BytesIO()
        book.save(stream)
        files = {"list": ("claims.xlsx", stream.getvalue(), "application/octet-stream")}
        answer = self._post("/my/station-claims/upload", files=files)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Row 3", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text)))
        self.assertFalse(self._own())
        answer = self._post("/my/station-claims/upload", files=files, partial="1")
        self.assertIn(self._own().name, answer.text)
        self.assertEqual(len(self._own().line_ids), 1)
        bad = {"list": ("claims.xlsx", b"no sheet", "application/octet-stream")}
        self.assertIn("no XLSX file", self._post("/my/station-claims/upload", files=bad).text)
        self.assertIn("Choose a file", self._post("/my/station-claims/upload").text)

    # Following

    def test_the_answer_is_read_disputed_and_agreed_to(self):
        claim = self._filed(self._line(price=500))
        self._log_in()
        path = f"/my/station-claims/{claim.id}"
        claim.action_accept_rest()
        self.assertNotIn(
            claim.line_ids.decision_reason, self.url_open(path).text, "not told before it is closed"
        )
        claim.action_answer()
        self.assertIn("I Do Not Agree", self.url_open(path).text)
        self.assertIn("Write down why", self._post(f"{path}/dispute", reason=" ").text)
        files = {"files": ("gauge.png", base64.b64decode(SIGNATURE), "image/png")}
        self._post(f"{path}/dispute", files=files, reason="Look at the gauge")
        self.assertEqual((claim.state, claim.dispute_count), ("disputed", 1))
        self.assertIn("gauge.png", self.url_open(path).text)
        claim.action_answer()
        self.assertNotIn("I Do Not Agree", self.url_open(path).text)
        self.assertIn("no longer be disputed", self._post(f"{path}/dispute", reason="Again").text)
        self._post(f"{path}/agree")
        self.assertEqual(claim.state, "agreed")
        self.assertIn("does not wait", self._post(f"{path}/agree").text)

    def test_the_notice_is_confirmed(self):
        settlement = self._notice()
        self._log_in()
        path = f"/my/write-off-notices/{settlement.id}"
        self.assertIn(settlement.name, self.url_open("/my/write-off-notices").text)
        self.assertIn("We confirm this notice", self.url_open(path).text)
        self.assertIn("R-1", self.url_open(f"{path}?report_type=html").text)
        self.assertIn("Enter the name", self._post(f"{path}/confirm", name=" ").text)
        self._post(f"{path}/confirm", name="Han Mei")
        self.assertEqual(settlement.acknowledgment_ids.user_id, self.station_user)
        self.assertIn("Han Mei", self.url_open(path).text)
        self.assertIn("cannot be confirmed now", self._post(f"{path}/confirm", name="Again").text)

    # Whose it is

    def _get_routes(self, pattern):
        self.url_open("/web/login")
        rules = self.env["ir.http"].routing_map().iter_rules()
        return [rule for rule in rules if re.match(pattern, rule.rule)]

    def test_another_station_walking_all_ids_gets_nothing(self):
        """Every route of stations, and every route of suppliers with the ids of stations' records."""
        files = [{"name": "secret-proof.png", "content": SIGNATURE.decode()}]
        claim = self._answered(self._line(files=files))
        settlement = self._notice(claim=self._agreed(self._line(document="R-2")))
        rules = self._get_routes(
            r"/my/(station-claims|write-off-notices|claims|settlements)/<int:(claim|notice|settlement)_id>"
        )
        self.assertEqual(len({rule.rule for rule in rules}), 12)
        for login in ("south.service", "north.service"):
            self._log_in(login)
            own = ("/my/station-claims", "/my/write-off-notices") if login == "north.service" else ()
            for rule in rules:
                if rule.rule.startswith(own or "none"):
                    continue
                record = claim if "claim_id" in rule.rule else settlement
                path = rule.rule.replace("<int:attachment_id>", str(claim.line_ids.attachment_ids.id))
                path = re.sub(r"<int:\w+>", str(record.id), path)
                with self.subTest(login=login, path=path):
                    if "GET" not in (rule.methods or ("GET",)):
                        answer = self._post(path, act="accept_rest", name="Me", reason="Mine")
                    else:
                        answer = self.url_open(
                            f"{path}?access_token=x&report_type=html", allow_redirects=False
                        )
                    self.assertEqual(answer.status_code, 303)
                    self.assertNotIn(record.name, answer.text)
        self.assertEqual((claim.state, claim.dispute_count), ("answered", 0))
        self.assertFalse(settlement.acknowledgment_ids)
        self._log_in("south.service")
        for path in ("/my/station-claims", "/my/write-off-notices", "/my/claims", "/my/settlements"):
            page = self.url_open(path).text
            self.assertNotIn(claim.name, page)
            self.assertNotIn(settlement.name, page)

    def test_customers_without_an_agreement_file_nothing(self):
        self._make_station_user("just.customer", self.customer)
        self._log_in("just.customer")
        self.assertNotIn("File a Repair", self.url_open("/my/station-claims").text)
        for path in ("/my/station-claims/new", "/my/station-claims/upload", "/my/station-claims/template"):
            self.assertEqual(self.url_open(path, allow_redirects=False).status_code, 303)
        self.assertEqual(self._post("/my/station-claims/new", **self._form()).status_code, 303)
        self.assertFalse(self._own(self.customer))

    def test_visitors_are_sent_to_log_in(self):
        for path in ("/my/station-claims", "/my/station-claims/new", "/my/write-off-notices"):
            self.assertIn("/web/login", self.url_open(path).url)

    def test_an_unissued_notice_is_not_shown(self):
        claim = self._agreed()
        claim.with_user(self.accountant).action_settle()
        settlement = claim.line_ids.settlement_line_ids.settlement_id
        self._log_in()
        path = f"/my/write-off-notices/{settlement.id}"
        self.assertEqual(self.url_open(path, allow_redirects=False).status_code, 303)
        self.assertNotIn(settlement.name, self.url_open("/my/write-off-notices").text)

    # JSON-2

    def _make_key(self, user):
        """An API key as the station's portal user makes it, where the settings allow that to customers."""
        self.env["ir.config_parameter"].set_param("portal.allow_api_keys", True)
        keys = self.env["res.users.apikeys"].with_user(user)
        return keys._generate(None, "Station's system", datetime.now() + timedelta(days=1))

    def _call(self, method, key, **arguments):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        return self.url_open(f"/json/2/parts.claim/{method}", data=json.dumps(arguments), headers=headers)

    def test_a_station_files_and_follows_over_json_2(self):
        key = self._make_key(self.station_user)
        files = [{"name": "fault.png", "content": SIGNATURE.decode()}]
        wrong = self._call("file_station_claims", key, lines=[self._line(), self._line(part="GHOST")]).json()
        self.assertEqual((wrong["claims"], [error["line"] for error in wrong["errors"]]), ([], [1]))
        answer = self._call("file_station_claims", key, lines=[self._line(files=files), self._labor()])
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json()["filed"], 2)
        claim = self._own()
        self.assertEqual(claim.filing_channel, "api")
        self.assertEqual(claim.line_ids[0].attachment_ids.mapped("name"), ["fault.png"])
        (row,) = self._call("get_station_claims", key, names=answer.json()["claims"]).json()
        self.assertEqual((row["name"], row["state"]), (claim.name, "submitted"))
        again = self._call("file_station_claims", key, lines=[self._line()]).json()
        self.assertIn(claim.name, again["errors"][0]["messages"][0])

    def test_json_2_gives_a_station_nothing_else(self):
        claim = self._filed(self._line())
        key, stranger = self._make_key(self.station_user), self._make_key(self.other_user)
        with mute_logger("odoo.http"):
            self.assertEqual(self._call("file_station_claims", "wrong", lines=[]).status_code, 401)
            for method, arguments in (
                ("search_read", {"domain": []}),
                ("read", {"ids": claim.ids}),
                ("action_answer", {"ids": claim.ids}),
                ("action_cancel", {"ids": claim.ids}),
            ):
                with self.subTest(method=method):
                    self.assertEqual(self._call(method, key, **arguments).status_code, 403)
            self.assertEqual(self._call("_file_inbound", key, lines=[]).status_code, 403)
        self.assertEqual(self._call("get_station_claims", stranger, names=[claim.name]).json(), [])
