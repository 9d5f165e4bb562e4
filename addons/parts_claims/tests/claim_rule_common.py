# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields

from .common import ClaimsCommon


class ClaimRuleCommon(ClaimsCommon):
    """Two repairs of one unit, the first with labor; rules adopted from the patterns and put live one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement.with_user(cls.manager).action_draft()
        cls.agreement.cover_ids = [
            fields.Command.create({"kind": "labor", "method": "percent", "percent": 100})
        ]
        cls.agreement.with_user(cls.manager).action_activate()
        cls.operation = cls.env["repair.operation"].create(
            {"code": "CMP", "name": "Change compressor", "hours": 3.0, "company_id": cls.company.id}
        )
        cls.repair = cls._make_repair({cls.part: 1, cls.fan: 2}, serial="UNIT", finish=False)
        cls.env["repair.labor"].create(
            {"repair_id": cls.repair.id, "operation_id": cls.operation.id, "rate": 120.0}
        )
        cls._finish(cls.repair)
        lines = cls.repair.claim_line_ids
        cls.line = lines.filtered(lambda line: line.product_id == cls.part)
        cls.fans = lines.filtered(lambda line: line.product_id == cls.fan)
        cls.labor = lines.filtered(lambda line: line.kind == "labor")
        cls.later = cls._make_repair({cls.part: 1}, serial="OTHER").claim_line_ids
        cls.lot = cls.line.unit_lot_id
        cls.later._set({"unit_lot_id": cls.lot.id})
        cls.today = cls.company._get_law_date()

    @classmethod
    def adopt(cls, name, live=True, **vals):
        """The company's own copy of a pattern, live unless said otherwise."""
        pattern = cls.env.ref(f"parts_claims.claim_rule_{name}")
        vals = {"company_id": cls.company.id, "currency_id": cls.company.currency_id.id, **vals}
        rule = pattern.copy(vals).with_user(cls.manager)
        if live:
            rule.action_activate()
        return rule

    def audit(self, lines):
        return lines.with_user(self.clerk)._audit()

    def assertFinds(self, rule, lines, text=""):
        """The rule decides on each of the lines, for the reason named."""
        results = self.audit(lines)
        for line in lines:
            self.assertEqual(results[line.id].rule, rule)
            self.assertEqual(results[line.id].outcome, rule.outcome)
            self.assertIn(text, results[line.id].reason)

    def assertPasses(self, lines):
        """No rule decides on any of the lines."""
        for result in self.audit(lines).values():
            self.assertEqual((result.outcome, bool(result.rule)), ("manual", False), result.reason)

    def make_campaign(self, kind="technical", parts=None, lot=None, start=True, **vals):
        campaign = self.env["warranty.campaign"].create(
            {
                "title": "Leaking seals",
                "company_id": self.company.id,
                "kind": kind,
                "date_from": "2020-01-01",
                "part_ids": [
                    fields.Command.create({"product_id": part.id, "quantity": 1})
                    for part in (parts or self.part)
                ],
                "line_ids": [fields.Command.create({"lot_id": (lot or self.lot).id})],
                **vals,
            }
        )
        if start:
            campaign.sudo().action_start()
        return campaign

    def put_into_campaign(self, campaign, lines):
        """As if the lines had been claimed for a campaign."""
        for line in lines:
            line.move_id._write_coverage({"campaign_id": campaign.id, "coverage": "campaign"})
            line._set({"origin_kind": "campaign"})
