# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import os

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_intake import IntakeCase
from .test_repair_photo import draw


@tagged("post_install", "-at_install")
class TestPhotoUpload(IntakeCase):
    """Several pictures at once at the reception: the good ones stay, each bad one is named."""

    def upload(self, repair, *files, user=None):
        repair = repair.with_user(user or self.reception)
        action = repair.action_add_photos()
        wizard = self.env[action["res_model"]].with_user(repair.env.user).with_context(**action["context"])
        attachments = [
            self.env["ir.attachment"]
            .with_user(repair.env.user)
            .create({"name": name, "raw": content, "res_model": wizard._name, "res_id": 0})
            .id
            for name, content in files
        ]
        return wizard.create({"file_ids": [Command.set(attachments)]}).action_add(), attachments

    def test_several_photos_are_added_at_once(self):
        repair = self.take_in()
        picture = base64.b64decode(draw())
        action, files = self.upload(repair, ("left.jpg", picture), ("right.jpg", picture))
        self.assertEqual(action["type"], "ir.actions.act_window_close")
        self.assertEqual(repair.photo_ids.mapped("name"), ["left.jpg", "right.jpg"])
        self.assertFalse(self.env["ir.attachment"].browse(files).exists(), "nothing is kept twice")

    def test_a_30_mb_photo_and_a_program_are_refused_by_name_and_the_others_kept(self):
        repair = self.take_in()
        picture = base64.b64decode(draw())
        action, _files = self.upload(
            repair,
            ("left.jpg", picture),
            ("huge.jpg", picture + os.urandom(30 * 1024 * 1024)),
            ("virus.jpg", b"MZ\x90\x00 this is a program"),
            ("right.jpg", picture),
        )
        self.assertEqual(repair.photo_ids.mapped("name"), ["left.jpg", "right.jpg"])
        message = action["params"]["message"]
        self.assertIn("huge.jpg has 30.0 MB; at most 10 MB", message)
        self.assertIn("virus.jpg is not a picture", message)
        self.assertNotIn("left.jpg", message)

    def test_nothing_chosen_and_files_of_others_are_refused(self):
        repair = self.take_in()
        with self.assertRaisesRegex(UserError, "Choose the pictures first"):
            self.upload(repair)
        foreign = self.env["ir.attachment"].create({"name": "secret.jpg", "datas": draw()})
        wizards = self.env["repair.photo.upload"].with_user(self.reception)
        with self.assertRaises(UserError):
            vals = {"repair_id": repair.id, "file_ids": [Command.set(foreign.ids)]}
            wizards.create(vals).action_add()
        self.assertFalse(repair.photo_ids)
        self.assertTrue(foreign.exists())
        with self.assertRaises(AccessError):
            repair.with_user(self.quality).action_add_photos()
