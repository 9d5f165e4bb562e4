# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import draw_signature
from .test_repair_labor import LaborCase


@tagged("post_install", "-at_install")
class TestRepairResponsibility(LaborCase):
    """What caused the fault decides what the warranty answers for."""

    def blame(self, repair, *lines):
        repair.responsibility_ids = [
            Command.create({"kind": kind, "party": party, "share": share}) for kind, party, share in lines
        ]

    def test_the_result_of_the_diagnosis_drives_the_warranty(self):
        """Covers: A-03-R1."""
        for kind, party, expected in (
            ("defect", "supplier", "warranty"),
            ("misuse", "customer", "billable"),
            ("installation", "customer", "billable"),
            ("installation", "ourselves", "warranty"),
            ("wear", "customer", "warranty"),
            ("none", "customer", "warranty"),
        ):
            with self.subTest(kind=kind, party=party):
                repair = self.covered_repair()
                self.blame(repair, (kind, party, 100))
                self.assertEqual(repair.move_ids[0].coverage, expected)
                self.assertEqual(repair.labor_ids[0].coverage, expected)

    def test_cover_is_refused_for_the_customers_share_with_the_reason(self):
        repair = self.quoted_repair()
        self.blame(repair, ("misuse", "customer", 30), ("defect", "supplier", 70))
        pump = repair.move_ids[0]
        self.assertEqual(
            (pump.coverage, pump.coverage_share, pump.coverage_refused_share), ("warranty", 70, 30)
        )
        self.assertIn("Misuse, Customer: 30 %", pump.coverage_reason)
        self.assertEqual(pump.sale_line_id.price_unit, 30)
        self.assertEqual(repair.labor_ids[0].sale_line_id.price_unit, 30)
        repair.responsibility_ids.unlink()
        self.assertEqual((pump.coverage_share, pump.sale_line_id.price_unit), (100, 0))

    def test_a_frozen_judgment_changes_by_its_refused_share_only(self):
        repair = self.quoted_repair()
        repair.action_validate()
        self.registration.with_user(self.manager)._void("Found later")
        self.blame(repair, ("misuse", "customer", 100))
        pump, hose = repair.move_ids
        self.assertEqual((pump.coverage, pump.sale_line_id.price_unit), ("billable", 100))
        self.assertIn("Misuse", pump.coverage_reason)
        repair.responsibility_ids.write({"kind": "defect", "party": "supplier"})
        self.assertEqual((pump.coverage, pump.sale_line_id.price_unit), ("warranty", 0))
        self.assertEqual(hose.coverage, "billable")

    def test_the_main_responsible_party_bears_what_is_covered(self):
        repair = self.covered_repair()
        carrier = self.env["res.partner"].create({"name": "Carrier"})
        repair.responsibility_ids = [
            Command.create({"kind": "transport", "party": "carrier", "partner_id": carrier.id, "share": 100})
        ]
        self.assertEqual(repair.move_ids[0].cost_bearer, "carrier")
        self.assertEqual(repair.labor_ids[0].cost_bearer_partner_id, carrier)

    def test_shares_come_to_a_hundred(self):
        repair = self.covered_repair()
        with self.assertRaisesRegex(ValidationError, "90 %"):
            self.blame(repair, ("misuse", "customer", 30), ("defect", "supplier", 60))

    def test_work_does_not_begin_with_shares_that_do_not_add_up(self):
        repair = self.covered_repair(parts=[("add", self.pump)], work=(self.pump_work,))
        self.env["repair.responsibility"].with_user(self.technician).create(
            {"repair_id": repair.id, "kind": "defect", "party": "supplier", "share": 60}
        )
        repair.action_validate()
        with self.assertRaisesRegex(UserError, "come to 60 %"):
            repair.action_repair_start()

    def test_responsibility_is_settled_when_the_repair_is_over(self):
        repair = self.covered_repair()
        self.finish_repair(repair)
        with self.assertRaisesRegex(UserError, "is over"):
            self.blame(repair, ("defect", "supplier", 100))


