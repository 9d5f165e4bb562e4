# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .claim_kind_common import ClaimKindCommon


@tagged("post_install", "-at_install")
class TestClaimSplit(ClaimKindCommon):
    """Several companies answer for one cost, each for its share; nothing is claimed twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_agreement(name="Freight", supplier_id=cls.carrier.id, price_basis="standard_cost")

    def split(self, line, *shares, user=None):
        line = line.with_user(user or self.clerk)
        action = line.action_split()
        wizard = self.env["parts.claim.split"].with_user(user or self.clerk).browse(action["res_id"])
        wizard.share_ids = [
            Command.clear(),
            *(Command.create({"partner_id": partner.id, "share": share}) for partner, share in shares),
        ]
        wizard.action_split()
        first = line.split_from_id or line
        return first | first.split_line_ids

    def test_a_line_is_split_by_hand(self):
        line = self._make_repair().claim_line_ids
        lines = self.split(line, (self.supplier, 60), (self.carrier, 30), (self.env["res.partner"], 10))
        self.assertEqual(len(lines), 2)
        amounts = {line.supplier_id: line.amount_claimed for line in lines}
        self.assertEqual(amounts, {self.supplier: 240, self.carrier: 120}, "our own 10 % is not claimed")
        self.assertEqual(set(lines.mapped("state")), {"claimable"})
        self.assertIn("share of the responsibility 60.00 %", line.price_explanation)
        lines.with_user(self.clerk).action_add_to_claims()
        self.assertEqual(lines.claim_id.supplier_id, self.supplier | self.carrier)
        lines.claim_id.with_user(self.clerk).action_submit()
        self.assertEqual(set(lines.mapped("state")), {"submitted"}, "one old part proves both shares")

    def test_shares_make_a_hundred_and_nobody_is_asked_twice(self):
        line = self._make_repair().claim_line_ids
        for shares, message in (
            ([(self.supplier, 60), (self.carrier, 30)], "come to 90 %"),
            ([(self.supplier, 60), (self.carrier, 60)], "come to 120 %"),
            ([(self.supplier, 120), (self.carrier, -20)], "Each is more than 0"),
            ([(self.supplier, 50), (self.supplier, 50)], "asked twice"),
            ([(self.env["res.partner"], 100)], "let a manager waive it"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self.split(line, *shares)
        lines = self.split(line, (self.supplier, 50), (self.carrier, 50))
        with self.assertRaisesRegex(UserError, "asked twice"):
            self.split(line, (self.supplier, 50), (self.carrier, 50))
        self.assertEqual(sum(lines.mapped("amount_claimed")), 400)

    def test_a_share_is_split_further(self):
        line = self._make_repair().claim_line_ids
        lines = self.split(line, (self.supplier, 50), (self.carrier, 50))
        share = lines - line
        third = self.env["res.partner"].create({"name": "Third", "is_company": True})
        again = self.split(share, (self.carrier, 40), (third, 60))
        self.assertEqual(sorted(again.mapped("split_share")), [20, 30, 50])
        self.assertEqual(again.filtered(lambda line: line.supplier_id == third).state, "blocked")

    def test_a_share_keeps_its_supplier_when_checked_again(self):
        lines = self.split(self._make_repair().claim_line_ids, (self.carrier, 75), (self.supplier, 25))
        lines.with_user(self.clerk).action_recheck()
        self.assertEqual(
            {line.supplier_id: line.amount_claimed for line in lines}, {self.carrier: 300, self.supplier: 100}
        )

    def test_only_waiting_lines_are_split_and_only_by_clerks(self):
        claim = self._make_claim()
        with self.assertRaisesRegex(UserError, "This step is for lines"):
            claim.line_ids.action_split()
        line = self._make_repair().claim_line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.technician).action_split()
        with self.assertRaises(AccessError):
            line.with_user(self.technician)._split([(self.supplier, 100)])

    def test_the_wizard_shows_what_is_missing_to_a_hundred(self):
        line = self._make_repair().claim_line_ids.with_user(self.clerk)
        wizard = self.env["parts.claim.split"].with_user(self.clerk).browse(line.action_split()["res_id"])
        with Form(wizard) as form:
            with form.share_ids.edit(0) as share:
                share.share = 70
            self.assertEqual(form.total, 70)

    def _answer_for(self, *lines):
        def prepare(repair):
            repair.responsibility_ids = [Command.create(line) for line in lines]

        return prepare

    def test_shares_of_responsibility_split_the_claim_by_themselves(self):
        """Covers: C-00-R2, C-05-R1."""
        self.cover_labor()
        prepare = self._answer_for(
            {"party": "supplier", "share": 50},
            {"party": "carrier", "partner_id": self.carrier.id, "share": 30, "kind": "transport"},
            {"party": "ourselves", "share": 20, "kind": "installation"},
        )
        repair = self.repair_with_labor(prepare=prepare)
        parts = self.of_kind(repair, "part")
        amounts = {line.supplier_id: line.amount_claimed for line in parts}
        self.assertEqual(amounts, {self.supplier: 200, self.carrier: 120})
        labor = self.of_kind(repair, "labor")
        self.assertEqual(labor.filtered(lambda line: line.supplier_id == self.supplier).amount_claimed, 135)
        self.lines._collect_missed()
        self.assertEqual(len(repair.claim_line_ids), 4, "nothing twice")

    def test_our_own_fault_is_nobodys_claim(self):
        """Covers: C-00-R2."""
        repair = self.repair_with_labor(prepare=self._answer_for({"party": "ourselves", "share": 100}))
        line = self.of_kind(repair, "part")
        self.assertEqual((line.state, line.amount_claimed), ("blocked", 0))
        self.assertIn("No supplier answers for the fault", line.problem)
        line.with_user(self.clerk).action_recheck()
        self.assertEqual(line.state, "blocked")

    def test_the_customers_misuse_is_not_claimed(self):
        """Covers: C-00-R2."""
        prepare = self._answer_for(
            {"party": "customer", "share": 40, "kind": "misuse"}, {"party": "supplier", "share": 60}
        )
        line = self.of_kind(self.repair_with_labor(prepare=prepare), "part")
        self.assertEqual((line.split_share, line.amount_claimed), (60, 240))

    def test_shares_withdrawn_after_filing_are_claimable_as_they_were(self):
        lines = self.split(self._make_repair().claim_line_ids, (self.supplier, 50), (self.carrier, 50))
        lines.with_user(self.clerk).action_add_to_claims()
        claim = lines[0].claim_id
        claim.with_user(self.clerk).action_submit()
        claim.with_user(self.manager).action_cancel()
        live = self.lines.search([("repair_id", "=", lines.repair_id.id), ("state", "!=", "canceled")])
        self.assertEqual(sorted(live.mapped("amount_claimed")), [200, 200])
