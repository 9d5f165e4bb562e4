# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from .test_checklist import ChecklistCase


class CheckedThing(models.Model):
    _module = None
    _name = "compliance.test.checked"
    _description = "Something with Checklists"
    _inherit = ["compliance.checklist.mixin"]

    name = fields.Char()
    company_id = fields.Many2one("res.company")


@tagged("post_install", "-at_install")
class TestChecklistMixin(ChecklistCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.remove_model)
        add_to_registry(cls.registry, CheckedThing)
        cls.registry._setup_models__(cls.env.cr, [])
        cls.registry.init_models(cls.env.cr, [CheckedThing._name], {"module": "compliance_base"})
        cls.env["ir.model.access"].create(
            {
                "name": "checked things",
                "model_id": cls.env["ir.model"]._get_id(CheckedThing._name),
                "group_id": cls.env.ref("base.group_user").id,
                "perm_read": True,
                "perm_write": True,
                "perm_create": True,
                "perm_unlink": True,
            }
        )
        cls.thing = cls.env[CheckedThing._name].create({"name": "Thing", "company_id": cls.company.id})

    @classmethod
    def remove_model(cls):
        for parent in CheckedThing._inherit + ["base"]:
            cls.registry[parent]._inherit_children.discard(CheckedThing._name)
        del cls.registry[CheckedThing._name]
        cls.registry._setup_models__(cls.env.cr, [])

    def test_checklists_of_a_record_are_counted_and_opened(self):
        other = self.thing.copy({"name": "Other"})
        checklists = (self.thing + other).with_user(self.user)._create_checklists("ROOM")
        self.thing.with_user(self.user)._create_checklists("ROOM").action_cancel()
        self.answer_all(checklists[0])
        checklists[0].action_done()
        self.assertEqual((self.thing.checklist_count, self.thing.checklist_open_count), (1, 0))
        self.assertEqual((other.checklist_count, other.checklist_open_count), (1, 1))
        self.assertIn(checklists[0], self.thing.checklist_ids)
        action = self.thing.action_view_checklists()
        found = self.Checklist.search(action["domain"])
        self.assertEqual(len(found), 2)
        self.assertIn(checklists[0], found)
        started = self.Checklist.with_context(**action["context"]).create({"template_id": self.template.id})
        self.assertEqual(started.res_name, self.thing.display_name)

    def test_unknown_template_is_an_error(self):
        with self.assertRaisesRegex(UserError, "NONE"):
            self.thing._create_checklists("NONE")

    def test_gate_lists_all_open_checklists(self):
        self.thing._check_checklists_done()
        first, second = self.thing._create_checklists("ROOM"), self.thing._create_checklists("ROOM")
        with self.assertRaises(UserError) as caught:
            self.thing._check_checklists_done()
        self.assertIn(first.name, str(caught.exception))
        self.assertIn(second.name, str(caught.exception))
        self.answer_all(first)
        first.action_done()
        second.action_cancel()
        self.thing._check_checklists_done()

    def test_record_with_completed_checklist_is_kept(self):
        checklist = self.thing._create_checklists("ROOM")
        self.answer_all(checklist)
        checklist.action_done()
        with self.assertRaises(UserError):
            self.thing.with_user(self.user).unlink()
        self.assertTrue(self.thing.exists())

    def test_open_checklists_go_with_their_record(self):
        checklist = self.thing._create_checklists("ROOM")
        self.thing.with_user(self.user).unlink()
        self.assertFalse(checklist.exists())
