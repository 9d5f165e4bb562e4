# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
import os

from PIL import Image

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .test_intake import IntakeCase


def draw(width=40, height=30):
    """A picture as a camera sends it, base64."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "JPEG")
    return base64.b64encode(buffer.getvalue())


@tagged("post_install", "-at_install")
class TestRepairPhoto(IntakeCase):
    def add(self, repair, image, name="Left side"):
        return (
            self.env["repair.photo"]
            .with_user(self.reception)
            .create({"repair_id": repair.id, "name": name, "image": image})
        )

    def test_a_photo_of_30_mb_is_refused_by_name_size_and_limit(self):
        repair = self.take_in()
        photo = base64.b64decode(draw()) + os.urandom(30 * 1024 * 1024)
        with self.assertRaisesRegex(ValidationError, r"Left side has 30\.0 MB; at most 10 MB"):
            self.add(repair, base64.b64encode(photo))
        self.assertFalse(repair.photo_ids)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", "repair.photo"), ("create_uid", "=", self.reception.id)]
            )
        )

    def test_what_is_no_picture_is_refused(self):
        repair = self.take_in()
        script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        for content in (b"%PDF-1.4 no picture", script, b"MZ\x90\x00", b""):
            with self.assertRaisesRegex(ValidationError, "not a picture"):
                self.add(repair, base64.b64encode(content))
        photo = self.add(repair, draw())
        with self.assertRaises(ValidationError):
            photo.image = base64.b64encode(b"%PDF-1.4 no picture")

    def test_the_company_sets_the_limit(self):
        repair = self.take_in()
        photo = base64.b64encode(base64.b64decode(draw()) + os.urandom(2 * 1024 * 1024))
        self.company.repair_photo_limit = 1
        with self.assertRaisesRegex(ValidationError, "at most 1 MB"):
            self.add(repair, photo)

    def test_what_the_customer_signed_with_stays(self):
        repair = self.take_in()
        before = self.add(repair, draw())
        self.sign_intake(repair, self.reception)
        for change in (before.unlink, lambda: before.write({"image": draw(50, 50)})):
            with self.assertRaisesRegex(UserError, "has signed the intake with this photo"):
                change()
        before.name = "Right side"
        self.assertEqual(len(repair.photo_ids), 1)
        repair.with_user(self.reception).photo_ids = [Command.create({"image": draw()})]
        self.assertEqual(len(repair.photo_ids), 2)
