# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from math import ceil
from unicodedata import east_asian_width

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

# Latin letters of the part and reason columns that fit on one printed line, and printed lines on one page.
PART_WIDTH = 28
REASON_WIDTH = 22
PAGE_LINES = 20
# Lines read at once, and what is read of each claim line.
READ_LINES = 1000
STATEMENT_FIELDS = [
    "amount_refused",
    "decision_reason",
    "expense_id",
    "move_id",
    "name",
    "product_id",
    "quantity",
    "repair_id",
    "scrap_id",
    "ticket_id",
    "unit_lot_id",
    "unit_price",
    "uom_id",
]
# More documents than these are not named one by one.
NAMED_DOCUMENTS = 3


class ClaimSettlement(models.Model):
    """What the printed statement and the spreadsheet say: one source for both."""

    _inherit = "claim.settlement"

    def _get_statement_rows(self):
        """All rows of the statement, see ``_iter_statement_rows()``."""
        return list(self._iter_statement_rows())

    def _iter_statement_rows(self):
        """Rows of the statement in printing order, in the language of the context.

        However many there are, only some are in memory at once.

        :return: iterator over dicts: number, claim, repair, ticket, serial, part, quantity, unit, price, claimed,
            agreed, refused, reason; amounts in the settlement's currency, without tax
        """
        self.ensure_one()
        done = 0
        for ids in split_every(READ_LINES, self._get_statement_line_ids()):
            lines = self.env["claim.settlement.line"].browse(ids)
            self._fetch_statement_lines(lines)
            for number, line in enumerate(lines, done + 1):
                yield self._prepare_statement_row(number, line)
            done += len(lines)
            if len(ids) == READ_LINES:
                self.env.invalidate_all()
        for number, variance in enumerate(self.variance_ids.sorted("id"), done + 1):
            yield self._prepare_variance_row(number, variance)

    def _get_statement_line_ids(self):
        """Ids of the lines in printing order: by claim, then as in the claim."""
        self.line_ids.check_access("read")
        for model in ("claim.settlement.line", "parts.claim.line", "parts.claim"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM claim_settlement_line AS line
                  JOIN parts_claim_line AS claimed ON claimed.id = line.claim_line_id
                  JOIN parts_claim AS claim ON claim.id = claimed.claim_id
                 WHERE line.settlement_id = %s
              ORDER BY claim.name COLLATE "C", claimed.sequence, claimed.id
                """,
                self.id,
            )
        )
        return [line_id for (line_id,) in rows]

    def _fetch_statement_lines(self, lines):
        """Read what the statement prints and no more: repairs and units have many fields."""
        lines.fetch(["amount", "amount_claimed", "claim_id", "claim_line_id"])
        claimed = lines.claim_line_id
        claimed.fetch(STATEMENT_FIELDS)
        for origin in (claimed.repair_id, claimed.scrap_id, claimed.unit_lot_id):
            origin.fetch(["name"])

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
            "refused": self.currency_id.round(self._get_refused()),
            "tax": self.amount_tax,
            "total": self.amount_total,
        }

    def _get_refused(self):
        """Sum that the supplier refused of the lines settled here."""
        domain = Domain("settlement_line_ids.settlement_id", "in", self.ids)
        [[refused]] = self.env["parts.claim.line"]._read_group(domain, [], ["amount_refused:sum"])
        return refused

    def _get_document_names(self):
        """Numbers of the documents; of many, the first and the last and how many."""
        self.ensure_one()
        # sudo: who may read the statement may read the numbers of its documents
        names = self.sudo()._get_documents().sorted("id").mapped("name")
        if len(names) <= NAMED_DOCUMENTS:
            return ", ".join(names)
        return self.env._(
            "%(first)s … %(last)s (%(count)s documents)", first=names[0], last=names[-1], count=len(names)
        )

    def _get_statement_words(self):
        """The total in words, in Chinese and in English, whatever the language of the statement."""
        self.ensure_one()
        return {
            lang: self.currency_id._get_amount_in_words(self.amount_total, lang)
            for lang in ("zh_CN", "en_US")
        }
