# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command

from .common import ClaimsCommon


class ClaimKindCommon(ClaimsCommon):
    """Agreements that cover more than parts, and repairs with labor and expenses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = cls.env["parts.claim.line"]
        cls.operation = cls.env["repair.operation"].create(
            {"code": "CMP", "name": "Change compressor", "hours": 3.0, "company_id": cls.company.id}
        )
        cls.carrier = cls.env["res.partner"].create({"name": "Fast Freight", "is_company": True})

    def terms(self, agreement=None, **vals):
        """Change terms in force."""
        agreement = (agreement or self.agreement).with_user(self.manager)
        agreement.action_draft()
        agreement.write(vals)
        agreement.action_activate()

    def cover(self, kind, method="percent", **vals):
        return Command.create({"kind": kind, "method": method, **vals})

    def cover_labor(self, **vals):
        self.terms(cover_ids=[self.cover("labor", "hourly", amount=90.0)], **vals)

    def repair_with_labor(self, parts=None, labor=None, prepare=None, **vals):
        """A finished repair.

        :param labor: list of values of labor lines
        :param prepare: called with the repair before work starts
        """
        repair = self._make_repair(parts, finish=False, **vals)
        labor = labor or [{"operation_id": self.operation.id}]
        self.env["repair.labor"].create([{"repair_id": repair.id, "rate": 120.0, **line} for line in labor])
        if prepare:
            prepare(repair)
        self._finish(repair)
        return repair

    def of_kind(self, repair, kind):
        return repair.claim_line_ids.filtered(lambda line: line.kind == kind)

    def expense(self, **vals):
        return (
            self.env["claim.expense"]
            .with_user(self.clerk)
            .create({"kind": "freight", "name": "Courier", "amount": 60.0, **vals})
        )
