# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the rules of a statute judge by: plain data, gathered once for all units in question."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

# Art. 24 of the car rules: the ten assemblies whose main parts count, the first four of which count themselves
DRIVE_ASSEMBLIES = ("engine", "gearbox", "traction_battery", "motor")
ASSEMBLIES = [
    ("engine", "Engine"),
    ("gearbox", "Gearbox"),
    ("traction_battery", "Traction Battery"),
    ("motor", "Drive Motor"),
    ("steering", "Steering"),
    ("brake", "Brakes"),
    ("suspension", "Suspension"),
    ("transmission", "Transmission"),
    ("emission", "Emission Control"),
    ("body", "Body"),
]
PART_ROLES = [("assembly", "The Assembly Itself"), ("main_part", "Main Part of It")]


class NotInForceError(Exception):
    """A rule cannot be judged by: the law knew no such figure then, or the start of cover is not known."""


@dataclass(slots=True)
class PartFacts:
    """A part put into a unit by a repair, or about to be."""

    template: Any
    assembly: str
    role: str
    done: bool


@dataclass(slots=True)
class RepairFacts:
    """One repair of a unit.

    Days are counted by Art. 40 of the car rules; ``counted_days`` leave out transport of special parts and travel,
    ``own_days`` the time spent waiting for parts.
    """

    repair: Any
    number: int
    day: date
    reported: datetime
    km: float | None
    finished: bool
    days: int
    counted_days: int
    own_days: int
    waited: bool
    faults: frozenset = frozenset()
    severe: bool = False
    early_return: bool = False
    fault_assemblies: frozenset = frozenset()
    persists: bool = False
    parts: list = field(default_factory=list)
    exempt: bool = False

    @property
    def assemblies(self):
        """The assemblies that the repair is about: by its faults and by its parts."""
        return self.fault_assemblies | {part.assembly for part in self.parts if part.assembly}


@dataclass(slots=True)
class UnitFacts:
    """A unit with all its repairs in one company, the earliest report first; ``focus``: those judged right now.

    ``judged_ids`` are the ids of the repairs judged right now, canceled ones among them.
    """

    key: str
    company: Any
    product: Any
    lot: Any
    registration: Any
    statutes: Any
    is_particular: bool
    start: date | None
    repairs: list
    focus: list
    judged_ids: frozenset

    @property
    def counted(self):
        """The repairs that count: of faults the seller answers for."""
        return [facts for facts in self.repairs if not facts.exempt]

    @property
    def judged(self):
        """The repairs judged right now, of faults the seller answers for."""
        return [facts for facts in self.focus if not facts.exempt]


@dataclass(slots=True)
class Right:
    """A right that has arisen: ``subject`` tells apart what one rule can give more than once for a unit.

    ``reason`` is a list of sentences as codes with values, see ``warranty.statute.finding._get_reason_sentences``.
    """

    rule: Any
    subject: str
    repair: Any
    reason: list
    counted: list
    loan_days: int = 0
