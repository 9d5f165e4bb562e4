# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mimetypes import guess_mimetype

MEGABYTE = 1024 * 1024


class RepairPhoto(models.Model):
    """A picture of the unit as it came in. What was photographed before the customer signed stays as it is."""

    _name = "repair.photo"
    _description = "Photo of a Repair"
    _order = "sequence, id"

    repair_id = fields.Many2one("repair.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="repair_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What It Shows")
    image = fields.Image(max_width=1920, max_height=1920, required=True)
    image_256 = fields.Image(string="Thumbnail", related="image", max_width=256, max_height=256, store=True)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_image(vals.get("image"), vals.get("name"))
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & {"image", "repair_id"}:
            self._check_unsigned()
        if vals.get("image"):
            self._check_image(vals["image"], vals.get("name") or self[:1].name)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_unsigned()

    # Business

    @api.model
    def _check_image(self, image, name):
        """Refuse what is no picture or larger than the company allows, before anything is stored.

        :param image: base64, as the client sends it
        :raise ValidationError: naming the photo, its size and the limit
        """
        try:
            content = base64.b64decode(image or b"")
        except (binascii.Error, ValueError):
            content = b""
        name = name or self.env._("The photo")
        # vector graphics may carry scripts
        mimetype = guess_mimetype(content, default="application/octet-stream")
        if not mimetype.startswith("image/") or mimetype.startswith("image/svg"):
            raise ValidationError(
                self.env._(
                    "%(photo)s is not a picture. Take a photo, or choose a JPEG, PNG or WebP file.",
                    photo=name,
                )
            )
        limit = self.env.company.repair_photo_limit
        if len(content) > limit * MEGABYTE:
            raise ValidationError(
                self.env._(
                    "%(photo)s has %(size).1f MB; at most %(limit)s MB are allowed. Take it with a lower resolution.",
                    photo=name,
                    size=len(content) / MEGABYTE,
                    limit=limit,
                )
            )

    def _check_unsigned(self):
        """What the customer has seen and signed stays in the file."""
        for photo in self:
            signed = photo.repair_id._get_valid_customer_signature("intake")
            if signed and photo.create_date <= signed.signed_on:
                raise UserError(
                    self.env._(
                        "%(repair)s: the customer has signed the intake with this photo. Add another one instead.",
                        repair=photo.repair_id.name,
                    )
                )
