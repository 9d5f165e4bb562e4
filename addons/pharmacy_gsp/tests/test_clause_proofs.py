# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_gate import MINOR, GateCommon


@tagged("post_install", "-at_install")
class TestClauseProofs(GateCommon):
    """Rules of several clauses walked from one end to the other."""

    def test_17001_no_prescription_drug_without_a_reviewed_prescription_that_covers_it(self):
        """Covers: P-17001-R1."""
        other = self._create_drug("Test Cefixime", "rx")
        self._create_lot(other, "RX-OTHER", 400)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._create_drug("Test Injection", "otc_a", gsp_must_rx_group="injection")
        groups = dict(self.rx.product_tmpl_id._fields["gsp_must_rx_group"]._description_selection(self.env))
        self.assertEqual(len(groups), 10)
        order = self._create_order((self.rx, 2))
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        draft = self._create_prescription((self.rx, 2))
        for prescription in (draft, self._reviewed(other)):
            order.gsp_prescription_id = prescription
            self.assertRefused("gsp.sale.prescription", order.action_confirm)
        order.gsp_prescription_id = self._reviewed((self.rx, 1))
        self.assertRefused("gsp.sale.quantity", order.action_confirm)
        picking = self._create_transfer(self.rx, 1, lot=self.rx_lot)
        self.assertRefused(["gsp.sale.gift", "gsp.sale.prescription"], picking.button_validate)
        order.gsp_prescription_id = self._reviewed((self.rx, 2))
        order.action_confirm()
        order.gsp_prescription_id = False
        self.assertRefused("gsp.sale.prescription", self._deliver, order)
        order.gsp_prescription_id = self._reviewed((self.rx, 2))
        self._deliver(order)
        self.assertEqual(self._records(order_id=order.id).prescription_id, order.gsp_prescription_id)

    def test_17002_special_drugs_by_the_right_stores_to_the_right_people(self):
        """Covers: P-17002-R6."""
        diazepam = self._create_special("Test Diazepam", "psychotropic_2", "rx")
        order = self._order_of(diazepam, identity=self._identity(), prescription=self._reviewed(diazepam))
        self.assertRefused("gsp.special.chain", order.action_confirm)
        self.assertRefused("gsp.review.minor", self._reviewed, diazepam, patient_age=17)
        self._make_chain_store()
        order.gsp_identity_id = self._identity(MINOR, "Test Child")
        self.assertRefused("gsp.special.minor", order.action_confirm)
        order.gsp_identity_id = self._identity()
        order.action_confirm()
        # toxic traditional drugs: state-run stores only
        pieces = {"gsp_drug_type": "pieces", "uom_id": self.env.ref("uom.product_uom_gram").id}
        toxic = self._create_special("Test Aconite", "toxic", False, **pieces)
        sheet = {"category": "pieces", "dose_count": 1, "institution_seal": True}
        prescription = self._reviewed((toxic, 2, {"days": 2}), **sheet)
        toxic.write({"gsp_max_daily_dose": 3, "gsp_dose_unit": "g", "gsp_unit_dose": 1})
        order = self._create_order((toxic, 2), prescription=prescription)
        self.assertRefused("gsp.special.state_run", order.action_confirm)
        picking = self._create_transfer(toxic, 2, lot=self._lot_of(toxic))
        self.assertRefused(["gsp.sale.prescription", "gsp.special.state_run"], picking.button_validate)
        with self.assertRaises(UserError):
            self.company.with_user(self.clerk).sudo(False).write({"gsp_state_run": True})
        self.company.gsp_state_run = True
        order.action_confirm()
        # poppy shell: never by itself, and processed only
        shell = self._create_special("Test Poppy Shell", "poppy_shell", False, **pieces)
        other = self._create_drug("Test Astragalus", False, **pieces)
        sheet = {**sheet, "institution_level": "2_township"}
        self.assertRefused("gsp.review.poppy", self._reviewed, shell, **sheet)
        order = self._create_order(shell, prescription=self._reviewed(shell, other, **sheet))
        self.assertRefused("gsp.special.raw", order.action_confirm)
        shell.gsp_is_processed = True
        order.action_confirm()

    def test_17004_prescriptions_are_kept_for_the_years_of_their_class_and_not_destroyed_before(self):
        """Covers: P-17004-R2."""
        toxic = self._create_special("Test Strychni", "toxic", "rx")
        goods = {"gsp_drug_type": "pieces", "uom_id": self.env.ref("uom.product_uom_gram").id}
        shell = self._create_special("Test Shell", "poppy_shell", False, **goods)
        other = self._create_drug("Test Astragalus", False, **goods)
        pieces = {
            "category": "pieces",
            "dose_count": 1,
            "institution_seal": True,
            "institution_level": "2_township",
        }
        kept = {
            "ordinary": self._reviewed(self.rx),
            "toxic_psychotropic2": self._reviewed((toxic, 1, {"days": 2}), institution_seal=True),
            "narcotic_psychotropic1": self._reviewed(shell, other, **pieces),
        }
        figures = []
        for code, prescription in kept.items():
            with self.subTest(code):
                years = int(
                    self.env["compliance.parameter"]._value(
                        f"drug.prescription.institution_retention_years.{code}",
                        on=self.today,
                        company=self.company,
                    )
                )
                figures.append(years)
                least = prescription.date.replace(year=prescription.date.year + years)
                self.assertGreaterEqual(prescription.retain_until, least)
                self.assertNotIn("active", prescription._fields, "there is no archive to hide it in")
                for user in (self.clerk, self.quality):
                    for attempt in (
                        prescription.with_user(user).unlink,
                        prescription.with_user(user).sudo().unlink,
                        lambda user=user, item=prescription: item.with_user(user).write(
                            {"retain_until": self.today}
                        ),
                    ):
                        with self.assertRaises(UserError), self.cr.savepoint():
                            attempt()
                self.assertIn(prescription, prescription._filter_evidence_kept())
        self.assertEqual(figures, [1, 2, 3])

    def test_17005_the_night_counts_and_warns_and_expired_lots_do_not_leave(self):
        """Covers: P-17005-R1."""
        self.company.gsp_quality_user_id = self.quality
        registers = self.env["gsp.near.expiry"]
        registers._cron_open_registers()
        register = registers.search([("company_id", "=", self.company.id)])
        self.assertEqual((register.expired_count, register.near_count, register.activity_ids.ids), (0, 0, []))
        expired = self._create_lot(self.otc, "OTC-OUT", -1)
        self._create_lot(self.otc, "OTC-NEAR", 150)
        self._create_lot(self.otc, "OTC-APART", -5, location=self.quarantine)
        registers._cron_open_registers()
        self.assertEqual((register.expired_count, register.near_count), (1, 1))
        self.assertEqual(register.activity_ids.user_id, self.quality)
        self.assertIn("1", register.activity_ids.summary)
        registers._cron_open_registers()
        self.assertEqual(len(register.activity_ids), 1, "one warning, not one a night")
        self.assertEqual(expired.gsp_expiry_status, "expired")
        order = self._sell(self.otc)
        self.assertNotEqual(order.picking_ids.move_line_ids.lot_id, expired)
        self.assertRefused("gsp.sale.expired", self._deliver, order, lot=expired)
        picking = self._create_transfer(self.otc, 1, lot=expired)
        self.assertRefused("gsp.sale.expired", picking.button_validate)

    def test_17005_the_night_costs_the_same_for_any_number_of_lots(self):
        register = self.env["gsp.near.expiry"].create(
            {"company_id": self.company.id, "month": self.today.replace(day=1)}
        )

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            register._count_stock()
            return self.cr.sql_log_count - before

        count()
        few = count()
        for index in range(5):
            self._create_lot(self.otc, f"OTC-OUT-{index}", -1)
        self.assertEqual(count(), few)
