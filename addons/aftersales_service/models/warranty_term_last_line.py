# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextvars import ContextVar

from odoo import models

# Ids of the terms that are being written right now, and checked when that is done. A Python variable of this server:
# unlike a context key it cannot be sent by a client.
_rewriting = ContextVar("aftersales_service_term_lines", default=frozenset())


class WarrantyTerm(models.Model):
    """All lines of a term may be replaced in one go; none may be left without."""

    _inherit = "warranty.term"

    def write(self, vals):
        token = _rewriting.set(_rewriting.get() | set(self.ids))
        try:
            return super().write(vals)
        finally:
            _rewriting.reset(token)

    def unlink(self):
        """With the term go its lines."""
        token = _rewriting.set(_rewriting.get() | set(self.ids))
        try:
            return super().unlink()
        finally:
            _rewriting.reset(token)


class WarrantyTermLine(models.Model):
    _inherit = "warranty.term.line"

    def unlink(self):
        """A term covers something: its last line is not deleted past it."""
        terms = self.term_id.filtered(lambda term: term.id not in _rewriting.get())
        result = super().unlink()
        terms._check_lines()
        return result