@tagged("post_install", "-at_install")
class TestRepairAppraisal(LaborCase):
    """A defect is appraised once, with photos, and the appraisal is evidence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.repair = cls.covered_repair(
            parts=[("add", cls.pump), ("remove", cls.pump)], work=(cls.pump_work,)
        )

    def attach(self, name="fault.png", user=None, content=None):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.technician)
            .create({"name": name, "datas": content or draw_signature()})
        )

    def appraise(self, **vals):
        form = Form(
            self.env["repair.appraisal"]
            .with_user(self.technician)
            .with_context(default_repair_id=self.repair.id)
        )
        self.assertEqual(form.product_id, self.machine)
        form.product_id = self.pump
        form.defect = "Shaft seal leaks"
        form.cause = "Seal lip hardened at the factory"
        form.verdict = "defect"
        appraisal = form.save()
        appraisal.write({"photo_ids": [Command.set(self.attach().ids)], **vals})
        return appraisal

    def test_an_appraisal_says_item_defect_cause_photos_verdict_and_appraiser_and_is_evidence(self):
        """Covers: A-11-R2."""
        appraisal = self.appraise()
        appraisal.action_close()
        self.assertEqual((appraisal.state, appraisal.evidence_state), ("closed", "closed"))
        self.assertEqual(appraisal.appraiser_id, self.technician)
        self.assertEqual(appraisal.photo_ids.res_id, appraisal.id)
        self.assertIn("Shaft seal", appraisal.defect)
        for user in (self.technician, self.manager):
            for vals in ({"verdict": "misuse"}, {"defect": "Other"}, {"photo_ids": [Command.clear()]}):
                with self.assertRaises(UserError):
                    appraisal.with_user(user).write(vals)
            with self.assertRaises(UserError):
                appraisal.with_user(user).unlink()
        with self.assertRaises(UserError):
            appraisal.photo_ids.sudo().write({"datas": base64.b64encode(b"another")})
        self.assertEqual(
            self.env["repair.appraisal"].search([("state", "=", "closed")]) & appraisal, appraisal
        )

    def test_an_appraisal_without_cause_verdict_or_photo_is_not_closed(self):
        for vals in (
            {"cause": False},
            {"verdict": False},
            {"photo_ids": [Command.clear()]},
            {"defect": False},
        ):
            appraisal = self.appraise(**vals)
            with self.assertRaisesRegex(UserError, "cannot be closed yet"):
                appraisal.action_close()

    def test_only_a_technician_closes_an_appraisal(self):
        appraisal = self.appraise()
        with self.assertRaises(AccessError):
            appraisal.with_user(self.reception).action_close()
        with self.assertRaises(AccessError):
            appraisal.with_user(self.stock_user).action_close()

    # Proof of a replacement under warranty

    def test_a_part_is_replaced_under_warranty_only_with_photo_and_fault_report(self):
        """Covers: S3-R1."""
        self.company.service_warranty_evidence_required = True
        self.repair.action_validate()
        with self.assertRaisesRegex(UserError, "photo of the fault, fault report"):
            self.repair.action_repair_start()
        report = self.attach("fault-report.txt", content=base64.b64encode(b"Pump leaks"))
        self.repair.fault_report_ids = [Command.set(report.ids)]
        with self.assertRaisesRegex(UserError, "there is no photo of the fault"):
            self.repair.action_repair_start()
        self.repair.fault_photo_ids = [Command.set(report.ids)]
        with self.assertRaisesRegex(UserError, "there is no photo of the fault"):
            self.repair.action_repair_start()
        self.repair.fault_photo_ids = [Command.set(self.attach().ids)]
        self.repair.action_repair_start()
        self.assertEqual(self.repair.service_stage, "work")

    def test_a_closed_appraisal_is_photo_and_report(self):
        self.company.service_warranty_evidence_required = True
        appraisal = self.appraise()
        with self.assertRaisesRegex(UserError, "photo of the fault, fault report"):
            self.repair.action_repair_start()
        appraisal.action_close()
        self.repair.action_repair_start()

    def test_without_the_companys_rule_no_proof_is_asked_for(self):
        self.assertFalse(self.company.service_warranty_evidence_required)
        self.repair.action_repair_start()
        self.assertEqual(self.repair.service_stage, "work")

    def test_what_the_customer_pays_for_needs_no_proof(self):
        self.company.service_warranty_evidence_required = True
        repair = self.create_repair(self.create_lots(prefix="B"), [("add", self.pump)])
        self.sign_estimate(repair)
        repair.action_repair_start()
        self.assertEqual(repair.service_stage, "work")
