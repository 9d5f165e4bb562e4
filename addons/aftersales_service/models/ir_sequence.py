# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.model
    def _next_many_by_code(self, sequence_code, count, company):
        """Draw ``count`` numbers of the company's sequence in one go.

        A delivery of a thousand serial numbers names a thousand warranties; asking for one number at a time
        would cost a thousand queries. Falls back on the shared sequence as ``next_by_code`` does.

        :return: list of ``count`` strings, in order; empty if there is no such sequence
        """
        sequence = self.search(
            [("code", "=", sequence_code), ("company_id", "in", [company.id, False])],
            order="company_id",
            limit=1,
        )
        return sequence._next_many(count) if sequence else []

    def _next_many(self, count):
        """Draw ``count`` numbers of one sequence: list of strings, in order."""
        self.ensure_one()
        if self.implementation != "standard" or self.use_date_range:
            return [self._next() for _number in range(count)]
        self.env.cr.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [f"ir_sequence_{self.id:03d}", count]
        )
        numbers = [number for (number,) in self.env.cr.fetchall()]
        prefix, suffix = self._get_prefix_suffix()
        return [f"{prefix}{str(number).zfill(self.padding)}{suffix}" for number in numbers]
