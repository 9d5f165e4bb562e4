# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..identity_number import is_valid, mask
from .common_gate import ADULT, MINOR, OTHER_ADULT, GateCommon


@tagged("post_install", "-at_install")
class TestSpecialDrugs(GateCommon):
    """GSP 17301, class by class, as data."""

    def _reviewed_before(self, drug, *lines, **vals):
        """Reviewed before the drug was put into its special class: the review found nothing, the gate has to."""
        special_class, drug.gsp_special_class = drug.gsp_special_class, False
        prescription = self._reviewed(*(lines or [drug]), **vals)
        drug.gsp_special_class = special_class
        return prescription

    def test_17301_never_sold_at_retail(self):
        """Covers: P-17301-R1."""
        for special_class in (
            "narcotic",
            "psychotropic_1",
            "radioactive",
            "precursor",
            "anabolic",
            "peptide",
        ):
            drug = self._create_special(f"Test {special_class}", special_class, "rx")
            prescription = self._reviewed(drug)
            order = self._order_of(drug, identity=self._identity(), prescription=prescription)
            with self.subTest(special_class):
                self.assertRefused("gsp.special.forbidden", order.action_confirm)
                picking = self._create_transfer(drug, 1)
                error = self.assertRefused(
                    ["gsp.sale.gift", "gsp.sale.prescription", "gsp.special.forbidden"],
                    picking.button_validate,
                )
                self.assertIn("17301", str(error))

    def test_17301_class_2_psychotropics_in_chain_stores_only_and_not_for_minors(self):
        """Covers: P-17301-R2, P-17301-R3."""
        drug = self._create_special("Test Diazepam", "psychotropic_2", "rx")
        self.assertRefused("gsp.review.minor", self._reviewed, drug, patient_age=17)
        child = self._reviewed_before(drug, patient_age=17)
        adult = self._reviewed(drug)
        order = self._order_of(drug, identity=self._identity(), prescription=adult)
        self.assertRefused("gsp.special.chain", order.action_confirm)
        self._make_chain_store()
        order.gsp_identity_id = False
        self.assertRefused("gsp.special.identity", order.action_confirm)
        order.gsp_identity_id = self._identity(MINOR, "Test Child")
        self.assertRefused("gsp.special.minor", order.action_confirm)
        order.gsp_identity_id = self._identity()
        order.gsp_prescription_id = child
        self.assertRefused("gsp.special.minor", order.action_confirm)
        order.gsp_prescription_id = False
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        order.gsp_prescription_id = adult
        order.action_confirm()
        self._deliver(order)
        record = self._records(order_id=order.id)
        self.assertEqual((record.kind, record.special_class), ("special", "psychotropic_2"))
        self.assertEqual(record.identity_id, order.gsp_identity_id)

    def test_17301_toxic_drugs_need_the_seal_and_stay_below_the_dose_of_two_days(self):
        """Covers: P-17301-R4."""
        drug = self._create_special("Test Strychni", "toxic", "rx", gsp_must_rx_group="toxic")
        self.assertRefused("gsp.review.seal", self._reviewed, (drug, 9, {"days": 2}))
        plain = self._reviewed_before(drug, (drug, 9, {"days": 2}))
        sealed = self._reviewed((drug, 9, {"days": 2}), institution_seal=True)
        self.assertRefused(
            "gsp.review.special_days", self._reviewed, (drug, 1, {"days": 3}), institution_seal=True
        )
        long = self._reviewed_before(drug, (drug, 1, {"days": 3}), institution_seal=True)
        order = self._create_order((drug, 4), prescription=sealed)
        self.assertRefused("gsp.special.dose", order.action_confirm)  # nobody recorded the maximum dose
        drug.write({"gsp_max_daily_dose": 0.6, "gsp_dose_unit": "g", "gsp_unit_dose": 0.3})
        order.gsp_prescription_id = plain
        self.assertRefused("gsp.special.seal", order.action_confirm)
        order.gsp_prescription_id = sealed
        order.order_line.product_uom_qty = 5  # 1.5 g of 1.2 g
        self.assertRefused("gsp.special.dose", order.action_confirm)
        order.order_line.product_uom_qty = 4
        order.action_confirm()
        order = self._create_order((drug, 1), prescription=long)
        self.assertRefused("gsp.special.dose", order.action_confirm)
        order = self._create_order((drug, 3), (drug, 2), prescription=sealed)
        self.assertRefused("gsp.special.dose", order.action_confirm)

    def test_17301_poppy_shell_processed_with_others_and_from_a_township_center(self):
        """Covers: P-17301-R5."""
        pieces = {"gsp_drug_type": "pieces", "uom_id": self.env.ref("uom.product_uom_gram").id}
        shell = self._create_special("Test Poppy Shell", "poppy_shell", False, **pieces)
        other = self._create_drug("Test Astragalus", False, **pieces)
        sheet = {
            "category": "pieces",
            "dose_count": 1,
            "institution_seal": True,
            "institution_level": "2_township",
        }
        self.assertRefused("gsp.review.poppy", self._reviewed, shell, **sheet)
        alone = self._reviewed_before(shell, **sheet)
        order = self._create_order(shell, prescription=alone)
        self.assertRefused(["gsp.special.raw", "gsp.special.single"], order.action_confirm)
        shell.gsp_is_processed = True
        self.assertRefused("gsp.special.single", order.action_confirm)
        order.gsp_prescription_id = self._reviewed(
            shell, other, **{**sheet, "institution_level": "1_village"}
        )
        self.assertRefused("gsp.special.level", order.action_confirm)
        unsealed = {**sheet, "institution_seal": False}
        self.assertRefused("gsp.review.seal", self._reviewed, shell, other, **unsealed)
        order.gsp_prescription_id = self._reviewed_before(shell, shell, other, **unsealed)
        self.assertRefused("gsp.special.seal", order.action_confirm)
        order.gsp_prescription_id = False
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        order.gsp_prescription_id = self._reviewed(shell, other, **sheet)
        order.action_confirm()
        self._deliver(order)

    def test_17301_ephedrine_two_packs_to_a_registered_person(self):
        """Covers: P-17301-R6."""
        buyer = self._identity()
        self.assertRefused("gsp.special.identity", self._order_of((self.ephedrine, 2)).action_confirm)
        self.assertRefused(
            "gsp.special.packs", self._order_of((self.ephedrine, 3), identity=buyer).action_confirm
        )
        three = self._order_of(self.ephedrine, self.ephedrine, self.ephedrine, identity=buyer)
        self.assertRefused("gsp.special.packs", three.action_confirm)
        first = self._order_of((self.ephedrine, 2), identity=buyer)
        first.action_confirm()
        second = self._order_of(self.ephedrine, identity=buyer)
        self.assertRefused("gsp.special.packs", second.action_confirm)  # ordered, not delivered yet
        self._deliver(first)
        error = self.assertRefused("gsp.special.packs", second.action_confirm)
        self.assertIn("today", str(error))
        self._order_of(self.ephedrine, identity=self._identity(OTHER_ADULT, "Test Other")).action_confirm()
        with self._at_day(1):
            second.action_confirm()

    def test_17301_two_orders_confirmed_before_the_person_was_known(self):
        """The identity may be registered at the delivery: what was sold today counts there too."""
        buyer = self._identity()
        orders = [
            self._order_of((self.ephedrine, 2), identity=self._identity(OTHER_ADULT, "Test Other")),
            self._order_of((self.ephedrine, 2), identity=buyer),
        ]
        for order in orders:
            order.action_confirm()
        orders[0].picking_ids.gsp_identity_id = buyer
        self._deliver(orders[0])
        self.assertRefused("gsp.special.packs", self._deliver, orders[1])

    def test_17301_a_prescription_covers_more_packs_and_nothing_beyond_it(self):
        buyer = self._identity()
        prescription = self._reviewed((self.ephedrine, 4))
        order = self._order_of((self.ephedrine, 5), identity=buyer, prescription=prescription)
        self.assertRefused("gsp.sale.quantity", order.action_confirm)
        order.order_line.product_uom_qty = 4
        order.action_confirm()
        self._deliver(order)
        self.assertEqual(prescription.state, "delivered")
        # prescribed packs do not count among those without prescription
        self._order_of((self.ephedrine, 2), identity=buyer).action_confirm()
        draft = self._create_prescription((self.ephedrine, 4))
        self.assertRefused(
            "gsp.sale.prescription",
            self._order_of((self.ephedrine, 4), identity=buyer, prescription=draft).action_confirm,
        )

    def test_17301_other_special_compounds_five_packs(self):
        """Covers: P-17301-R7."""
        buyer = self._identity()
        self.assertRefused(
            "gsp.special.packs", self._order_of((self.compound, 6), identity=buyer).action_confirm
        )
        order = self._order_of((self.compound, 5), (self.ephedrine, 2), identity=buyer)
        order.action_confirm()
        self._deliver(order)
        self.assertEqual(sorted(self._records(order_id=order.id).mapped("packs")), [2, 5])

    def test_17301_packs_are_counted_in_minimum_packs(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.compound.uom_ids = dozen
        order = self._order_of((self.compound, 1, {"product_uom_id": dozen.id}), identity=self._identity())
        self.assertRefused("gsp.special.packs", order.action_confirm)
        self.compound.gsp_minimum_pack_uom_id = dozen
        order.action_confirm()

    def test_17301_a_store_tightens_and_never_loosens(self):
        rule = self.env.ref("pharmacy_gsp.gsp_special_rule_ephedrine")
        rules = self.env["gsp.special.rule"].with_user(self.quality)
        with self.assertRaises(AccessError):
            rules.browse(rule.id).active = False
        with self.assertRaises(ValidationError):
            rules.create({"name": "x", "special_class": "ephedrine", "max_packs_parameter": "no.such"})
        rules.create(
            {"name": "Only on prescription here", "special_class": "ephedrine", "prescription_required": True}
        )
        order = self._order_of(self.ephedrine, identity=self._identity())
        self.assertRefused("gsp.sale.prescription", order.action_confirm)

    # -- identity -----------------------------------------------------------------------------------------------

    def test_17301_identity_numbers_are_checked(self):
        self.assertTrue(is_valid(ADULT))
        wrong = ADULT[:17] + ("1" if ADULT[17] != "1" else "2")
        for number in (wrong, ADULT[:17], "A" + ADULT[1:], ADULT[:10] + "1332" + ADULT[14:], ""):
            with self.subTest(number), self.assertRaises(ValidationError), self.cr.savepoint():
                self._identity(number)
        self.assertFalse(is_valid(ADULT[:6] + "20240230" + ADULT[14:]))
        self.assertEqual(mask(ADULT, 3, 2), ADULT[:3] + "*" * 13 + ADULT[-2:])

    def test_17301_the_clerk_registers_the_buyer_on_the_order(self):
        order = self._order_of(self.ephedrine)
        action = order.action_gsp_register_buyer()
        wizards = self.env["gsp.buyer.register"].with_user(self.clerk).with_context(**action["context"])
        with Form(wizards) as form:
            form.name, form.number = "Test Buyer", ADULT.lower()
        wizard = form.record
        wizard.action_register()
        self.assertFalse(wizard.exists())
        identity = order.gsp_identity_id
        self.assertEqual(identity, self._identity(), "the same person is found again")
        self.assertEqual(identity.age, self.today.year - 1990)
        self.assertTrue(identity.evidence_closed_at)
        self.assertNotIn(ADULT[5:15], identity.with_user(self.clerk).display_name)
        with self.assertRaises(ValidationError):
            self._identity(ADULT, "Somebody Else")

    def test_17301_name_and_number_are_seen_by_need_to_know_only_and_each_look_is_kept(self):
        """Covers: P-17301-R9."""
        identity = self._identity()
        knower = self._create_user("gsp_knower", "identity")
        for user in (self.clerk, self.quality, knower):
            own = identity.with_user(user)
            for name in ("name", "number", "birth_date"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    own.read([name])
            with self.assertRaises(AccessError):
                own.search([("number", "=", ADULT)])
        for user in (self.clerk, self.quality):
            with self.assertRaises(AccessError):
                identity.with_user(user).action_look()
        looks = self.env["gsp.identity.look"]
        with self.assertRaises(AccessError):
            looks.with_user(self.clerk).create({"identity_id": identity.id, "purpose": "Curious"})
        look = looks.with_user(knower).create(
            {"identity_id": identity.id, "purpose": "Inspection", "user_id": self.clerk.id}
        )
        self.assertEqual((look.shown_name, look.shown_number), ("Test Buyer", ADULT))
        self.assertEqual(look.user_id, knower)
        self.assertTrue(look.evidence_closed_at)
        self.assertFalse(look.with_user(self.quality).shown_number, "only who asked sees it")
        with self._at_day(1):
            look.invalidate_recordset()
            self.assertFalse(look.shown_number, "and only for some minutes")
        with self.assertRaises(UserError):
            looks.with_user(knower).browse(look.id).unlink()
        identity.with_user(knower).active = False
        self.assertNotEqual(self._identity(ADULT, "Right Name"), identity)

    def test_17301_the_same_person_under_an_archived_entry_is_the_same_person(self):
        identity = self._identity(ADULT, "Wrong Name")
        order = self._order_of((self.ephedrine, 2), identity=identity)
        order.action_confirm()
        self._deliver(order)
        identity.active = False
        again = self._order_of(self.ephedrine, identity=self._identity(ADULT, "Right Name"))
        self.assertRefused("gsp.special.packs", again.action_confirm)

    def test_17301_a_person_registered_elsewhere_is_not_registered_here(self):
        other = self._create_company("Other Test Pharmacy")
        identity = self._identity(company=other)
        order = self._order_of(self.ephedrine)
        self.cr.execute("UPDATE sale_order SET gsp_identity_id = %s WHERE id = %s", [identity.id, order.id])
        order.invalidate_recordset()
        self.assertRefused("gsp.special.identity", order.action_confirm)
