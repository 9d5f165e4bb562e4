# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClaimsCommon

MODELS = (
    "claim.agreement",
    "claim.agreement.line",
    "old.part",
    "parts.claim",
    "parts.claim.line",
    "claim.settlement",
    "claim.settlement.line",
)


@tagged("post_install", "-at_install")
class TestAccess(ClaimsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger_company = cls._make_company("Parts Claims Test Stranger")
        cls.stranger = cls._make_user(
            "stranger", "parts_claims.parts_claims_group_manager", company=cls.stranger_company
        )
        cls.portal = new_test_user(cls.env, "supplier.portal", groups="base.group_portal")
        cls.portal.partner_id.parent_id = cls.supplier
        cls.seller = cls._make_user("salesman", "sales_team.group_sale_salesman")

    def setUp(self):
        super().setUp()
        self.agreement_rule = self.env["claim.agreement"].create(
            {
                "name": "Rule",
                "company_id": self.company.id,
                "supplier_id": self.supplier.id,
                "date_from": "2030-01-01",
                "line_ids": [Command.create({"product_tmpl_id": self.fan.product_tmpl_id.id})],
            }
        )
        self._make_settlement()

    def test_another_company_sees_nothing(self):
        for model in MODELS:
            with self.subTest(model=model):
                self.assertTrue(self.env[model].search_count([("company_id", "=", self.company.id)]))
                theirs = (
                    self.env[model]
                    .with_user(self.stranger)
                    .with_context(allowed_company_ids=self.stranger_company.ids)
                )
                self.assertFalse(theirs.search([("company_id", "=", self.company.id)]))

    def test_another_company_can_do_nothing(self):
        claim = self.env["parts.claim"].search([("company_id", "=", self.company.id)], limit=1)
        settlement = self.env["claim.settlement"].search([("company_id", "=", self.company.id)], limit=1)
        line = self._make_repair().claim_line_ids
        for action in (
            claim.with_user(self.stranger).action_submit,
            claim.with_user(self.stranger).action_cancel,
            line.with_user(self.stranger).action_add_to_claims,
            line.with_user(self.stranger).action_recheck,
            line.with_user(self.stranger).action_waive,
            settlement.with_user(self.stranger).action_post,
            settlement.with_user(self.stranger).action_cancel,
            self.agreement.with_user(self.stranger).action_close,
            line.old_part_ids.with_user(self.stranger).action_return,
        ):
            with self.subTest(action=action), self.assertRaises(AccessError):
                action()

    def test_portal_users_of_the_supplier_see_nothing_yet(self):
        for model in MODELS:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([])

    def test_salespeople_see_nothing(self):
        for model in MODELS:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])

    def test_technicians_see_no_prices_of_suppliers(self):
        for model in ("parts.claim", "parts.claim.line", "claim.agreement", "claim.settlement"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.technician).search([])

    def test_technicians_finish_repairs_without_rights_on_claims(self):
        repair = self._make_repair(finish=False)
        self._finish(repair, self.technician)
        self.assertEqual(repair.claim_line_ids.state, "claimable")
