# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register.

    :param name: field of the register's model, or a path through many2one fields
    :param width: in characters, for spreadsheet and print alike
    :param label: heading; None: that of the field, in the reader's language
    :param total: whether the column is summed at the end
    :param value: takes the record, gives what is shown; None: the value of the field
    """

    name: str
    width: int = 14
    label: str | None = None
    total: bool = False
    value: Callable | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A register as an inspector reads it: declared once, printed and saved alike.

    :param period: date or datetime field that the period is about; None: the register shows what is, whatever the day
    :param domain: what belongs in the register
    :param order: of a register without period
    :param groups: external ids of the groups, separated by commas, that may print it
    :param parent: (model, many2one field) of a register that belongs to one record; it is printed from there
    :param identity: many2one to the registered buyer, where names may be shown in full to those who need to know
    """

    code: str
    title: str
    model: str
    columns: tuple[Column, ...]
    period: str | None = None
    domain: tuple = ()
    order: str = "id"
    groups: str = "pharmacy_gsp.pharmacy_gsp_group_clerk"
    parent: tuple[str, str] | None = None
    identity: str | None = None
