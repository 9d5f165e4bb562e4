# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo import models
from odoo.tools import file_open
from odoo.tools.image import image_data_uri

from .product_category import OUTLINES


class RepairOrder(models.Model):
    """What the intake sheet and the maintenance confirmation print."""

    _inherit = "repair.order"

    def _get_customer_lang(self):
        """Language the customer reads, else the user's."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang

    def _get_intake_sheet_name(self):
        return self.env._("Intake Sheet %s", self.name.replace("/", "-"))

    def _get_intake_signature(self):
        """The signature that holds for what is printed; a signature given under something else is not shown."""
        return self._get_valid_customer_signature("intake")

    def _get_condition_picture_data(self):
        """The picture for the damage marks, inside the document: the PDF is made without a session."""
        categ = self.product_id.categ_id
        picture = categ._get_condition_picture()
        if picture in OUTLINES.values():
            with file_open(picture.lstrip("/"), "rb") as file:
                return "data:image/svg+xml;base64," + base64.b64encode(file.read()).decode()
        return image_data_uri(categ._get_condition_source().condition_image)

    def _get_done_checklists(self):
        return self.checklist_ids.filtered(lambda checklist: checklist.state == "done").sorted("id")

    def _get_intake_checklists(self):
        """Completed checklists that belong to the intake."""
        lines = self.service_type_id.checklist_ids.filtered(lambda line: line.moment == "intake")
        codes = set(lines.template_id.mapped("code"))
        return self._get_done_checklists().filtered(lambda checklist: checklist.template_code in codes)

    def _get_answer_text(self, line):
        """The answer of a checklist line in words, with the remark."""
        answers = dict(line._fields["answer_yes_no"]._description_selection(self.env))
        if line.is_na:
            answer = self.env._("not applicable")
        elif line.kind == "yes_no":
            answer = answers.get(line.answer_yes_no)
        elif line.kind == "number":
            answer = f"{line.answer_reading or ''} {line.unit or ''}"
        else:
            answer = line.answer_text
        return " – ".join(text.strip() for text in (answer, line.remark) if text and text.strip())
