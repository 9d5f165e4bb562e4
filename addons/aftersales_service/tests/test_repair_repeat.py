# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestRepeatRepair(AftersalesCase):
    """The same fault of the same unit again is recognized (A-13-R5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fault = cls.env["service.fault"]
        cls.leak, cls.noise = fault.create(
            [{"code": f"T-{name}", "name": name, "kind": "symptom"} for name in ("Leak", "Noise")]
        )
        cls.seal = fault.create({"code": "T-Seal", "name": "Seal worn", "kind": "cause"})
        cls.lot, cls.twin = cls.create_lots(2)
        cls.sell_and_deliver(cls.lot | cls.twin)
        cls.first = cls.create_repair(cls.lot, symptom_id=cls.leak.id, cause_id=cls.seal.id)
        cls.finish_repair(cls.first)

    def come_back(self, days, lot=None, **vals):
        """The unit comes back so many days after the first repair was finished."""
        finished = self.first.service_stage_log_ids.filtered(lambda entry: entry.stage == "ready")
        finished.sudo().entered_on = fields.Datetime.now() - timedelta(days=days)
        return self.create_repair(lot or self.lot, **vals)

    def test_the_same_symptom_within_the_days_is_a_repeat(self):
        """Covers: A-13-R5."""
        repair = self.come_back(89, symptom_id=self.leak.id)
        self.assertEqual(repair.repeat_of_id, self.first)
        self.assertEqual(self.first.repeat_ids, repair)

    def test_after_the_days_it_is_a_new_fault(self):
        self.assertFalse(self.come_back(91, symptom_id=self.leak.id).repeat_of_id)
        self.company.repeat_repair_days = 100
        self.assertEqual(self.come_back(91, symptom_id=self.leak.id).repeat_of_id, self.first)

    def test_the_same_cause_found_later_links_it_too(self):
        repair = self.come_back(10, symptom_id=self.noise.id)
        self.assertFalse(repair.repeat_of_id)
        repair.cause_id = self.seal
        self.assertEqual(repair.repeat_of_id, self.first)

    def test_another_unit_another_fault_or_an_open_repair_is_none(self):
        self.assertFalse(self.come_back(10, lot=self.twin, symptom_id=self.leak.id).repeat_of_id)
        other = self.come_back(10, symptom_id=self.noise.id)
        self.assertFalse(other.repeat_of_id)
        self.assertFalse(self.come_back(10, lot=self.lot).repeat_of_id, "no fault named yet")
        again = self.create_repair(self.twin, symptom_id=self.leak.id)
        self.assertFalse(again.repeat_of_id, "the first one of the twin is still open")

    def test_untracked_goods_are_known_by_their_customer(self):
        first = self.env["repair.order"].create(
            {"product_id": self.pump.id, "partner_id": self.customer.id, "symptom_id": self.leak.id}
        )
        self.finish_repair(first)
        vals = {"product_id": self.pump.id, "symptom_id": self.leak.id}
        own = self.env["repair.order"].create({**vals, "partner_id": self.portal_user.partner_id.id})
        self.assertEqual(own.repeat_of_id, first, "a contact of the same customer")
        other = self.env["repair.order"].create({**vals, "partner_id": self.other_customer.id})
        self.assertFalse(other.repeat_of_id)

    def test_many_repairs_are_compared_with_one_search(self):
        """Of 20 units that came back as many queries as of 5; what follows for the flags of both repairs included."""
        counts = [self.count_queries_of_comparison(size) for size in (5, 20)]
        self.assertEqual(counts[0], counts[1])

    def count_queries_of_comparison(self, size):
        lots = self.create_lots(size, prefix=f"MANY{size}-")
        repairs = self.env["repair.order"]
        vals_list = [{"product_id": self.machine.id, "lot_id": lot.id} for lot in lots]
        first = repairs.create([{**vals, "symptom_id": self.leak.id} for vals in vals_list])
        first.write({"state": "done"})
        again = repairs.create(vals_list)
        self.assertFalse(again.repeat_of_id)
        self.env.flush_all()
        self.env.invalidate_all()
        (first | again).mapped("symptom_id.name")
        before = self.env.cr.sql_log_count
        again.symptom_id = self.leak
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(again.repeat_of_id, first)
        self.assertEqual(set(again.mapped("is_repeat")), {True})
        return count
