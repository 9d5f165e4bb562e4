# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.fields import Command

from .common import AftersalesCase


class StatuteCase(AftersalesCase):
    """A family car sold to a private customer on 1 March 2024, its parts and faults; a washing machine beside it."""

    sold_on = "2024-03-01 02:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.driver = cls.env["res.partner"].create({"name": "Driver", "email": "driver@example.com"})
        cls.company.country_id = cls.env.ref("base.cn")  # whose public holidays count
        cls.car_statute = cls.env.ref("aftersales_service.warranty_statute_car")
        cls.goods_statute = cls.env.ref("aftersales_service.warranty_statute_goods")
        category = cls.env["product.category"]
        cls.car_categ = category.create({"name": "Cars", "statute_id": cls.car_statute.id})
        cls.sedan_categ = category.create({"name": "Sedans", "parent_id": cls.car_categ.id})
        cls.goods_categ = category.create({"name": "Appliances", "statute_id": cls.goods_statute.id})
        cls.car = cls.create_product("Car", cls.sedan_categ, tracking="serial", list_price=200000)
        cls.washer = cls.create_product("Washer", cls.goods_categ, tracking="serial", list_price=3000)
        cls.engine = cls.create_part("Engine", "engine", "assembly")
        cls.crankshaft = cls.create_part("Crankshaft", "engine", "main_part")
        cls.rack = cls.create_part("Steering rack", "steering", "main_part")
        cls.pads = cls.create_part("Brake pads", False, "main_part")
        cls.car_term = cls.env["warranty.term"].create(
            {
                "name": "Cars",
                "valid_from": "2022-01-01",
                "categ_ids": [Command.set(cls.car_categ.ids)],
                "line_ids": [
                    Command.create(
                        {
                            "component_id": cls.main_unit.id,
                            "months": 36,
                            "meter_limit": 60000,
                            "meter_unit": "km",
                        }
                    )
                ],
            }
        )
        cls.goods_term = cls.env["warranty.term"].create(
            {
                "name": "Appliances",
                "valid_from": "2022-01-01",
                "categ_ids": [Command.set(cls.goods_categ.ids)],
                "line_ids": [Command.create({"component_id": cls.main_unit.id, "months": 12})],
            }
        )
        cls.noise = cls.create_fault("NOISE", "Noise")
        cls.leak = cls.create_fault("LEAK", "Leak")
        cls.brake_failure = cls.create_fault(
            "BRAKE", "Brakes fail", is_severe=True, is_early_return=True, statute_assembly="brake"
        )
        cls.airbag = cls.create_fault("AIRBAG", "Airbag does not open", is_severe=True)
        with freeze_time(cls.sold_on):
            cls.car_lot = cls.create_lots(product=cls.car, prefix="VIN")
            cls.washer_lot = cls.create_lots(product=cls.washer, prefix="WM")
            cls.car_order = cls.sell_and_deliver(cls.car_lot, partner=cls.driver, price=200000)
            cls.washer_order = cls.sell_and_deliver(cls.washer_lot, partner=cls.driver, price=3000)

    @classmethod
    def create_part(cls, name, assembly, role):
        part = cls.create_product(
            name, cls.part_categ, list_price=100, statute_assembly=assembly, statute_part_role=role
        )
        part.seller_ids = [Command.create({"partner_id": cls.supplier.id, "price": 40})]
        cls.add_stock(part, 10)
        return part

    @classmethod
    def create_fault(cls, code, name, **vals):
        return cls.env["service.fault"].create({"code": code, "name": name, "kind": "cause", **vals})

    # Steps

    @staticmethod
    def after(moment, **delta):
        """A moment later than another one, as text."""
        return str(datetime.fromisoformat(moment) + timedelta(**delta))

    def days_after_sale(self, days):
        return self.after(self.sold_on, days=days)

    def sell_car(self, prefix):
        """Another car, sold on the same day: its meter has shown nothing yet."""
        with freeze_time(self.sold_on):
            lot = self.create_lots(product=self.car, prefix=prefix)
            self.sell_and_deliver(lot, partner=self.driver, price=200000)
        return lot

    def report(self, when, lot=None, parts=(), km=None, **vals):
        """A unit comes in with a fault at a moment, and diagnosis begins."""
        with freeze_time(when):
            repair = self.create_repair(
                lot or self.car_lot,
                [("add", part) for part in parts],
                **{"partner_id": self.driver.id, **vals},
                **({"meter_reading": km, "meter_unit": "km"} if km else {}),
            )
            repair.action_start_diagnosis()
        return repair

    def finish(self, repair, when):
        with freeze_time(when):
            self.finish_repair(repair)
        return repair

    def mend(self, when, lot=None, hours=2, **vals):
        """A repair from report to ready."""
        return self.finish(self.report(when, lot, **vals), self.after(when, hours=hours))

    def judge(self, repair, when):
        """What a nightly run or the button would find at a moment."""
        with freeze_time(when):
            return repair.action_check_statutes()

    def rights(self, unit, article=None, method=None, statute=None):
        """The rights of a unit (or of a repair's unit) that hold, by article (of the car rules) or method."""
        lot = unit.lot_id if unit._name == "repair.order" else unit
        domain = [("lot_id", "=", lot.id), ("state", "!=", "lapsed")]
        if article:
            domain += [("article", "=", article), ("statute_id", "=", (statute or self.car_statute).id)]
        if method:
            domain.append(("rule_id.method", "=", method))
        return self.env["warranty.statute.finding"].search(domain, order="id")

    def answer(self, finding, step, user=None, **vals):
        """Take a step through the wizard, as a user does."""
        wizard = self.env["warranty.statute.answer"].with_user(user or self.manager)
        return wizard.create({"finding_id": finding.id, "step": step, **vals}).action_apply()
