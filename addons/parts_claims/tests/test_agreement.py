# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestAgreement(ClaimsCommon):
    def _rule(self, **vals):
        return {"line_ids": [Command.create(vals)]}

    def _find(self, product, day=None, supplier=None):
        key = (self.company, supplier or self.supplier, product, day or date(2026, 5, 5))
        return self.env["claim.agreement"]._find([key])[key]

    def test_two_agreements_that_fit_equally_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "would both apply to all parts"):
            self._make_agreement(name="Second")

    def test_two_rules_for_the_same_part_are_refused(self):
        self._make_agreement(name="A", **self._rule(product_tmpl_id=self.fan.product_tmpl_id.id))
        with self.assertRaisesRegex(ValidationError, "A.*B|B.*A"):
            self._make_agreement(name="B", **self._rule(product_tmpl_id=self.fan.product_tmpl_id.id))

    def test_agreements_one_after_the_other_are_fine(self):
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.date_to = "2026-01-31"
        self.agreement.with_user(self.manager).action_activate()
        later = self._make_agreement(name="Later", date_from="2026-02-01")
        self.assertEqual(self._find(self.part, date(2026, 1, 31))[0][0], self.agreement)
        self.assertEqual(self._find(self.part, date(2026, 2, 1))[0][0], later)

    def test_reopening_the_dates_into_an_overlap_is_refused(self):
        other = self._make_agreement(name="Other", activate=False)
        with self.assertRaises(ValidationError):
            other.with_user(self.manager).action_activate()
        self.assertEqual(other.state, "draft")

    def test_the_closest_fit_applies(self):
        parent = self.env["product.category"].create({"name": "Cooling"})
        child = self.env["product.category"].create({"name": "Compressors", "parent_id": parent.id})
        self.part.categ_id = child
        wide = self._make_agreement(name="Cooling parts", **self._rule(categ_id=parent.id))
        self.assertEqual(self._find(self.part)[0][0], wide)
        near = self._make_agreement(name="Compressor parts", **self._rule(categ_id=child.id))
        self.assertEqual(self._find(self.part)[0][0], near)
        own = self._make_agreement(
            name="This one", **self._rule(product_tmpl_id=self.part.product_tmpl_id.id)
        )
        self.assertEqual(self._find(self.part)[0][0], own)
        self.assertEqual(self._find(self.fan)[0][0], self.agreement)

    def test_an_equal_fit_that_slipped_in_blocks_the_claim_and_names_both(self):
        """Two managers can put agreements in force at the same moment: neither sees the other's."""
        twin = self._make_agreement(name="Twin", activate=False)
        self.env.cr.execute("UPDATE claim_agreement SET state = 'active' WHERE id = %s", [twin.id])
        twin.invalidate_recordset()
        line = self._make_repair().claim_line_ids
        self.assertEqual(line.state, "blocked")
        self.assertIn("Recovery agreement", line.problem)
        self.assertIn("Twin", line.problem)
        with self.assertRaisesRegex(UserError, "Nothing of .* can be claimed"):
            line.repair_id.with_user(self.clerk).action_claim()

    def test_rules_limit_an_agreement_to_what_they_name(self):
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.write(
            self._rule(product_tmpl_id=self.fan.product_tmpl_id.id, share_percent=50, markup_percent=10)
        )
        self.agreement.with_user(self.manager).action_activate()
        self.assertEqual(self._find(self.part), [])
        line = self._make_repair({self.fan: 2}).claim_line_ids
        self.assertEqual((line.share_percent, line.markup_percent), (50, 10))
        self.assertEqual(line.unit_price, 30.53, "55.50 × 1.10 × 0.50")
        self.assertEqual(line.amount_claimed, 61.06)

    def test_only_a_manager_decides_on_agreements(self):
        draft = self._make_agreement(name="Draft", activate=False, date_from="2030-01-01")
        for user in (self.clerk, self.accountant):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_activate()
            with self.assertRaises(AccessError):
                draft.with_user(user).name = "Mine"
        self.assertEqual(draft.state, "draft")

    def test_state_and_terms_in_force_cannot_be_written(self):
        agreement = self.agreement.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            agreement.state = "draft"
        with self.assertRaisesRegex(UserError, "in force or closed"):
            agreement.share_percent = 50
        with self.assertRaisesRegex(UserError, "in force or closed"):
            agreement.write(self._rule(product_tmpl_id=self.fan.product_tmpl_id.id))
        with self.assertRaisesRegex(UserError, "in force or closed"):
            self.env["claim.agreement.line"].with_user(self.manager).create(
                {"agreement_id": agreement.id, "product_tmpl_id": self.fan.product_tmpl_id.id}
            )
        with self.assertRaisesRegex(UserError, "in force or closed"):
            agreement.unlink()
        vals = {"name": "X", "supplier_id": self.supplier.id, "date_from": "2030-01-01"}
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            agreement.create(vals | {"state": "active"})
        self.assertEqual(agreement.with_context(default_state="active").create(vals).state, "draft")

    def test_agreement_is_made_with_the_company_not_with_its_contact(self):
        contact = self.env["res.partner"].create({"name": "Sales desk", "parent_id": self.supplier.id})
        with self.assertRaisesRegex(ValidationError, "Harbor Compressors"):
            self._make_agreement(name="X", supplier_id=contact.id)

    def test_taxes_included_in_prices_are_refused(self):
        tax = self.env["account.tax"].create(
            {
                "name": "13 % included",
                "amount": 13,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                "price_include_override": "tax_included",
            }
        )
        with self.assertRaisesRegex(ValidationError, "added on top"):
            self._make_agreement(name="X", activate=False, tax_ids=[Command.link(tax.id)])

    def test_period_runs_from_its_day_to_the_day_before(self):
        agreement = self._make_agreement(name="X", activate=False, period_start_day=20)
        self.assertEqual(agreement._get_period(date(2026, 3, 19)), (date(2026, 2, 20), date(2026, 3, 19)))
        self.assertEqual(agreement._get_period(date(2026, 3, 20)), (date(2026, 3, 20), date(2026, 4, 19)))
        self.assertEqual(
            self.agreement._get_period(date(2026, 2, 28)),
            (date(2026, 2, 1), date(2026, 2, 28)),
            "calendar month",
        )
