# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..roles import TECHNICIAN


class RepairAppraisal(models.Model):
    """What a technician found out about one faulty item: the defect, its cause, pictures of it, and a verdict.
    Closed, it is evidence."""

    _name = "repair.appraisal"
    _description = "Technical Appraisal"
    _inherit = ["mail.thread", "compliance.evidence.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    repair_id = fields.Many2one(
        "repair.order", required=True, check_company=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
    )
    product_id = fields.Many2one(
        "product.product",
        string="Item",
        required=True,
        check_company=True,
        index=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The faulty item: the unit or one of its parts.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        check_company=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )
    partner_id = fields.Many2one(related="repair_id.partner_id")
    defect = fields.Text(help="What is wrong with the item.")
    cause = fields.Text(help="Why it is so, as far as it could be found out.")
    fault_id = fields.Many2one(
        "service.fault", string="Cause Code", domain="[('kind', '=', 'cause')]", index="btree_not_null"
    )
    verdict = fields.Selection(
        [
            ("defect", "Genuine Defect"),
            ("transport", "Transport Damage"),
            ("misuse", "Misuse"),
            ("none", "No Fault"),
        ],
        tracking=True,
    )
    appraiser_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "repair_appraisal_photo_rel",
        "appraisal_id",
        "attachment_id",
        string="Photos",
        copy=False,
        bypass_search_access=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("closed", "Closed")], compute="_compute_state", search="_search_state"
    )

    @api.depends("repair_id")
    def _compute_company_id(self):
        for appraisal in self:
            appraisal.company_id = appraisal.repair_id.company_id or self.env.company

    @api.depends("repair_id")
    def _compute_product_id(self):
        for appraisal in self:
            appraisal.product_id = appraisal.product_id or appraisal.repair_id.product_id
            if appraisal.product_id == appraisal.repair_id.product_id:
                appraisal.lot_id = appraisal.lot_id or appraisal.repair_id.lot_id

    @api.depends("evidence_closed_at")
    def _compute_state(self):
        for appraisal in self:
            appraisal.state = "closed" if appraisal.evidence_closed_at else "draft"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = {
            "closed": [("evidence_closed_at", "!=", False)],
            "draft": [("evidence_closed_at", "=", False)],
        }
        return fields.Domain.OR(fields.Domain(domains[state]) for state in value if state in domains)

    @api.model
    def _get_evidence_fields(self):
        return [
            "name",
            "repair_id",
            "product_id",
            "lot_id",
            "defect",
            "cause",
            "fault_id",
            "verdict",
            "appraiser_id",
            "photo_ids",
        ]

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].next_by_code("repair.appraisal") or "/"
        appraisals = super().create(vals_list)
        appraisals._own_photos()
        return appraisals

    def write(self, vals):
        result = super().write(vals)
        if "photo_ids" in vals:
            self._own_photos()
        return result

    def _own_photos(self):
        """Pictures uploaded on the form belong to the appraisal, so that they are locked with it."""
        for appraisal in self:
            loose = appraisal.photo_ids.filtered(
                lambda photo: not photo.res_id and photo.create_uid == self.env.user
            )
            loose.write({"res_model": self._name, "res_id": appraisal.id})

    # Actions

    def action_close(self):
        """The appraiser's verdict is final: the appraisal becomes evidence. Technicians only.

        :raise UserError: what an appraisal must say is missing
        """
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(TECHNICIAN)):
            raise AccessError(self.env._("Only a technician appraises a defect."))
        for appraisal in self.filtered(lambda appraisal: appraisal.state == "draft"):
            appraisal._check_complete()
            appraisal.appraiser_id = self.env.user
        self._close_evidence()
        for appraisal in self:
            appraisal.repair_id.message_post(body=appraisal._get_message())

    def _check_complete(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("product_id", "defect", "cause", "verdict", "photo_ids")
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Appraisal %(appraisal)s cannot be closed yet. Fill in: %(fields)s.",
                    appraisal=self.name,
                    fields=", ".join(missing),
                )
            )

    def _get_message(self):
        verdicts = dict(self._fields["verdict"]._description_selection(self.env))
        return self.env._(
            "Appraisal %(appraisal)s of %(item)s: %(verdict)s. %(cause)s",
            appraisal=self.name,
            item=self.product_id.display_name,
            verdict=verdicts[self.verdict],
            cause=self.cause,
        )
