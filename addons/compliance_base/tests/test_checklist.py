# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io

from PIL import Image
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ComplianceCase


class ChecklistCase(ComplianceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Template = cls.env["compliance.checklist.template"]
        cls.Checklist = cls.env["compliance.checklist"]
        cls.Line = cls.env["compliance.checklist.line"]
        cls.template = cls.make_template()
        cls.template.with_user(cls.manager).action_publish()
        in_company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.inspector = new_test_user(
            cls.env, "law_inspector", groups="base.group_user,base.group_partner_manager", **in_company
        )
        cls.document = cls.env["res.partner"].create({"name": "Checked", "company_id": cls.company.id})
        cls.foreign_document = cls.env["res.partner"].create(
            {"name": "Foreign", "company_id": cls.other_company.id}
        )
        buffer = io.BytesIO()
        Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
        cls.picture = base64.b64encode(buffer.getvalue())

    @classmethod
    def make_template(cls, **vals):
        lines = [
            {"name": "Doors", "kind": "section", "required": False},
            {"name": "Door closes", "kind": "yes_no"},
            {"name": "Door leaks", "kind": "yes_no", "expected": "no"},
            {
                "name": "Cold room",
                "kind": "number",
                "limit": "range",
                "limit_min": 2,
                "limit_max": 10,
                "unit": "°C",
                "allow_na": True,
            },
            {"name": "Inspector's words", "kind": "text"},
            {"name": "Photo of the seal", "kind": "picture", "required": False},
        ]
        vals = {"code": "ROOM", "name": "Room inspection", **vals}
        lines = [Command.create({**line, "sequence": index}) for index, line in enumerate(lines)]
        return cls.Template.create({**vals, "line_ids": lines})

    def make(self, record=None, user=None):
        template = self.template.with_user(user or self.inspector)
        return template._create_checklist((record or self.document).with_env(template.env))

    def answer(self, checklist, **answers):
        """Write ``l<position>_<field>=value`` on the lines."""
        for key, value in answers.items():
            index, field = key[1:].split("_", 1)
            checklist.line_ids[int(index)].write({field: value})

    def answer_all(self, checklist):
        self.answer(
            checklist,
            l1_answer_yes_no="yes",
            l2_answer_yes_no="no",
            l3_answer_reading="4.5",
            l4_answer_text="All well",
        )


@tagged("post_install", "-at_install")
class TestChecklistTemplate(ChecklistCase):
    def test_published_template_is_frozen(self):
        template, line = (
            self.template.with_user(self.manager),
            self.template.line_ids[1].with_user(self.manager),
        )
        for vals in ({"name": "x"}, {"code": "x"}, {"line_ids": []}, {"company_id": self.company.id}):
            with self.assertRaises(UserError):
                template.write(vals)
            with self.assertRaises(UserError):
                template.sudo().write(vals)
        for change in (
            lambda: line.write({"limit_max": 99}),
            lambda: line.write({"template_id": self.make_template(code="OTHER").id}),
            lambda: line.unlink(),
            lambda: line.create({"template_id": template.id, "name": "One more"}),
            lambda: line.update_field_translations("name", {"en_US": "Reworded"}),
            lambda: template.update_field_translations("name", {"en_US": "Reworded"}),
            lambda: template.unlink(),
            lambda: template.with_context(_force_unlink=True).unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        self.assertEqual(template.line_ids[1].name, "Door closes")

    def test_state_moves_by_actions_of_the_manager_only(self):
        draft = self.make_template(code="DRAFT")
        for vals in ({"state": "published"}, {"version": 7}, {"published_by_id": self.manager.id}):
            with self.assertRaises(UserError):
                draft.with_user(self.manager).write(vals)
        with self.assertRaises(UserError):
            self.make_template(code="OTHER", state="published")
        defaulted = self.Template.with_user(self.manager).with_context(
            default_state="published", default_version=9
        )
        created = defaulted.create({"code": "DEFAULTED", "name": "x"})
        self.assertEqual((created.state, created.version), ("draft", 1))
        for action in ("action_publish", "action_retire", "action_new_version"):
            with self.assertRaises(AccessError):
                getattr(draft.with_user(self.reader), action)()
        with self.assertRaises(UserError):
            draft.with_user(self.manager).action_retire()
        with self.assertRaises(UserError):
            created.with_user(self.manager).action_publish()

    def test_new_version_replaces_the_published_one(self):
        action = self.template.with_user(self.manager).action_new_version()
        second = self.Template.browse(action["res_id"])
        self.assertEqual((second.code, second.version, second.state), ("ROOM", 2, "draft"))
        self.assertEqual(second.line_ids.mapped("name"), self.template.line_ids.mapped("name"))
        self.assertEqual(self.template.with_user(self.manager).action_new_version()["res_id"], second.id)
        self.assertEqual(self.Template._get_published("ROOM", self.company), self.template)
        second.line_ids[1].name = "Door closes by itself"
        second.with_user(self.manager).action_publish()
        self.assertEqual((self.template.state, second.state), ("retired", "published"))
        self.assertEqual(self.Template._get_published("ROOM", self.company), second)
        self.assertEqual(self.template.line_ids[1].name, "Door closes")

    def test_duplicate_gets_another_code(self):
        copies = (self.template + self.make_template(code="SECOND")).copy()
        self.assertEqual(copies.mapped("code"), ["ROOM (copy)", "SECOND (copy)"])
        self.assertEqual(set(copies.mapped("state")), {"draft"})

    def test_template_of_a_company_comes_before_the_general_one(self):
        own = self.make_template(company_id=self.company.id)
        own.with_user(self.manager).action_publish()
        self.assertEqual(self.template.state, "published")
        self.assertEqual(self.Template._get_published("ROOM", self.company), own)
        self.assertEqual(self.Template._get_published("ROOM", self.other_company), self.template)
        with self.assertRaises(UserError):
            own._create_checklist(self.foreign_document)

    def test_only_published_templates_are_used(self):
        draft = self.make_template(code="DRAFT")
        with self.assertRaises(UserError):
            draft._create_checklist(self.document)
        self.template.with_user(self.manager).action_retire()
        with self.assertRaises(UserError):
            self.make()

    def test_template_for_one_model_is_refused_on_another(self):
        template = self.make_template(code="COMPANY", res_model="res.company")
        template.with_user(self.manager).action_publish()
        with self.assertRaises(UserError):
            template._create_checklist(self.document)
        self.assertTrue(template._create_checklist(self.company))

    def test_minimum_above_maximum_is_refused(self):
        line = {
            "template_id": self.make_template(code="BAD").id,
            "name": "x",
            "kind": "number",
            "limit": "range",
        }
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["compliance.checklist.template.line"].create({**line, "limit_min": 3, "limit_max": 2})


@tagged("post_install", "-at_install")
class TestChecklist(ChecklistCase):
    def test_items_are_frozen_copies(self):
        checklist = self.make()
        self.assertEqual(
            (checklist.template_name, checklist.template_version, checklist.company_id, checklist.res_name),
            ("Room inspection", 1, self.company, "Checked"),
        )
        self.assertEqual(checklist.line_ids.mapped("name"), self.template.line_ids.mapped("name"))
        self.assertEqual(checklist.line_ids[3].requirement, "2 – 10 °C")
        for vals in (
            {"name": "x"},
            {"limit_max": 99},
            {"required": False},
            {"kind": "text"},
            {"checklist_id": False},
        ):
            with self.assertRaises(UserError):
                checklist.line_ids[3].write(vals)
        for vals in (
            {"template_id": self.make_template(code="X").id},
            {"res_id": self.company.partner_id.id},
            {"res_model": "res.users"},
            {"company_id": self.other_company.id},
            {"result": "conform"},
            {"template_name": "x"},
            {"state": "done"},
            {"line_ids": [Command.create({"name": "x", "kind": "text"})]},
            {"line_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError):
                checklist.write(vals)
        with self.assertRaises(UserError):
            self.Line.create({"checklist_id": checklist.id, "name": "x", "kind": "text"})
        with self.assertRaises(UserError):
            checklist.line_ids[1].copy()
        self.assertFalse(self.Line.load(["checklist_id/.id", "name"], [[str(checklist.id), "x"]])["ids"])

    def test_client_cannot_create_a_completed_checklist(self):
        vals = {"template_id": self.template.id}
        for more in ({"state": "done"}, {"line_ids": [Command.create({"name": "x"})]}):
            with self.assertRaises(UserError):
                self.Checklist.with_user(self.inspector).create({**vals, **more})
        context = {
            "default_state": "done",
            "default_done_by_id": self.manager.id,
            "default_name": "FORGED",
            "default_template_version": 9,
            "default_template_name": "FORGED",
            "default_result": "conform",
        }
        checklist = (
            self.Checklist.with_user(self.inspector)
            .with_context(**context)
            .create({**vals, "done_by_id": self.manager.id, "name": "FORGED"})
        )
        self.assertEqual((checklist.state, checklist.result, checklist.template_version), ("draft", False, 1))
        self.assertFalse(checklist.done_by_id)
        self.assertNotEqual(checklist.name, "FORGED")
        self.assertEqual(checklist.template_name, "Room inspection")
        context = {"default_res_model": "res.partner", "default_res_id": self.foreign_document.id}
        with self.assertRaises(AccessError):
            self.Checklist.with_user(self.inspector).with_context(**context).create(vals)

    def test_completion_lists_everything_that_is_missing(self):
        first, second = self.make(), self.make()
        self.answer(first, l1_answer_yes_no="yes")
        with self.assertRaises(UserError) as caught:
            (first + second).action_done()
        message = str(caught.exception)
        for name, count in (
            ("Door closes", 1),
            ("Door leaks", 2),
            ("Cold room", 2),
            ("Inspector's words", 2),
        ):
            self.assertEqual(message.count(name), count, name)
        self.assertNotIn("Photo", message)
        self.assertNotIn("Doors", message)
        self.assertEqual((first + second).mapped("state"), ["draft", "draft"])

    def test_result(self):
        checklist = self.make()
        self.assertFalse(checklist.result)
        self.answer_all(checklist)
        self.assertEqual(checklist.result, "conform")
        for change, expected in (
            ({"l1_answer_yes_no": "no"}, "nonconform"),
            ({"l1_answer_yes_no": "yes"}, "conform"),
            ({"l2_answer_yes_no": "yes"}, "nonconform"),
            ({"l2_answer_yes_no": "no"}, "conform"),
            ({"l3_answer_reading": "1.99"}, "nonconform"),
            ({"l3_answer_reading": "2"}, "conform"),
            ({"l3_answer_reading": "10"}, "conform"),
            ({"l3_answer_reading": "10.01"}, "nonconform"),
            ({"l3_answer_reading": ""}, False),
            ({"l3_is_na": True}, "conform"),
        ):
            self.answer(checklist, **change)
            self.assertEqual(checklist.result, expected, change)

    def test_zero_is_a_reading_and_empty_is_none(self):
        line = self.make().line_ids[3]
        self.assertEqual(line.conformity, "open")
        line.answer_reading = "0"
        self.assertEqual((line.conformity, line.answer_number), ("nonconform", 0.0))

    def test_readings_that_are_no_numbers_are_refused(self):
        line = self.make().line_ids[3]
        for reading in ("4,5", "warm", "nan", "inf", "4.5 °C"):
            with self.subTest(reading=reading), self.assertRaises(ValidationError):
                line.answer_reading = reading

    def test_not_applicable_only_where_allowed(self):
        checklist = self.make()
        checklist.line_ids[3].is_na = True
        with self.assertRaises(ValidationError):
            checklist.line_ids[1].is_na = True

    def test_completed_checklist_is_locked_evidence(self):
        checklist = self.make()
        self.answer_all(checklist)
        checklist.line_ids[5].answer_picture = self.picture
        checklist.action_done()
        self.assertEqual(
            (checklist.state, checklist.result, checklist.done_by_id), ("done", "conform", self.inspector)
        )
        self.assertTrue(checklist.done_at and checklist.evidence_closed_at)
        self.assertEqual(len(checklist.evidence_content_hash), 64)
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self.Line._name),
                    ("res_id", "in", checklist.line_ids.ids),
                    ("res_field", "!=", False),
                ]
            )
        )
        for record in (
            checklist,
            checklist.sudo(),
            checklist.with_user(self.env.ref("base.user_admin")).sudo(),
        ):
            for change in (
                lambda record=record: record.line_ids[1].write({"answer_yes_no": "no"}),
                lambda record=record: record.line_ids[5].write({"answer_picture": False}),
                lambda record=record: record.write({"note": "x"}),
                lambda record=record: record.write({"user_id": self.manager.id}),
                lambda record=record: record.write(
                    {"line_ids": [Command.update(record.line_ids[1].id, {"remark": "x"})]}
                ),
                lambda record=record: record.action_done(),
                lambda record=record: record.action_cancel(),
                lambda record=record: record.unlink(),
                lambda record=record: record.with_context(_force_unlink=True).unlink(),
                lambda record=record: attachment.with_env(record.env).write(
                    {"datas": base64.b64encode(b"x")}
                ),
                lambda record=record: attachment.with_env(record.env).unlink(),
            ):
                with self.assertRaises(UserError):
                    change()
        checklist.message_post(body="People may still talk about it")

    def test_canceled_checklist_is_locked(self):
        checklist = self.make()
        checklist.action_cancel()
        for change in (
            lambda: checklist.line_ids[1].write({"answer_yes_no": "no"}),
            lambda: checklist.action_done(),
            lambda: checklist.action_cancel(),
            lambda: checklist.unlink(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_draft_can_be_deleted(self):
        checklist = self.make()
        lines = checklist.line_ids
        checklist.unlink()
        self.assertFalse(checklist.exists())
        self.assertFalse(lines.exists())

    def test_form(self):
        form = Form(self.Checklist.with_user(self.inspector))
        form.template_id = self.template
        checklist = form.save()
        with Form(checklist) as form, form.line_ids.edit(1) as line:
            line.answer_yes_no = "no"
        self.assertEqual((checklist.line_ids[1].conformity, checklist.result), ("nonconform", "nonconform"))
        self.assertEqual((checklist.answered_count, checklist.item_count), (1, 5))

    def test_cost_does_not_grow_with_the_number_of_checklists(self):
        few = self.make() + self.make()
        many = self.Checklist.concat(*(self.make() for _index in range(10)))
        counts = []
        for checklists in (few, many):
            for checklist in checklists:
                self.answer_all(checklist)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            checklists.action_done()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 10)


@tagged("post_install", "-at_install")
class TestChecklistAccess(ChecklistCase):
    """Access to a checklist follows access to the record it is attached to."""

    def test_reader_of_the_record_reads_and_does_not_answer(self):
        checklist = self.make()
        mine = checklist.with_user(self.user)
        self.assertEqual(mine.line_ids[1].name, "Door closes")
        self.assertIn(mine, mine.search([]))
        for change in (
            lambda: mine.line_ids[1].write({"answer_yes_no": "yes"}),
            lambda: mine.write({"note": "x"}),
            lambda: mine.action_done(),
            lambda: mine.action_cancel(),
            lambda: mine.unlink(),
            lambda: self.make(user=self.user),
            lambda: self.Checklist.with_user(self.user).create(
                {"template_id": self.template.id, "res_model": "res.partner", "res_id": self.document.id}
            ),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_who_may_not_read_the_record_sees_nothing(self):
        self.inspector.company_ids += self.other_company
        private = self.env["ir.filters"].create(
            {"name": "Private", "model_id": "res.partner", "user_ids": [Command.set(self.manager.ids)]}
        )
        checklist = self.template._create_checklist(private)
        hidden = checklist.with_user(self.inspector)
        self.assertNotIn(hidden, hidden.search([]))
        self.assertFalse(hidden.search_count([("id", "=", checklist.id)]))
        self.assertFalse(hidden.line_ids.search([("checklist_id", "=", checklist.id)]))
        self.assertFalse(hidden._read_group([("id", "=", checklist.id)], [], ["__count"])[0][0])
        for read in (
            lambda: hidden.read(["name"]),
            lambda: checklist.line_ids.with_user(self.inspector).read(["name"]),
            lambda: hidden.action_open_document(),
            lambda: self.make(record=private),
        ):
            with self.assertRaises(AccessError):
                read()
        self.assertTrue(checklist.with_user(self.manager).read(["name"]))

    def test_other_companies_see_nothing(self):
        checklist = self.make()
        self.assertFalse(self.Checklist.with_user(self.stranger).search([("id", "=", checklist.id)]))
        with self.assertRaises(AccessError):
            checklist.with_user(self.stranger).read(["name"])
        with self.assertRaises(AccessError):
            checklist.line_ids.with_user(self.stranger).read(["name"])
        with self.assertRaises(AccessError):
            self.make(record=self.foreign_document)

    def test_checklist_of_no_record_is_open_to_the_company(self):
        checklist = self.Checklist.with_user(self.user).create({"template_id": self.template.id})
        checklist.line_ids[1].answer_yes_no = "yes"
        self.assertIn(checklist, checklist.search([]))
        self.assertFalse(checklist.with_user(self.stranger).search([("id", "=", checklist.id)]))

    def test_checklist_of_a_deleted_record_is_for_managers(self):
        document = self.env["res.partner"].create({"name": "Gone", "company_id": self.company.id})
        checklist = self.make(record=document)
        document.unlink()
        self.assertFalse(checklist.search([("id", "=", checklist.id)]))
        with self.assertRaises(AccessError):
            checklist.read(["name"])
        self.env.invalidate_all()
        found = checklist.with_user(self.manager).search([("id", "=", checklist.id)])
        self.assertEqual(found.read(["name"])[0]["name"], checklist.sudo().name)

    def test_portal_users_have_no_access(self):
        portal = new_test_user(self.env, "law_portal", groups="base.group_portal", company_id=self.company.id)
        with self.assertRaises(AccessError):
            self.make().with_user(portal).read(["name"])
        with self.assertRaises(AccessError):
            self.template.with_user(portal).read(["name"])
