# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain


class ComplianceChecklistLine(models.Model):
    """One item of a checklist, frozen as the template worded it, with its answer."""

    _name = "compliance.checklist.line"
    _description = "Checklist Answer"
    _inherit = ["compliance.checklist.item", "compliance.evidence.line.mixin"]
    _evidence_parent_field = "checklist_id"

    checklist_id = fields.Many2one(
        "compliance.checklist", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="checklist_id.company_id", store=True, index=True)
    state = fields.Selection(related="checklist_id.state")
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(readonly=True)
    name = fields.Char(readonly=True)
    instruction = fields.Text(readonly=True)
    required = fields.Boolean(readonly=True)
    allow_na = fields.Boolean(readonly=True)
    expected = fields.Selection(readonly=True)
    limit = fields.Selection(readonly=True)
    limit_min = fields.Float(readonly=True)
    limit_max = fields.Float(readonly=True)
    unit = fields.Char(readonly=True)
    answer_yes_no = fields.Selection([("yes", "Yes"), ("no", "No")], string="Yes or No")
    answer_reading = fields.Char(
        string="Reading", help="A number, with a point before decimals. Empty: not read yet (0 is a reading)."
    )
    answer_number = fields.Float(
        string="Numeric Value", compute="_compute_answer_number", store=True, digits=(16, 4), aggregator="avg"
    )
    answer_text = fields.Text(string="Text")
    answer_picture = fields.Image(string="Picture", max_width=1600, max_height=1600)
    is_na = fields.Boolean(string="N/A", help="Not applicable.")
    remark = fields.Char()
    conformity = fields.Selection(
        [("open", "Not Answered"), ("conform", "Conform"), ("nonconform", "Nonconform"), ("na", "N/A")],
        compute="_compute_conformity",
        store=True,
        help="Sections have none.",
    )

    @api.depends("answer_reading")
    def _compute_answer_number(self):
        for line in self:
            line.answer_number = line._parse_reading() or 0.0

    @api.depends(
        "kind",
        "expected",
        "limit",
        "limit_min",
        "limit_max",
        "is_na",
        "answer_yes_no",
        "answer_reading",
        "answer_text",
        "answer_picture",
    )
    def _compute_conformity(self):
        for line in self:
            if line.kind == "section":
                line.conformity = False
            elif line.is_na:
                line.conformity = "na"
            elif not line._is_answered():
                line.conformity = "open"
            else:
                line.conformity = "conform" if line._is_conform() else "nonconform"

    @api.constrains("answer_reading")
    def _check_answer_reading(self):
        for line in self:
            if line.answer_reading and line._parse_reading() is None:
                raise ValidationError(
                    self.env._(
                        "“%(reading)s” is not a number for “%(item)s”. Write it such as 4.5, without unit.",
                        reading=line.answer_reading,
                        item=line.name,
                    )
                )

    @api.constrains("is_na")
    def _check_is_na(self):
        refused = self.filtered(lambda line: line.is_na and not line.allow_na)
        if refused:
            raise ValidationError(
                self.env._(
                    "“%(item)s” must be answered: it cannot be “not applicable”.", item=refused[0].name
                )
            )

    # ---- access follows the checklist, hence the record

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not self:
            return result
        allowed = self - result[0] if result else self
        # sudo: only to find the checklists, whose access is then checked as the user
        checklists = allowed.sudo().checklist_id.with_env(self.env)
        accessible = checklists._filtered_access("read" if operation == "read" else "write")
        forbidden = allowed.filtered(lambda line: line.sudo().checklist_id.id not in accessible._ids)
        if not forbidden:
            return result
        if result:
            return result[0] + forbidden, result[1]
        return forbidden, lambda: AccessError(
            self.env._(
                "These items belong to checklists that you may not open or change: %(items)s.",
                items=", ".join(forbidden.sudo().mapped("name")),
            )
        )

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            accessible = self.env["compliance.checklist"]._search([])
            domain = Domain(domain) & Domain("checklist_id", "in", accessible)
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    # ---- create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            self._refuse_items()
        return super().create(vals_list)

    def write(self, vals):
        unknown = vals.keys() - self._get_answer_fields()
        if unknown:
            raise UserError(
                self.env._(
                    "Only the answers of a checklist can be changed, not %(fields)s.",
                    fields=", ".join(sorted(unknown)),
                )
            )
        # sudo: the state counts whatever the user may read
        self.sudo().checklist_id._check_draft()
        return super().write(vals)

    def unlink(self):
        # sudo: the state counts whatever the user may read
        if self.sudo().checklist_id:
            self._refuse_items()
        return super().unlink()

    def _refuse_items(self):
        raise UserError(
            self.env._(
                "The items of a checklist come from its template; none can be added, copied or deleted."
            )
        )

    @api.model
    def _insert(self, checklist, vals_list):
        """Create the lines of a new checklist, past the guard of ``create``."""
        return super().create([{**vals, "checklist_id": checklist.id} for vals in vals_list])

    @api.model
    def _get_answer_fields(self):
        return {"answer_yes_no", "answer_reading", "answer_text", "answer_picture", "is_na", "remark"}

    # ---- answers

    def _parse_reading(self):
        """Return the reading as a number; None if there is none or it is not a number."""
        try:
            number = float(self.answer_reading or "")
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def _is_answered(self):
        if self.kind == "number":
            return self._parse_reading() is not None
        answer = {"yes_no": "answer_yes_no", "text": "answer_text", "picture": "answer_picture"}[self.kind]
        return bool(self[answer])

    def _is_conform(self):
        if self.kind == "yes_no":
            return self.expected == "any" or self.answer_yes_no == self.expected
        if self.kind == "number":
            number = self._parse_reading()
            too_low = self.limit in ("min", "range") and number < self.limit_min
            too_high = self.limit in ("max", "range") and number > self.limit_max
            return not (too_low or too_high)
        return True
