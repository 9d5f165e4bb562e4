# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
from datetime import timedelta

from openpyxl import Workbook, load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.aftersales_service.tests.common import SIGNATURE

from .station_common import StationCommon


@tagged("post_install", "-at_install")
class TestStationFiling(StationCommon):
    """What a service station files, and what its agreement allows for it."""

    # What arrives

    def test_a_claim_arrives_closed_with_what_the_terms_allow(self):
        """Covers: F-18."""
        claim = self._filed(
            self._line(price=500, files=[{"name": "fault.png", "content": SIGNATURE.decode()}]),
            self._labor(),
            self._line(kind="mileage", part="", quantity=100, price=2),
            self._line(kind="travel", part="", price=130),
            self._line(kind="freight", part="", price=45, return_cause="quality"),
        )
        self.assertEqual((claim.direction, claim.state), ("inbound", "submitted"))
        self.assertEqual((claim.supplier_id, claim.filing_channel), (self.station, "api"))
        self.assertEqual(claim.submit_user_id, self.station_user)
        self.assertEqual(claim.evidence_state, "closed")
        self.assertEqual(claim.answer_deadline, self.today + timedelta(days=10))
        allowed = {line.kind: line.amount_allowed for line in claim.line_ids}
        self.assertEqual(
            allowed, {"part": 440.0, "labor": 200.0, "mileage": 120.0, "travel": 100.0, "freight": 45.0}
        )
        self.assertEqual(claim.amount_claimed, 500 + 240 + 200 + 130 + 45)
        self.assertEqual(claim.amount_allowed, 905.0)
        part = claim.line_ids.filtered(lambda line: line.kind == "part")
        self.assertEqual(part.unit_lot_id, self.lot)
        self.assertEqual(part.attachment_ids.mapped("name"), ["fault.png"])
        self.assertTrue(part.warranty_registration_line_id)
        self.assertIn("10.00 %", part.price_explanation)
        self.assertTrue(claim.activity_ids, "the responsible clerk is told")

    def test_never_more_than_asked_is_allowed(self):
        claim = self._filed(self._line(price=300), self._labor(quantity=1, price=60))
        self.assertEqual(claim.line_ids.mapped("amount_allowed"), [300.0, 60.0])

    def test_the_limit_per_repair_counts_what_was_filed_before(self):
        first = self._filed(self._line(kind="mileage", part="", quantity=50, price=1.5))
        self.assertEqual(first.line_ids.amount_allowed, 75.0)
        first.line_ids.write({"decision": "returned", "decision_reason": "Which way?"})
        claim = self._filed(self._line(kind="mileage", part="", quantity=90, price=1.5))
        self.assertEqual(claim.line_ids.amount_allowed, 120.0)

    def test_our_registration_decides_whether_the_unit_is_covered(self):
        registration = self.lot.warranty_registration_ids
        self.env["stock.lot"].create(
            {"name": "UNIT-BARE", "product_id": self.unit.id, "company_id": self.company.id}
        )
        claim = self._filed(
            self._line(serial="UNIT-BARE"),
            self._line(
                document="R-0",
                report_date=str(registration.start_date - timedelta(days=1)),
                repair_date=self._day(50),
            ),
        )
        self.assertEqual(claim.line_ids.mapped("amount_allowed"), [0.0, 0.0])
        self.assertIn("no warranty registration", claim.line_ids[0].uncovered_reason)
        self.assertIn("had not begun", claim.line_ids[1].uncovered_reason)

    def test_a_kind_of_cost_that_was_not_agreed_is_not_paid(self):
        claim = self._filed(self._line(kind="expense", part="", description="Hotel", price=90))
        self.assertEqual(claim.line_ids.amount_allowed, 0.0)
        self.assertIn("does not cover this kind of cost", claim.line_ids.uncovered_reason)

    def test_freight_and_labor_follow_the_cause_of_return(self):
        """Covers: R-23."""
        paid = {}
        for cause in ("quality", "disassembled", "other"):
            claim = self._filed(
                self._labor(document=cause, return_cause=cause),
                self._line(document=cause, kind="freight", part="", price=30, return_cause=cause),
            )
            paid[cause] = claim.line_ids.mapped("amount_allowed")
        self.assertEqual(paid, {"quality": [200.0, 30.0], "disassembled": [0.0, 0.0], "other": [200.0, 0.0]})

    def test_our_sales_price_to_the_station(self):
        station = self.env["res.partner"].create({"name": "East Service", "is_company": True})
        self._make_station_agreement(station, price_basis="sales_price", markup_percent=0)
        self.part.lst_price = 333
        user = self._make_station_user("east.service", station)
        claim = self._filed(self._line(), user=user)
        self.assertEqual(claim.line_ids.amount_allowed, 333.0)
        self.assertEqual(claim.line_ids.price_basis, "sales_price")

    # What is wrong

    def test_every_line_says_what_is_wrong_with_it(self):
        late, future = self._day(61), str(self.today + timedelta(days=1))
        wrong = {
            "is missing": self._line(document=" "),
            "no kind of cost": self._line(kind="gift"),
            "Serial “GHOST” is not known": self._line(serial="GHOST"),
            "Part “GHOST” is not known": self._line(part="GHOST"),
            "Operation “GHOST” is not known": self._labor(operation="GHOST"),
            "Quantity: 0 is not between": self._line(quantity=0),
            "Quantity: -1 is not between": self._line(quantity=-1),
            "Quantity: “nan” is no number": self._line(quantity="nan"),
            "Quantity: “many” is no number": self._line(quantity="many"),
            "Price: 1000000000 is not between": self._line(price=1e9),
            "Repair Date: write a day": self._line(repair_date="soon"),
            "is in the future": self._line(repair_date=future),
            "reported after the repair": self._line(report_date=self._day(9)),
            "had to be filed by": self._line(repair_date=late, report_date=late),
            "no cause of return": self._line(return_cause="weather"),
            "no reading": self._line(meter="far"),
            "neither a picture": self._line(
                files=[{"name": "x.png", "content": base64.b64encode(b"MZ" * 9).decode()}]
            ),
            "cannot be read": self._line(files=[{"name": "x.png", "content": "§"}]),
            "at most 10 files": self._line(files=[{}] * 11),
            "set of named values": "R-1",
        }
        claim, errors = self._file(*wrong.values(), self._line(document="R-2"))
        self.assertFalse(claim, "one wrong line stops all")
        self.assertEqual(sorted(errors), list(range(len(wrong))))
        for index, expected in enumerate(wrong):
            with self.subTest(expected=expected):
                self.assertIn(expected, errors[index])

    def test_the_good_lines_are_filed_if_that_is_wanted(self):
        claim, errors = self._file(self._line(part="GHOST"), self._line(), partial=True)
        self.assertEqual(len(claim.line_ids), 1)
        self.assertEqual(list(errors), [0])

    def test_a_file_that_is_too_large_is_named(self):
        reader = self.env["station.claim.reader"]
        with self.assertRaisesRegex(UserError, "larger than 10 MB"):
            reader._read_file({"name": "big.pdf", "content": b"%PDF-1.4" + b"0" * 10 * 1024 * 1024})

    def test_nothing_is_filed_twice(self):
        claim = self._filed(self._line())
        again, errors = self._file(
            self._line(document=" r-1"), self._line(document="R-2"), self._line(document="r- 2")
        )
        self.assertFalse(again)
        self.assertIn(claim.name, errors[0])
        self.assertIn("the same as line 2", errors[2])
        self.assertNotIn(1, errors)
        self.assertTrue(self._filed(self._line(), user=self.other_user), "another station's document")

    def test_a_unit_of_another_company_is_not_known(self):
        other = self._make_company("Other Maker")
        self.env["stock.lot"].create(
            {"name": "UNIT-ELSEWHERE", "product_id": self.unit.id, "company_id": other.id}
        )
        _claim, errors = self._file(self._line(serial="UNIT-ELSEWHERE"))
        self.assertIn("is not known", errors[0])

    def test_no_agreement_on_the_day_no_claim(self):
        self.terms.with_user(self.manager).action_draft()
        self.terms.date_from = self.today - timedelta(days=5)
        self.terms.with_user(self.manager).action_activate()
        _claim, errors = self._file(self._line())
        self.assertIn("No agreement with you covers", errors[0])

    def test_queries_do_not_grow_with_the_lines(self):
        def read(count):
            lines = [self._line(document=f"Q-{number}") for number in range(count)]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["station.claim.reader"].sudo()._read(self.station, self.company, lines)
            return self.env.cr.sql_log_count - before

        read(2)
        self.assertLessEqual(read(60), read(2) + 2)

    # Who may file

    def test_only_portal_users_of_a_station_file(self):
        stranger = self._make_station_user("nobody", self.customer)
        for user in (stranger, self.clerk, self.manager):
            claims = self.env["parts.claim"].with_user(user)
            with self.assertRaises(AccessError):
                claims.file_station_claims([self._line()])
            with self.assertRaises(AccessError):
                claims.get_station_claims()

    def test_a_station_follows_its_own_claims_only(self):
        own, foreign = self._filed(self._line()), self._filed(self._line(), user=self.other_user)
        claims = self.env["parts.claim"].with_user(self.station_user)
        self.assertEqual([row["name"] for row in claims.get_station_claims()], [own.name])
        self.assertFalse(claims.get_station_claims([foreign.name]))
        own.line_ids.write({"decision": "refused", "decision_reason": "Worn"})
        (row,) = claims.get_station_claims()
        self.assertFalse(row["lines"][0]["decision"], "told when the answer is closed")
        own.action_answer()
        (row,) = claims.get_station_claims()
        self.assertEqual((row["state"], row["lines"][0]["reason"]), ("answered", "Worn"))

    def test_stations_have_no_right_on_records(self):
        claim = self._filed(self._line()).with_user(self.station_user)
        for name in ("read", "action_answer", "action_agree", "action_cancel", "action_accept_rest"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                getattr(claim, name)()
        with self.assertRaises(AccessError):
            claim.line_ids.write({"decision": "accepted"})

    def test_nobody_makes_or_changes_a_stations_line_by_hand(self):
        line = self._filed(self._line()).line_ids
        for values in ({"amount_allowed": 900}, {"quantity": 9}, {"direction": "outbound"}, {"symptom": "x"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                line.write(values)
        with self.assertRaises(AccessError):
            self.env["parts.claim.line"].with_user(self.manager).create({"kind": "part"})
        with self.assertRaises(UserError):
            line.claim_id.write({"direction": "outbound"})

    # Lists

    def _sheet(self, *rows, header=None):
        book = Workbook()
        columns = self.env["station.claim.sheet"]._get_columns()
        book.active.append(header or list(columns.values()))
        for row in rows:
            book.active.append([row.get(name) for name in columns])
        stream = io.BytesIO()
        book.save(stream)
        return base64.b64encode(stream.getvalue())

    def _import(self, content, partial=False):
        wizard = Form(self.env["station.claim.import"].with_user(self.clerk))
        wizard.agreement_id = self.terms
        wizard.partial = partial
        wizard.file = content
        record = wizard.save()
        return record, record.action_import()

    def test_a_list_is_filed_by_the_clerk(self):
        _wizard, action = self._import(self._sheet(self._line(), self._labor(kind="Labor")))
        claim = self.env["parts.claim"].search(action["domain"])
        self.assertEqual((claim.filing_channel, len(claim.line_ids)), ("list", 2))
        self.assertEqual(claim.supplier_id, self.station)

    def test_a_list_names_its_wrong_rows(self):
        rows = (self._line(), self._line(quantity="=1+1"), self._line(document="R-2", part="GHOST"))
        wizard, _action = self._import(self._sheet(*rows))
        self.assertIn("Row 3: Formulas are not read", wizard.result)
        self.assertIn("Row 4: Part “GHOST” is not known", wizard.result)
        self.assertFalse(self.env["parts.claim"].search([("supplier_id", "=", self.station.id)]))
        wizard, _action = self._import(self._sheet(*rows), partial=True)
        claim = self.env["parts.claim"].search([("supplier_id", "=", self.station.id)])
        self.assertEqual(len(claim.line_ids), 1)
        self.assertIn(claim.name, wizard.result)

    def test_what_is_no_list_is_refused(self):
        for content, message in (
            (base64.b64encode(b"no sheet"), "no XLSX file"),
            (self._sheet(self._line(), header=["Number", "Part"]), "first row must be"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self._import(content)
        wizard, _action = self._import(self._sheet())
        self.assertIn("holds no lines", wizard.result)

    def test_the_empty_list_is_read_again(self):
        content = self.env["station.claim.sheet"]._make_template()
        book = load_workbook(io.BytesIO(content))
        columns = self.env["station.claim.sheet"]._get_columns()
        book.active.append([self._line().get(name) for name in columns])
        stream = io.BytesIO()
        book.save(stream)
        lines, numbers, errors = self.env["station.claim.sheet"]._read_sheet(stream.getvalue())
        self.assertEqual((numbers, errors, lines[0]["part"]), ([2], {}, "COMP-1"))

    # Agreements

    def test_terms_of_a_supplier_and_of_a_station_are_not_mixed(self):
        for values in (
            {"settlement_way": "credit_note"},
            {"price_basis": "last_purchase"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._make_station_agreement(self.customer, activate=False, **values)
        with self.assertRaises(UserError):
            self._make_agreement(
                activate=False,
                cover_ids=[Command.create({"kind": "mileage", "method": "distance", "amount": 1})],
            )

    def test_a_station_that_is_a_supplier_too_has_both_agreements(self):
        both = self._make_station_agreement(self.supplier)
        self.assertEqual((both.state, self.agreement.state), ("active", "active"))
        key = (self.company, self.supplier, self.part, self.today)
        find = self.env["claim.agreement"]._find
        self.assertEqual(find([key])[key][0][0], self.agreement)
        self.assertEqual(find([key], direction="inbound")[key][0][0], both)
