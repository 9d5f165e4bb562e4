# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models, tools
from odoo.tools import frozendict


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.model_create_multi
    def create(self, vals_list):
        sequences = super().create(vals_list)
        self.env.registry.clear_cache()
        return sequences

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _next_many_by_code(self, sequence_code, count, company):
        """Draw ``count`` numbers of the company's sequence in one go.

        A delivery of a thousand serial numbers names a thousand warranties; asking for one number at a time
        would cost a thousand queries. Falls back on the shared sequence as ``next_by_code`` does.

        :return: list of ``count`` strings, in order; empty if there is no such sequence
        """
        sequence = self.browse(self._get_id_by_code(sequence_code, company.id))
        return sequence._next_many(count) if sequence else []

    @api.model
    @tools.ormcache("sequence_code", "company_id")
    def _get_id_by_code(self, sequence_code, company_id):
        # sudo: kept for all users; drawing a number changes nothing but the number
        sequence = (
            self.sudo()
            .with_context({})
            .search(
                [("code", "=", sequence_code), ("company_id", "in", [company_id, False])],
                order="company_id",
                limit=1,
            )
        )
        return tuple(sequence.ids)

    def _next_many(self, count):
        """Draw ``count`` numbers of one sequence: list of strings, in order."""
        self.ensure_one()
        form = self._get_number_form()
        if not form:
            return [self._next() for _number in range(count)]
        self.env.cr.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [f"ir_sequence_{self.id:03d}", count]
        )
        numbers = [number for (number,) in self.env.cr.fetchall()]
        # A new record with the same form: its prefix and suffix are worked out without reading the sequence again.
        prefix, suffix = self.new(form)._get_prefix_suffix()
        return [f"{prefix}{str(number).zfill(form['padding'])}{suffix}" for number in numbers]

    @tools.ormcache("self.id")
    def _get_number_form(self):
        """What the numbers of one sequence look like, as values; None if they are not drawn from PostgreSQL's own
        sequence."""
        # sudo: kept for all users; the numbers are on every document
        sequence = self.sudo()
        if sequence.implementation != "standard" or sequence.use_date_range:
            return None
        return frozendict({name: sequence[name] for name in ("name", "prefix", "suffix", "padding")})
