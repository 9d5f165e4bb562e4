# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from math import ceil
from unicodedata import east_asian_width

from odoo import models

# Latin letters of the part and reason columns that fit on one printed line, and printed lines on one page.
PART_WIDTH = 28
REASON_WIDTH = 22
PAGE_LINES = 20


class ClaimSettlement(models.Model):
    """What the printed statement and the spreadsheet say: one source for both."""

    _inherit = "claim.settlement"

    def _get_statement_rows(self):
        """Rows of the statement in printing order, in the language of the context.

        :return: list of dicts: number, claim, repair, ticket, serial, part, quantity, unit, price, claimed, agreed,
            refused, reason; amounts in the settlement's currency, without tax
        """
        self.ensure_one()
        rows = [
            self._prepare_statement_row(number, line)
            for number, line in enumerate(self._get_statement_lines(), 1)
        ]
        return rows + [
            self._prepare_variance_row(number, variance)
            for number, variance in enumerate(self.variance_ids.sorted("id"), len(rows) + 1)
        ]

    def _get_statement_lines(self):
        return self.line_ids.sorted(
            lambda line: (line.claim_id.name, line.claim_line_id.sequence, line.claim_line_id.id)
        )

    def _prepare_statement_row(self, number, line):
        claimed = line.claim_line_id
        return {
            "number": number,
            "claim": line.claim_id.name,
            "repair": claimed._get_origin_name(),
            # Who reads the statement need not be able to open the customer's ticket: only its number is printed.
            "ticket": claimed.ticket_id.sudo().number or "",
            "serial": claimed.unit_lot_id.name or "",
            "part": claimed.name or claimed.product_id.display_name,
            "quantity": claimed.quantity,
            "unit": claimed.uom_id.name,
            "price": claimed.unit_price,
            "claimed": line.amount_claimed,
            "agreed": line.amount,
            "refused": claimed.amount_refused,
            "reason": claimed.decision_reason or "",
        }

    def _prepare_variance_row(self, number, variance):
        blank = dict.fromkeys(("claim", "repair", "ticket", "serial", "unit"), "")
        return blank | {
            "number": number,
            "part": self.env._("Variance"),
            "quantity": 1.0,
            "price": variance.amount,
            "claimed": 0.0,
            "agreed": variance.amount,
            "refused": 0.0,
            "reason": variance.reason,
        }

    def _get_statement_pages(self):
        """The rows, page by page, as many as fit: the page itself must say which of how many it is."""
        pages, used = [[]], 0
        for row in self._get_statement_rows():
            height = max(
                1, self._count_lines(row["part"], PART_WIDTH), self._count_lines(row["reason"], REASON_WIDTH)
            )
            if used + height > PAGE_LINES and pages[-1]:
                pages.append([])
                used = 0
            pages[-1].append(row)
            used += height
        return pages

    def _count_lines(self, text, width):
        """Printed lines of a text in a column; a Chinese character is as wide as two letters."""
        return ceil(sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text) / width)

    def _get_statement_totals(self):
        """Sums of the statement: claimed, agreed, refused, tax, total."""
        self.ensure_one()
        return {
            "claimed": self.amount_claimed,
            "agreed": self.amount_untaxed,
            "refused": self.currency_id.round(sum(self.line_ids.mapped("amount_refused"))),
            "tax": self.amount_tax,
            "total": self.amount_total,
        }

    def _get_statement_words(self):
        """The total in words, in Chinese and in English, whatever the language of the statement."""
        self.ensure_one()
        return {
            lang: self.currency_id._get_amount_in_words(self.amount_total, lang)
            for lang in ("zh_CN", "en_US")
        }
