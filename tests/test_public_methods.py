# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Every public method of ours, called over RPC by people who have no business with it.

What has no underscore can be called by every logged-in person with any ids. Three strangers call each method of the
addons on a real record: a portal user, an employee without a role in the addons, and somebody with every role in
another company. They must be refused for lack of access, or get and change nothing.
"""

import inspect
from datetime import date, timedelta
from unittest.mock import patch

from scratch import ADDONS
from service_world import ServiceWorld

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.service.model import call_kw, get_public_method
from odoo.tests import new_test_user, tagged

from odoo.addons.aftersales_service.tests.common import SIGNATURE
from odoo.addons.compliance_base.violation import Violation
from odoo.addons.pharmacy_gsp.tests.common_gate import GateCommon

# What every employee may do, with the reason.
FOR_EVERYBODY = {
    "compliance.signature.wizard.action_send_code": "sends a code to oneself and to nobody else",
    "stock.move.action_generate_lot_line_vals": "the platform's own: computes from what it is given",
}
# What somebody with the same role in another company may do, with the reason.
REVIEWED = FOR_EVERYBODY | {
    "action_verify_chain": "checks the chains of the companies one works in, whatever record it is called on",
    "compliance.head.wizard.action_compare": "compares a file one has with the chains of the own companies",
    "compliance.edition.wizard.action_apply": "the figures of the law are the same for all companies",
    "claim.agreement.import.action_import": "reads a file of one's own; makes drafts in the own companies",
    "stock.lot.action_gsp_open_acceptance": "opens acceptances of stock of the own company only",
    "claim.rule.action_adopt": "copies rules of all companies into the own company",
    "claim.rule.trial.action_try": "shows in a wizard of one's own what a rule says of lines of the own companies",
    "claim.answer.import.action_import": "reads a file of one's own; answers only claims one may write",
    "gsp.product.import.action_import": "imports a file of one's own as products of the own company",
    "gsp.register.wizard.action_pdf": "prints registers of the own companies, and keeps that it was done",
    "gsp.register.wizard.action_xlsx": "saves registers of the own companies, and keeps that it was done",
}


def public_methods(env, addons):
    """(model name, method name) of everything the addons define and RPC reaches, the ORM's own methods aside."""
    prefixes = tuple(f"odoo.addons.{addon}." for addon in addons)
    for name, model in sorted(env.registry.items()):
        if model._abstract:
            continue
        own = {
            attribute
            for base in model.mro()
            if base.__module__.startswith(prefixes)
            for attribute, value in vars(base).items()
            if inspect.isfunction(value) and not attribute.startswith("_")
        }
        for method in sorted(own - set(dir(BaseModel))):
            try:
                get_public_method(env[name], method)
            except AccessError:
                continue
            yield name, method


