# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.gsp_document import DECOCTION_STEPS
from .common_pieces import PiecesCommon

TOPICS = [f"decoction_{code}" for code, _label in DECOCTION_STEPS]


@tagged("post_install", "-at_install")
class TestDecoction(PiecesCommon):
    """GSP 17007: eight steps in order, trained people, samples, labels, procedures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls._create_user("gsp_decoctor", "clerk")
        cls.worker_employee = cls._staff(cls.worker, "decoctor")
        cls.decoction_training = cls._training(cls.worker_employee, 10, is_decoction=True)
        cls.documents = cls._approve_documents(*TOPICS)
        cls.machine = cls.env["maintenance.equipment"].create(
            {"name": "Test Decoction Machine", "company_id": cls.company.id}
        )

    def _create_decoction(self, prescription=None, **vals):
        return (
            self.env["gsp.decoction"]
            .with_user(self.worker)
            .create(
                {
                    "prescription_id": (prescription or self._pieces()).id,
                    "decoction_method": "Decocted twice",
                    "due_at": fields.Datetime.now() + timedelta(hours=6),
                    "contact_name": "Test Relative",
                    "contact_phone": "000",
                    **vals,
                }
            )
        )

    def _step(self, decoction, code, user=None, barcode=None, finish=True, **facts):
        user = user or {
            "review": self.pharmacist,
            "preparation": self.dispenser,
            "verification": self.checker,
        }.get(code, self.worker)
        decoction = decoction.with_user(user)
        decoction._start_step(code, barcode or decoction.name)
        if finish:
            decoction._finish_step(code, barcode or decoction.name, facts)

    def _sample(self, decoction, *lots):
        samples = self.env["gsp.decoction.sample"].with_user(self.checker)
        return samples.create(
            [
                {
                    "decoction_id": decoction.id,
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "weight": 5,
                    "place": "Shelf 1",
                    "keep_until": self.today + timedelta(days=3),
                }
                for lot in lots
            ]
        )

    def _intake(self, decoction):
        decoction.action_print_label()
        self._step(decoction, "intake")
        self._step(decoction, "review")

    def _prepare(self, decoction):
        self._intake(decoction)
        dispensing = self._weigh(decoction.prescription_id)
        self._step(decoction, "preparation", camera="Camera 1")
        self._recheck(dispensing)
        return dispensing

    def _decoct(self, decoction):
        facts = {"equipment_id": self.machine.id, "temperature": 100, "volume": 600, "camera": "Camera 2"}
        self._step(decoction, "decocting", **facts)
        decoction.bag_count = 6
        self._step(decoction, "packing", equipment_id=self.machine.id)

    # -- procedures ---------------------------------------------------------------------------------------------

    def test_17007_no_service_without_a_procedure_for_each_post(self):
        """Covers: P-17007-R4."""
        prescription = self._pieces()
        for document in self.documents:
            with self.cr.savepoint() as savepoint:
                document.with_user(self.quality)._withdraw("Replaced")
                self.assertRefused("gsp.decoction.procedure", self._create_decoction, prescription)
                savepoint.rollback()
            self.documents.invalidate_recordset()
        decoction = self._create_decoction(prescription)
        decoction.action_print_label()
        self.documents[4].with_user(self.quality)._withdraw("Replaced")
        self.assertRefused("gsp.decoction.procedure", self._step, decoction, "intake")
        self._approve_documents(TOPICS[4], version=2)
        self._step(decoction, "intake")

    def test_17007_a_procedure_is_in_force_by_signature_and_date(self):
        """Covers: P-17007-R4."""
        self.documents[0].with_user(self.quality)._withdraw("Replaced")
        prescription = self._pieces()
        draft = self.env["gsp.document"].with_user(self.quality)
        draft = draft.create(
            {"name": "Draft", "code": "D", "topic": TOPICS[0], "company_id": self.company.id}
        )
        with self.assertRaises(UserError), self.cr.savepoint():
            draft.action_approve()
        with self.assertRaises(UserError), self.cr.savepoint():
            draft.write({"state": "active"})
        with self.assertRaises(AccessError), self.cr.savepoint():
            draft.with_user(self.clerk).action_approve()
        self.assertRefused("gsp.decoction.procedure", self._create_decoction, prescription)
        self._approve_documents(TOPICS[0], code="LATER", effective_from=self.today + timedelta(days=1))
        self.assertRefused("gsp.decoction.procedure", self._create_decoction, prescription)
        document = self._approve_documents(TOPICS[0], code="NOW")
        self.assertTrue(self._create_decoction(prescription))
        with self.assertRaises(UserError):
            document.name = "Changed"

    # -- steps --------------------------------------------------------------------------------------------------

    def test_17007_the_eight_steps_from_intake_to_hand_over(self):
        """Covers: P-17007-R1."""
        prescription = self._pieces()
        order = self._sell_pieces(prescription)
        decoction = self._create_decoction(prescription)
        dispensing = self._prepare(decoction)
        self._sample(decoction, self.root_lot, self.shell_lot)
        self._step(decoction, "verification")
        self._advise(dispensing)
        self.assertRefused("gsp.decoction.unfinished", self._deliver_as_is, order)
        self._decoct(decoction)
        self.assertRefused("gsp.decoction.unfinished", self._deliver_as_is, order)
        self._step(decoction, "out_of_store")
        decoction.receiver_name = "Test Relative"
        self.assertRefused("gsp.decoction.prescription", self._step, decoction, "delivery")
        self._deliver_as_is(order)
        self.assertEqual(prescription.state, "delivered")
        self._step(decoction, "delivery")
        self.assertEqual(decoction.state, "done")
        self.assertEqual(set(decoction.step_ids.mapped("state")), {"done"})
        people = [self.worker, self.pharmacist, self.dispenser, self.checker] + [self.worker] * 4
        self.assertEqual([step.operator_id for step in decoction.step_ids], people)
        self.assertTrue(all(step.started_at <= step.ended_at for step in decoction.step_ids))
        self.assertEqual(decoction.evidence_state, "closed")
        with self.assertRaises(UserError), self.cr.savepoint():
            decoction.receiver_name = "Somebody else"
        render = self.env["ir.actions.report"].with_user(self.clerk)._render_qweb_html
        html = render("pharmacy_gsp.report_decoction_sheet", decoction.ids)[0].decode()
        self.assertIn(self.worker.name, html)
        self.assertIn("ROOT-1", html)

    def test_17007_no_step_is_left_out(self):
        """Covers: P-17007-R1."""
        decoction = self._create_decoction()
        decoction.action_print_label()
        for code in [code for code, _label in DECOCTION_STEPS[1:]]:
            self.assertRefused("gsp.decoction.order", self._step, decoction, code)
        self._step(decoction, "intake", finish=False)
        self.assertRefused("gsp.decoction.order", self._step, decoction, "review")
        with self.assertRaises(UserError), self.cr.savepoint():
            self._step(decoction, "intake")
        decoction._finish_step("intake", decoction.name, {})
        self._step(decoction, "review")
        with self.assertRaises(UserError), self.cr.savepoint():
            self._step(decoction, "unknown")
        with self.assertRaises(UserError), self.cr.savepoint():
            decoction._finish_step("preparation", decoction.name, {})

    def test_17007_each_step_by_a_trained_operator_on_duty(self):
        """Covers: P-17007-R1."""
        decoction = self._create_decoction()
        decoction.action_print_label()
        self.assertRefused(
            ["gsp.staff.post", "gsp.staff.training"], self._step, decoction, "intake", self.dispenser
        )
        untrained = self._create_user("gsp_new_decoctor", "clerk")
        employee = self._staff(untrained, "decoctor")
        self.assertRefused("gsp.staff.training", self._step, decoction, "intake", untrained)
        self._training(employee, 1, is_decoction=True)
        self.worker_employee.attendance_ids.check_out = fields.Datetime.now() - timedelta(minutes=1)
        self.assertRefused("gsp.staff.duty", self._step, decoction, "intake", self.worker)
        self._step(decoction, "intake", untrained, finish=False)
        self._check_in(self.worker_employee, hours=0)
        self.assertRefused(
            "gsp.decoction.operator",
            decoction.with_user(self.worker)._finish_step,
            "intake",
            decoction.name,
            {},
        )
        decoction.with_user(untrained)._finish_step("intake", decoction.name, {})
        self.assertRefused(
            ["gsp.staff.post", "gsp.staff.license"], self._step, decoction, "review", self.worker
        )

    def test_17007_steps_are_not_typed(self):
        decoction = self._create_decoction()
        step = decoction.step_ids[0]
        for user in (self.worker, self.quality):
            with self.assertRaises(AccessError), self.cr.savepoint():
                step.with_user(user).write({"state": "done"})
            with self.assertRaises(UserError), self.cr.savepoint():
                decoction.with_user(user).write({"step_ids": [(1, step.id, {"state": "done"})]})
            with self.assertRaises(UserError), self.cr.savepoint():
                decoction.with_user(user).write({"state": "done"})
        sneaky = self.env["gsp.decoction"].with_user(self.worker)
        sneaky = sneaky.with_context(default_state="done", default_label_printed_at=fields.Datetime.now())
        other = sneaky.create({"prescription_id": decoction.prescription_id.id, "step_ids": []})
        self.assertEqual((other.state, other.label_printed_at, len(other.step_ids)), ("draft", False, 8))
        outsider = self._create_user("gsp_outsider", "base.group_user")
        for method in ("action_scan", "action_print_label", "action_cancel"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                getattr(decoction.with_user(outsider), method)()

    def test_17007_what_a_step_must_have_brought_about(self):
        decoction = self._create_decoction(
            contact_phone=False, question="Which root is meant?", delivery_mode="courier"
        )
        decoction.action_print_label()
        self.assertRefused("gsp.decoction.facts", self._step, decoction, "intake")
        decoction.contact_phone = "000"
        self._step(decoction, "intake")
        self.assertRefused("gsp.decoction.question", self._step, decoction, "review")
        decoction.write({"answer": "This one", "answer_contact": "Dr. Test", "answer_date": self.today})
        self._step(decoction, "review")
        rules = ["gsp.decoction.facts", "gsp.decoction.prescription"]
        self.assertRefused(rules, self._step, decoction, "preparation")

    # -- samples ------------------------------------------------------------------------------------------------

    def test_17007_a_sample_of_every_variety_is_kept(self):
        """Covers: P-17007-R2."""
        decoction = self._create_decoction()
        self._prepare(decoction)
        self.assertRefused("gsp.decoction.sample", self._step, decoction, "verification")
        self._sample(decoction, self.root_lot)
        self.assertRefused("gsp.decoction.sample", self._step, decoction, "verification")
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._sample(decoction, self.rx_lot)
        sample = self._sample(decoction, self.shell_lot)
        for vals in ({"weight": 0}, {"place": " "}, {"keep_until": self.today}, {"lot_id": False}):
            with self.cr.savepoint() as savepoint:
                sample.write(vals)
                self.assertRefused("gsp.decoction.sample", self._step, decoction, "verification")
                savepoint.rollback()
            sample.invalidate_recordset()
        self._step(decoction, "verification")
        with self.assertRaises(UserError), self.cr.savepoint():
            sample.action_dispose()
        with self._at_day(4):
            sample.action_dispose()
            self.assertTrue(sample.disposed_on)

    # -- label --------------------------------------------------------------------------------------------------

    def test_17007_the_label_is_printed_at_intake_and_scanned_at_each_step(self):
        """Covers: P-17007-R3."""
        prescription = self._pieces()
        decoction, other = self._create_decoction(prescription), self._create_decoction(prescription)
        self.assertRefused("gsp.decoction.print", self._step, decoction, "intake")
        report = decoction.action_print_label()
        self.assertEqual(report["report_name"], "pharmacy_gsp.report_decoction_label")
        self.assertEqual(decoction.label_printed_by_id, self.worker)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "pharmacy_gsp.report_decoction_label", decoction.ids
        )[0]
        self.assertIn("data:image/png;base64", html.decode())
        self.assertIn(decoction.name, html.decode())
        for barcode in (other.name, " ", "DJ000"):
            self.assertRefused("gsp.decoction.label", self._step, decoction, "intake", barcode=barcode)
        self._step(decoction, "intake", finish=False)
        self.assertRefused("gsp.decoction.label", decoction._finish_step, "intake", other.name, {})
        wizard = (
            self.env["gsp.decoction.scan"]
            .with_user(self.worker)
            .create({"decoction_id": decoction.id, "barcode": decoction.name})
        )
        self.assertEqual((wizard.step_code, wizard.is_started), ("intake", True))
        wizard.action_finish()
        self.assertRefused("gsp.decoction.label", self._step, decoction, "review", barcode=other.name)
        self._step(decoction, "review")
        self.assertEqual(decoction.step_code, "preparation")

    def test_17007_given_up_with_a_reason(self):
        prescription = self._pieces()
        order = self._sell_pieces(prescription)
        decoction = self._create_decoction(prescription)
        with self.assertRaises(UserError), self.cr.savepoint():
            decoction._cancel(" ")
        decoction._cancel("The patient decocts it himself")
        dispensing = self._weigh(prescription)
        self._recheck(dispensing)
        self._advise(dispensing)
        self._deliver_as_is(order)
        with self.assertRaises(UserError):
            decoction._start_step("intake", decoction.name)
