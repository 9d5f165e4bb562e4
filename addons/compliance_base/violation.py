# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one record breaks, as found by a gate.

    A gate collects all its violations and hands them over at once, see ``compliance.refusal._refuse``.

    :param str rule: stable code of the rule, e.g. ``"gsp.sale.expired"``; it never changes with the language
    :param record: recordset of at most one record: what the rule looked at
    :param str message: whole sentence in the user's language that names the record and says what is wrong
    :param str remedy: whole sentence: what the user can do about it
    :param str reference: where the rule comes from (article of the law, clause of the contract)
    """

    rule: str
    record: Any
    message: str
    remedy: str = ""
    reference: str = ""

    def describe(self):
        """Return the violation as the paragraph that the user reads."""
        first = f"{self.message} [{self.reference}]" if self.reference else str(self.message)
        return f"{first}\n→ {self.remedy}" if self.remedy else first