class StrangersCall:
    """Mixin of a test case that has built a world: calls the public methods of `addons` as strangers."""

    addons = ()
    # What wizards for any kind of record are opened on.
    document = None

    @classmethod
    def make_strangers(cls):
        other = cls.env["res.company"].create({"name": "Elsewhere of Strangers"})
        data = cls.env["ir.model.data"].search([("module", "in", ADDONS), ("model", "=", "res.groups")])
        every_role = ",".join(data.mapped("complete_name"))
        roles = {
            "portal": ("base.group_portal", cls.company),
            "employee": ("base.group_user", cls.company),
            "another company": (every_role, other),
        }
        return {
            role: new_test_user(
                cls.env,
                login=f"stranger_{number}",
                groups=groups,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for number, (role, (groups, company)) in enumerate(roles.items())
        }

    def find_record(self, model):
        """A record of the world, the newest; empty if there is none."""
        companies = [self.company.id, False]
        domain = [("company_id", "in", companies)] if "company_id" in model._fields else []
        return model.sudo().with_context(active_test=False).search(domain, limit=1, order="id desc")

    def make_wizard(self, model):
        """What a stranger who knows ids would do first: a wizard of one's own on records of the world."""
        values = {}
        for name, field in model._fields.items():
            if field.type in ("many2one", "many2many") and name not in ("create_uid", "write_uid"):
                record = self.find_record(self.env[field.comodel_name])
                if record and (field.required or not field.compute):
                    values[name] = record.id if field.type == "many2one" else record.ids
            elif field.type in ("char", "text", "html") and (field.required or not field.compute):
                values[name] = "1"
            elif field.type == "selection" and field.required:
                values[name] = field.get_values(self.env)[0]
        if "res_model" in model._fields:
            values |= {"res_model": self.document._name, "res_id": self.document.id}
        return model.create(values)

    def count_changes(self):
        """Rows written so far in this transaction."""
        self.env.flush_all()
        self.env.cr.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return self.env.cr.fetchone()[0]

    def call(self, user, name, method):
        """Call as RPC does; gives what a stranger got out of it, as a sentence, or None."""
        record = self.find_record(self.env[name])
        model = self.env(user=user, context={"allowed_company_ids": user.company_id.ids})[name]
        function = getattr(type(model), method)
        try:
            if model._transient:
                record = self.make_wizard(model)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.count_changes()
            ids = [] if getattr(function, "_api_model", False) else [record.ids]
            result = call_kw(model, method, ids + [False] * self.count_arguments(function), {})
        except AccessError:
            return None
        except Exception as error:  # noqa: BLE001
            return f"stopped for another reason than access: {type(error).__name__}: {error}"
        if self.count_changes() != before:
            return "changed data"
        is_action = isinstance(result, dict) and str(result.get("type", "")).startswith("ir.actions")
        return f"got {result!r}" if result and result is not True and not is_action else None

    def count_arguments(self, function):
        """How many arguments a method cannot be called without."""
        return sum(
            parameter.default is parameter.empty and parameter.kind == parameter.POSITIONAL_OR_KEYWORD
            for parameter in list(inspect.signature(function).parameters.values())[1:]
        )

    def assertStrangersGetNothing(self):
        strangers, leaks, unproven = self.make_strangers(), [], []
        for name, method in public_methods(self.env, self.addons):
            model = self.env[name]
            alone = model._transient or getattr(getattr(type(model), method), "_api_model", False)
            if not alone and not self.find_record(model):
                # models of other addons, which inherit a method from these, are tried in their own world
                if model._original_module in self.addons:
                    unproven.append(f"{name}.{method}")
                continue
            for role, user in strangers.items():
                with self.env.cr.savepoint() as savepoint:
                    found = self.call(user, name, method)
                    savepoint.rollback()
                known = REVIEWED if role == "another company" else FOR_EVERYBODY
                if found and not known.keys() & {method, f"{name}.{method}"}:
                    leaks.append(f"{name}.{method} called by {role}: {found}")
        self.assertFalse(unproven, f"no record to try on: {unproven}")
        self.assertFalse(leaks, f"{len(leaks)} calls:\n" + "\n".join(leaks))


@tagged("post_install", "-at_install")
class TestServiceMethods(StrangersCall, ServiceWorld):
    addons = ("aftersales_service", "parts_claims")

    def ask_for_papers(self):
        """From now on the sale of a machine opens a file."""
        categ = [Command.set(self.machine.categ_id.ids)]
        self.env["service.document.type"].create({"name": "Way Contract", "kind": "sale", "categ_ids": categ})

    def test_strangers_get_nothing_from_the_methods_of_service_and_claims(self):
        self.ask_for_papers()
        self.buy_parts()
        self.sell_machine()
        self.settle(self.claim(self.repair_machine(self.report_fault())))
        repair = self.repair_machine(self.report_fault())
        self.settle(self.claim(repair))
        self.make_return_card()
        self.make_campaign()
        self.env["repair.appraisal"].with_user(self.technician).create({"repair_id": repair.id})
        self.call_back()
        self.make_work_records(repair)
        self.make_figures(repair)
        self.make_repair_record(repair)
        self.make_returned_unit(repair)
        self.take_cash(repair)
        self.handle_old_parts()
        self.watch_key_parts(repair)
        self.assertStrangersGetNothing()

    def watch_key_parts(self, repair):
        """The part that failed twice is watched, and that is unusual."""
        self.env["claim.key.part"].create(
            {
                "name": "Way Part",
                "company_id": self.company.id,
                "least_failures": 1,
                "most_failures": 1,
                "product_ids": [Command.set(repair.move_ids.product_id.ids)],
            }
        )
        self.env["claim.key.part"].sudo()._cron_watch()

    def make_repair_record(self, repair):
        """The record of a repair that was handed over."""
        values = repair.sudo()._prepare_repair_record() | {"name": "WAY"}
        self.env["service.repair.record"].sudo().create(values)

    def make_returned_unit(self, repair):
        """A unit was taken back under the law, and the next buyer is to be told."""
        rule = self.env["warranty.statute.rule"].search([("right", "=", "exchange_return")], limit=1)
        finding = self.env["warranty.statute.finding"].create(
            {
                "company_id": repair.company_id.id,
                "repair_id": repair.id,
                "lot_id": repair.lot_id.id,
                "unit_key": "way",
                "subject": "unit",
                "statute_id": rule.statute_id.id,
                "rule_id": rule.id,
                "right": rule.right,
                "remedy": "return",
                "arisen_on": fields.Date.today(),
            }
        )
        values = finding._prepare_return_certificate_vals() | {"name": "WAY"}
        certificate = self.env["warranty.return.certificate"].create(values)
        self.env["warranty.resale.disclosure"].create(
            {"certificate_id": certificate.id, "partner_id": self.customer.id}
        )

    def take_cash(self, repair):
        """Cash on its way to the cashier; what stands before taking it has tests of its own."""
        with patch.object(self.env.registry["repair.order"], "_get_cash_violations", lambda repairs: []):
            self.env["service.cash.receipt"].create({"repair_id": repair.id, "amount": 1})

    def handle_old_parts(self):
        """One old part is packed for its supplier, another proposed for scrap."""
        packed, scrapped = self.env["old.part"].with_user(self.clerk).search([], limit=2)
        picture = [Command.create({"image": SIGNATURE})]
        appraisals = self.env["old.part.appraisal"].with_user(self.clerk)
        vals = {"part_id": packed.id, "verdict": "defect", "finding": "Burnt", "picture_ids": picture}
        appraisals.create(vals).action_give()
        packed.action_return()
        scrapped._set({"date_collected": fields.Datetime.subtract(fields.Datetime.now(), years=1)})
        scrapped.action_scrap()

    def make_return_card(self):
        """A card in time for the machine sold, by the customer himself."""
        today = self.company._get_law_date()
        card = self.env["warranty.return.card"].create(
            {
                "company_id": self.company.id,
                "serial": self.serial.name,
                "product_id": self.machine.id,
                "partner_id": self.customer.id,
                "sale_date": today,
                "received_on": today,
            }
        )
        card.action_submit()

    def call_back(self):
        """The customer is to be called; a report and a rectification notice are open."""
        rule = self.env.ref("aftersales_service.service_callback_rule_7dc")
        (callback,) = rule._generate(self.company)
        self.env["service.callback.report"]._open_period(rule, self.company, "month", callback.date_planned)
        department = self.env["helpdesk.ticket.team"].create(
            {"name": "Workshop", "company_id": self.company.id}
        )
        self.env["service.rectification"].create(
            {
                "company_id": self.company.id,
                "callback_id": callback.id,
                "department_id": department.id,
                "finding": "Too slow",
            }
        )

    def make_work_records(self, repair):
        """One document of each kind the workshop keeps."""
        self.env["service.technician"]._for_users(self.technician, self.company)
        self.env["service.appointment"].create(
            {
                "partner_id": self.customer.id,
                "lot_id": self.serial.id,
                "request": "Service",
                "start": fields.Datetime.now(),
                "repair_id": False,
            }
        )
        self.env["service.appointment.day"].create({})
        for model, values in (
            ("service.visit", {}),
            ("service.receipt", {"description": "Machine"}),
            ("service.shipment", {"direction": "to_factory"}),
            ("service.loan", {"product_id": self.machine.id, "due_date": fields.Date.today()}),
            ("service.part.requisition", {}),
            ("service.custody.incident", {"item": "Door", "place": "Yard", "description": "Scratched"}),
        ):
            self.env[model].create({"repair_id": repair.id, **values})


@tagged("post_install", "-at_install")
class TestPharmacyMethods(StrangersCall, GateCommon):
    addons = ("compliance_base", "pharmacy_gsp")

    def test_strangers_get_nothing_from_the_methods_of_compliance_and_pharmacy(self):
        self.document = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 2), prescription=self.document)
        self._deliver(order)
        self.env["gsp.sale.record"]._seal_evidence()
        self.env["gsp.sale.record"].with_user(self.quality).action_verify_chain()
        self.make_checklist()
        self.make_refusal()
        self.make_decision()
        self.make_papers()
        # repairs have checklists as well
        self.env["repair.order"].with_company(self.company).create({"company_id": self.company.id})
        self.make_gate_records()
        self.make_acceptance()
        self.make_bench_records()
        self.make_register_records(order.picking_ids)
        self.assertStrangersGetNothing()

    def make_decision(self):
        """Where after-sales is installed too: a document that is signed, waiting for its signature."""
        if "repair.coverage.decision" in self.env:
            repair = self.env["repair.order"].create({"product_id": self.rx.id})
            self.env["repair.coverage.decision"].create(
                {"repair_id": repair.id, "coverage": "goodwill", "reason": "Way", "description": "Way"}
            )

    def make_papers(self):
        """A license, a first approval, a health check, a training and a request for quotation of the company."""
        company = {"company_id": self.company.id}
        supplier = self.env["res.partner"].create({"name": "Test Supplier", "is_company": True})
        employee = self.env["hr.employee"].create({"name": "Test Employee", **company})
        self.env["gsp.license"].create(
            {
                "name": "TEST",
                "type_id": self.env.ref("pharmacy_gsp.gsp_license_type_business").id,
                "valid_from": self.today,
                **company,
            }
        )
        self.env["gsp.first.approval"].create({"partner_id": supplier.id, **company})
        self.env["gsp.health.check"].create(
            {"employee_id": employee.id, "institution": "Test Hospital", "result": "fit", **company}
        )
        self.env["gsp.training"].create({"name": "Test Training", **company})
        self.env["gsp.prescription.binding"].create({"month": self.today, **company})
        self.env["purchase.order"].create({"partner_id": supplier.id, **company})

    def make_acceptance(self):
        """An acceptance of one lot, and a trace code of it."""
        company = {"company_id": self.company.id}
        lot = self.otc_lot if hasattr(self, "otc_lot") else self.rx_lot
        acceptance = self.env["gsp.acceptance"].sudo().create({"kind": "stock", **company})
        line = {"acceptance_id": acceptance.id, "product_id": lot.product_id.id, "lot_id": lot.id}
        self.env["gsp.acceptance.line"].sudo().create(line)
        code = {"name": "81000000000000000017", "kind": "code20", "product_id": lot.product_id.id, **company}
        self.env["gsp.trace.code"].sudo().create(code)

    def make_gate_records(self):
        """A hold, a registered buyer, a look at that buyer and a near-expiry register of the company."""
        company = {"company_id": self.company.id}
        self.env["gsp.hold"].create({"product_id": self.otc.id, "reason": "Stains", **company})
        buyers = self.env["gsp.buyer.identity"]
        buyer = buyers._register_person(self.company, "passport", "Test", "E123", birth_date=date(1990, 1, 1))
        self.env["gsp.identity.look"].create({"identity_id": buyer.id, "purpose": "Inspection"})
        self.env["gsp.near.expiry"].create({"month": self.today.replace(day=1), **company})

    def make_bench_records(self):
        """An opened pack with its record, a cleaning log, a scale, a procedure, a weighing, a decoction with a sample.

        They are drafts: what must hold before each step is tried by the tests of the steps.
        """
        company = {"company_id": self.company.id}
        bench = self.warehouse._gsp_get_zone("split", self.company)
        self.env["gsp.split.cleaning"].create({"bench_id": bench.id, **company})
        lot = {"product_id": self.otc.id, "lot_id": self.otc_lot.id}
        pack = self.env["gsp.split.pack"].create({**lot, **company})
        move = self._sell((self.otc, 2)).sudo().picking_ids.move_ids
        self.env["gsp.split.record"].create({"pack_id": pack.id, "move_id": move.id, **company})
        scale = self.env["gsp.scale"].create({"name": "Test Scale", **company})
        self.env["gsp.scale.check"].create({"scale_id": scale.id, "result": "ok"})
        self.env["gsp.scale.verification"].create(
            {
                "scale_id": scale.id,
                "name": "TEST",
                "institution": "Test Institute",
                "result": "passed",
                **company,
            }
        )
        topics = [value for value in self.env["gsp.document"]._fields["topic"].get_values(self.env)]
        documents = self.env["gsp.document"].create(
            [{"name": topic, "code": topic, "topic": topic, **company} for topic in topics]
        )
        documents[:-1]._move_to("active")
        herb = self._create_drug("Test Herb", False, gsp_drug_type="pieces", gsp_approval_number=False)
        prescription = self._reviewed((herb, 1, {"dose_weight": 9}), category="pieces", dose_count=1)
        self.env["gsp.dispensing"].create({"prescription_id": prescription.id})
        decoction = self.env["gsp.decoction"].create({"prescription_id": prescription.id})
        self.env["gsp.decoction.sample"].create({"decoction_id": decoction.id, "product_id": herb.id})

    def make_register_records(self, picking):
        """A comparison with a difference, a return, a specimen, and a signature outside the attendance."""
        self._return(picking).button_validate()
        comparison = self.env["gsp.consistency"].create(
            {"company_id": self.company.id, "date_from": self.today, "date_to": self.today}
        )
        comparison.action_compare()
        trace = self.env["gsp.lot.trace"].create({"product_id": self.rx.id, "company_id": self.company.id})
        trace.action_trace()
        self.env["gsp.specimen"].create(
            {
                "company_id": self.company.id,
                "institution": "Test Hospital",
                "physician_name": "Test Physician",
                "signature": SIGNATURE,
            }
        )
        employee = self.pharmacist.employee_ids.filtered(lambda item: item.company_id == self.company)
        attendance = self.env["hr.attendance"].search([("employee_id", "=", employee.id)])
        attendance.check_out = self.document.signature_ids[:1].signed_at - timedelta(minutes=5)
        self.env.flush_all()

    def make_checklist(self):
        roles = "compliance_base.compliance_base_group_manager,base.group_partner_manager"
        manager = self._create_user("gsp_compliance", roles)
        template = (
            self.env["compliance.checklist.template"]
            .with_user(manager)
            .create(
                {
                    "code": "WAY",
                    "name": "Way",
                    "company_id": self.company.id,
                    "line_ids": [Command.create({"name": "Clean", "kind": "yes_no"})],
                }
            )
        )
        template.action_publish()
        template._create_checklist(self.customer.with_user(manager))

    def make_refusal(self):
        """A refusal as gates write them, but in this transaction."""
        refusals = self.env["compliance.refusal"].sudo()
        violation = Violation("way.rule", self.customer, "Not like this.")
        refusals._insert_once(
            [refusals._prepare_refusal(violation) | {"attempt_key": "way", "resend_key": None}]
        )
