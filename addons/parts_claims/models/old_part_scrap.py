# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .old_part import CLERK

WITNESS = "witness"


class OldPartScrap(models.Model):
    """Report on old parts that are destroyed: proposed by one person, carried out when another signs as witness."""

    _name = "old.part.scrap"
    _description = "Scrap Report of Old Parts"
    _inherit = [
        "parts.claims.guard",
        "mail.thread",
        "compliance.evidence.mixin",
        "compliance.signature.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {"company_id", "name", "part_ids", "part_list", "scrapped_on", "state", "user_id", "witness_id"}
    )

    name = fields.Char(required=True, readonly=True, copy=False, index="trigram", default="/")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    method = fields.Selection(
        [("destroyed", "Destroyed"), ("metal", "Sold as Scrap Metal"), ("recycled", "Given to a Recycler")],
        required=True,
        default="destroyed",
    )
    part_count = fields.Integer(string="Number of Parts", compute="_compute_part_count")
    part_ids = fields.One2many("old.part", "scrap_id", string="Old Parts", readonly=True)
    part_list = fields.Text(string="What Was Scrapped", readonly=True, copy=False)
    reason = fields.Char(tracking=True)
    residual_value = fields.Monetary(help="What the scrap brought in.")
    scrapped_on = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Proposed"), ("done", "Scrapped"), ("canceled", "Canceled")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one("res.users", string="Proposed By", required=True, readonly=True)
    witness_id = fields.Many2one("res.users", readonly=True, copy=False)

    _name_uniq = models.Constraint(
        "UNIQUE (name, company_id)", "The number of a scrap report must be unique."
    )
    _residual = models.Constraint(
        "CHECK (COALESCE(residual_value, 0) >= 0)", "The residual value is not below zero."
    )

    @api.depends("part_ids")
    def _compute_part_count(self):
        for report in self:
            report.part_count = len(report.part_ids)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            number = self.env["ir.sequence"].with_company(company).next_by_code("old.part.scrap")
            vals.update(name=number or "/", state="draft")
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Scrap reports are kept. Cancel the report instead."))

    def action_sign_witness(self):
        """Ask the witness for the own password; the parts are scrapped once it is given."""
        self.ensure_one()
        self._check_witness()
        return self._action_sign(WITNESS)

    def action_cancel(self):
        """Give up the proposal: the parts stay where they are."""
        self._check_step()
        self.part_ids._set({"scrap_id": False})
        self._set({"state": "canceled"})
        return True

    def _check_step(self):
        """Role, access and state of a step, the same at every door."""
        if not self.env.user.has_group(CLERK):
            raise AccessError(
                self.env._(
                    "Scrap reports are reserved for %(group)s.",
                    # sudo: the names of roles are no secret
                    group=self.env.ref(CLERK).sudo().display_name,
                )
            )
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        over = self.filtered(lambda report: report.state != "draft")
        if over:
            raise UserError(self.env._("%(reports)s are closed.", reports=", ".join(over.mapped("name"))))

    def _check_witness(self):
        """Two people, a reason, and parts that may be destroyed."""
        self._check_step()
        if self.user_id == self.env.user:
            raise UserError(
                self.env._(
                    "%(report)s: you proposed it. Somebody else witnesses the destruction and signs.",
                    report=self.name,
                )
            )
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("%(report)s: write down why the parts are scrapped.", report=self.name)
            )
        if not self.part_ids:
            raise UserError(self.env._("%(report)s has no parts.", report=self.name))
        self.part_ids._check_step(("collected", "appraised", "back"))
        self.part_ids._check_scrap()

    def _get_signature_meanings(self):
        return {WITNESS: self.env._("Destruction of old parts witnessed")}

    def _get_signature_fields(self):
        return ["name", "reason", "method", "residual_value", "user_id"]

    def _get_signature_content(self):
        """What the witness signs names each part, not only the report."""
        return super()._get_signature_content() | {"parts": self._get_part_list()}

    def _signed(self, signature):
        """The witness's own signature destroys the parts and closes the report."""
        result = super()._signed(signature)
        self.ensure_one()
        if (signature.user_id, signature.res_model, signature.res_id) != (self.env.user, self._name, self.id):
            raise AccessError(self.env._("A scrap report is signed by its witness."))
        self._check_witness()
        part_list = self._get_part_list()
        self.part_ids._scrap_stock()
        self._set(
            {
                "part_list": part_list,
                "scrapped_on": fields.Datetime.now(),
                "state": "done",
                "witness_id": self.env.uid,
            }
        )
        self._close_evidence()
        return result

    def _get_part_list(self):
        """One line for each part: tag, product, serial, quantity, repair, owner."""
        return "\n".join(
            " · ".join(
                filter(
                    None,
                    (
                        part.name,
                        part.product_id.display_name,
                        part.lot_id.name,
                        f"{part.quantity:g} {part.uom_id.name}",
                        part.repair_id.name,
                        part.supplier_id.display_name,
                    ),
                )
            )
            for part in self.part_ids.sorted("name")
        )

    def _get_print_lang(self):
        return self.env.lang
