# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"


class GspPrescription(models.Model):
    """Decoction pieces: weighed, checked again, explained (GSP 17003, 17006), and decocted for the patient (17007)."""

    _inherit = "gsp.prescription"

    dispensing_ids = fields.One2many("gsp.dispensing", "prescription_id", string="Weighings")
    dispensing_count = fields.Integer(compute="_compute_pieces_counts")
    decoction_ids = fields.One2many("gsp.decoction", "prescription_id", string="Decoctions")
    decoction_count = fields.Integer(compute="_compute_pieces_counts")

    @api.depends("dispensing_ids", "decoction_ids")
    def _compute_pieces_counts(self):
        for prescription in self:
            prescription.dispensing_count = len(prescription.dispensing_ids)
            prescription.decoction_count = len(prescription.decoction_ids)

    def action_weigh(self):
        """Open the weighing of the doses under way, made if there is none."""
        self.ensure_one()
        self._check_step(CLERK, ("reviewed", "dispensed", "checked"))
        self._check_gsp_business()
        if self.category != "pieces":
            raise UserError(
                self.env._("Prescription %(name)s lists no decoction pieces.", name=self.display_name)
            )
        dispensing = self._get_dispensing()
        if self.state == "reviewed" and dispensing.state not in ("draft", "weighed"):
            dispensing = self.env["gsp.dispensing"].create({"prescription_id": self.id})
        return dispensing.get_formview_action()

    def action_view_decoctions(self):
        """Open the decoctions made on these prescriptions."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_decoction_action")
        return {
            **action,
            "domain": [("prescription_id", "in", self.ids)],
            "context": {"default_prescription_id": self.id} if len(self) == 1 else {},
        }

    def action_view_dispensings(self):
        """Open what was weighed for these prescriptions."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_dispensing_action")
        return {**action, "domain": [("prescription_id", "in", self.ids)], "context": {"create": False}}

    def action_put_back(self):
        """What was weighed goes back into its drawers."""
        result = super().action_put_back()
        self.dispensing_ids.filtered(lambda item: item.state in ("draft", "weighed", "checked"))._move_to(
            "canceled"
        )
        return result

    def _get_dispensing(self):
        """Newest weighing that was not canceled."""
        self.ensure_one()
        return self.dispensing_ids.filtered(lambda item: item.state != "canceled").sorted("id")[-1:]

    def _find_dispensing_problems(self, act):
        """Decoction pieces are signed for by whoever weighed them, and by whoever checked the packs again."""
        if self.category != "pieces":
            return []
        dispensing = self._get_dispensing()
        wanted, person = {
            "dispense": ("weighed", dispensing.weighed_by_id),
            "check": ("checked", dispensing.checked_by_id),
        }[act]
        if dispensing.state != wanted:
            message = self.env._("Prescription %(name)s: its doses have not been weighed.", name=self.name)
            remedy = self.env._("Weigh them, and complete the weighing.")
            if act == "check":
                message = self.env._(
                    "Prescription %(name)s: its packs have not been checked again.", name=self.name
                )
                remedy = self.env._("Check packs, name and number of doses on the weighing, and complete it.")
            return [("gsp.pieces.weighing", message, remedy)]
        if person != self.env.user:
            message = self.env._(
                "Prescription %(name)s: the weighing is by %(user)s.", name=self.name, user=person.name
            )
            return [("gsp.pieces.weighing", message, self.env._("Whoever did it signs."))]
        if act == "dispense":
            return dispensing.scale_id._find_problems()
        return []

    @api.model
    def _get_review_rules(self):
        return [*super()._get_review_rules(), "_rule_dose_weight"]

    def _rule_dose_weight(self):
        """Number of doses and weight of each drug per dose are on the prescription; they are what is weighed."""
        if self.category != "pieces" or not self.company_id.gsp_company_kind:
            return []
        lacking = self.line_ids.filtered(lambda line: line.dose_weight <= 0)
        if self.dose_count > 0 and not lacking:
            return []
        message = self.env._(
            "Prescription %(name)s: number of doses, or weight per dose, is missing. %(products)s",
            name=self.name,
            products=", ".join(lacking.product_id.mapped("display_name")),
        )
        return [("gsp.review.weight", message, self._get_physician_remedy(), self.env._("GSP 17006"))]


class GspPrescriptionLine(models.Model):
    _inherit = "gsp.prescription.line"

    dose_weight = fields.Float(
        string="Weight per Dose (g)",
        digits=(12, 3),
        aggregator=None,
        compute="_compute_dose_weight",
        store=True,
        readonly=False,
        help="Of decoction pieces, as the physician wrote it.",
    )

    @api.depends("quantity", "product_uom_id", "prescription_id.dose_count", "prescription_id.category")
    def _compute_dose_weight(self):
        gram = self.env.ref("uom.product_uom_gram")
        for line in self:
            unit, doses = line.product_uom_id, line.prescription_id.dose_count
            if line.prescription_id.category == "pieces" and doses > 0 and unit._has_common_reference(gram):
                line.dose_weight = unit._compute_quantity(line.quantity, gram, round=False) / doses
            else:
                line.dose_weight = line.dose_weight
