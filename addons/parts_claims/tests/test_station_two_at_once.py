# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from .two_at_once import TwoAtOnce


@tagged("post_install", "-at_install")
class TestStationTwoAtOnce(TwoAtOnce):
    """A station files the same repair twice at the same moment, on two real connections."""

    def _make_world(self, env):
        company = env["res.company"].search([], limit=1)
        station = env["res.partner"].create({"name": "Station of two at once", "is_company": True})
        unit = env["product.product"].create(
            {"name": "Unit of two at once", "is_storable": True, "tracking": "serial"}
        )
        lot = env["stock.lot"].create(
            {"name": "TWO-AT-ONCE", "product_id": unit.id, "company_id": company.id}
        )
        self.vals = {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "direction": "inbound",
            "kind": "part",
            "origin_kind": "station",
            "product_id": unit.id,
            "quantity": 1,
            "repair_date": "2026-01-15",
            "station_document": "R-1",
            "supplier_id": station.id,
            "unit_lot_id": lot.id,
            "uom_id": unit.uom_id.id,
        }
        self.addCleanup(self._remove_world, station.id, unit.id, lot.id)

    def _remove_world(self, station_id, unit_id, lot_id):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["stock.lot"].browse(lot_id).unlink()
            env["product.product"].browse(unit_id).unlink()
            env["res.partner"].browse(station_id).unlink()

    def test_the_same_repair_is_filed_by_one_of_two_users(self):
        self.first["parts.claim.line"].create(self.vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(LockNotAvailable):
            self.second["parts.claim.line"].create(self.vals | {"station_document": " r-1"})
