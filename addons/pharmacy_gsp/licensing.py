# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass

from odoo import models


@dataclass(frozen=True, slots=True)
class LicenseNeed:
    """One regulated product that somebody must be licensed for, as ``gsp.license`` judges lists of these.

    :param document: the order or transfer that is refused
    :param company: our company on the document; its calendar day counts
    :param party: whose licenses are asked for: ``own``, ``supplier`` or ``buyer``
    :param partner: supplier or buyer; empty for ``own``
    :param warehouse: store of ours where it happens, may be empty
    """

    document: models.BaseModel
    company: models.BaseModel
    party: str
    partner: models.BaseModel
    product: models.BaseModel
    warehouse: models.BaseModel


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One regulated product that is asked for, ordered or received from a supplier, whatever the door."""

    document: models.BaseModel
    company: models.BaseModel
    partner: models.BaseModel
    product: models.BaseModel
    warehouse: models.BaseModel
