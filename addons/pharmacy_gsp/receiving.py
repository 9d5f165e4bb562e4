# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass

from odoo import models

# What stands in the places of a pharmacy, and the color of the sign that hangs there (GSP art. 83).
ZONE_COLORS = {
    "receiving": "yellow",
    "returned": "yellow",
    "storage": "green",
    "shipping": "green",
    "split": "green",
    "nonconforming": "red",
}
# Goods in places of these colors have not been released (yellow) or never will be (red).
LOCKED_COLORS = frozenset({"yellow", "red"})

# Where the law wants each special class kept (matrix of GSP *17301).
SPECIAL_STORES = {
    "narcotic": frozenset({"special_store"}),
    "psychotropic_1": frozenset({"special_store"}),
    "toxic": frozenset({"special_store"}),
    "radioactive": frozenset({"radiation_store", "radiation_cabinet"}),
    "poppy_shell": frozenset({"poppy_store"}),
    "precursor": frozenset({"precursor_store", "special_store"}),
    "psychotropic_2": frozenset({"dedicated_store", "dedicated_zone", "dedicated_cabinet"}),
    "anabolic": frozenset({"dedicated_store", "dedicated_zone", "dedicated_cabinet"}),
    "peptide": frozenset({"dedicated_store", "dedicated_zone", "dedicated_cabinet"}),
}
# Peptide hormones of the cold chain have a cold room, or a zone in one, of their own.
COLD_PEPTIDE_STORES = frozenset({"cold_store", "cold_zone"})

# Special classes that two people accept together.
TWO_PEOPLE_CLASSES = frozenset(
    {"narcotic", "psychotropic_1", "psychotropic_2", "toxic", "radioactive", "poppy_shell", "precursor"}
)


@dataclass(frozen=True, slots=True)
class StorageLine:
    """One quantity of a regulated product that is put somewhere, or moved from one place of ours to another.

    :param document: the transfer or acceptance that is refused
    :param lot: empty recordset for a device without lot
    :param source: empty when only the destination is judged
    """

    document: models.BaseModel
    company: models.BaseModel
    product: models.BaseModel
    lot: models.BaseModel
    source: models.BaseModel
    destination: models.BaseModel


class AcceptanceRun:
    """Marks the transfers by which an acceptance takes goods out of the receiving zone; no client can send one."""

    @classmethod
    def get(cls, env):
        """The run that ``env`` belongs to, or None."""
        run = env.context.get("gsp_acceptance_run")
        return run if isinstance(run, cls) else None
