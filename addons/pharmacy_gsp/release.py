# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass

from odoo import models


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """What the seller has recorded about one quantity besides product and lot: read by the gate, kept in the register.

    :param identity: ``gsp.buyer.identity`` of the person who buys, may be empty
    :param expiry_told_how: how the buyer was told that the lot is near its expiry; empty if nobody told
    :param exception_reason: reason of quality for leaving the usual order or quantity
    :param course_days: days for which the goods will be taken, 0 if unknown
    :param price: paid for one unit of the product; None where no price is known (consumption, transfer by hand)
    :param usage: how a drug out of an opened pack is taken, as it will stand on the bag
    :param dosage: how much of it at a time, likewise
    """

    identity: models.BaseModel
    expiry_told_how: str | bool = False
    exception_reason: str | bool = False
    course_days: int = 0
    price: float | None = None
    usage: str | bool = False
    dosage: str | bool = False


@dataclass(frozen=True, slots=True)
class SplitFacts:
    """What is on record about goods that leave the split-sale bench.

    :param key: move and lot (ids): all lines with the same key are covered by the same records
    :param recorded: quantity in the unit of the product that was split and checked for this key
    """

    key: tuple
    recorded: float


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One quantity of one product that is about to leave the company's stock, whatever the door.

    The gate (``gsp.gate``) judges lists of these, so that a sale order, a transfer, a repair and a till
    meet the same rules.

    :param document: the order or transfer that is refused, as people know it
    :param quantity: in the unit of measure of the product
    :param lot: empty recordset while no lot is chosen yet
    :param lot_known: whether a missing lot is a fault (at delivery) or only not chosen yet (at confirmation)
    :param purpose: ``sale`` (to a buyer) or ``use`` (consumed in production or repair)
    :param prescription: ``gsp.prescription`` the document is linked to, may be empty
    :param partner: buyer
    :param available: quantity of the product that the prescription still gives to all lines of this check; None when
        it does not list the product. The gate itself fills it in
    :param facts: what the seller has recorded about this quantity
    :param location: place the goods are taken from; None while that is not known yet
    :param special_rules: ``gsp.special.rule`` of the product's special class. The gate itself fills it in
    :param split: ``SplitFacts`` of goods taken from the split-sale bench; None for all others
    """

    document: models.BaseModel
    company: models.BaseModel
    product: models.BaseModel
    quantity: float
    lot: models.BaseModel
    lot_known: bool
    purpose: str
    prescription: models.BaseModel
    partner: models.BaseModel
    available: float | None = None
    facts: SaleFacts | None = None
    location: models.BaseModel | None = None
    special_rules: models.BaseModel | None = None
    split: SplitFacts | None = None


@dataclass(frozen=True, slots=True)
class ReservationFilter:
    """Which stock may be reserved for a move.

    :param saleable: only lots that may still be sold: not expired in the company's calendar, not in quarantine
    :param accepted: only what has been accepted
    :param opened: True: only opened packs on the split-sale bench; False: only what is not there; None: both
    :param held: whether the product is held, with all its lots
    :param held_lots: identifiers of the lots that are held

    It travels in the context as an object of this class: no client can send one.
    """

    company: models.BaseModel
    saleable: bool = False
    accepted: bool = False
    opened: bool | None = None
    held: bool = False
    held_lots: tuple = ()

    @classmethod
    def get(cls, env):
        """The filter that ``env`` reserves with, or None."""
        found = env.context.get("gsp_reservation_filter")
        return found if isinstance(found, cls) else None


@dataclass(frozen=True, slots=True)
class KnownHolds:
    """Holds in force for all products that are reserved together, carried in the context; no client can send one."""

    holds: models.BaseModel

    @classmethod
    def get(cls, env):
        """The holds known in ``env``, or None."""
        found = env.context.get("gsp_known_holds")
        return found if isinstance(found, cls) else None


class ReleaseRun:
    """One run of a delivery through the platform, carried in the context; no client can send one.

    It marks the writes that the run itself makes on moves, and collects the delivered lines, so that the register is
    written once at the end, when everything else about the delivery is known.
    """

    def __init__(self):
        self.line_ids = []

    @classmethod
    def get(cls, env):
        """The run that ``env`` belongs to, or None."""
        run = env.context.get("gsp_release_run")
        return run if isinstance(run, cls) else None


class SplitRun:
    """Marks the transfers by which a pack is opened onto the bench, or its rest leaves it; no client can send one."""

    @classmethod
    def get(cls, env):
        """The run that ``env`` belongs to, or None."""
        run = env.context.get("gsp_split_run")
        return run if isinstance(run, cls) else None
