# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.compliance_evidence_heads import HEADS_KIND


class ComplianceHeadWizard(models.TransientModel):
    """Compares heads that were exported earlier with the chains of today."""

    _name = "compliance.head.wizard"
    _description = "Compare Heads"

    heads_file = fields.Binary(string="File of Heads", attachment=False)
    heads_filename = fields.Char()
    line_ids = fields.One2many("compliance.head.wizard.line", "wizard_id", string="Result", readonly=True)
    state = fields.Selection(
        [("asked", "Asked"), ("same", "Same"), ("differs", "Differs")], default="asked", readonly=True
    )

    def action_compare(self):
        """Compare each head of the file with the link it stood for, and show the result.

        :raise UserError: if the file is none of ours, or comes from another database
        """
        self.ensure_one()
        self.env["compliance.evidence.chain"].check_access("read")
        lines = [self._prepare_line(head) for head in self._read_heads()]
        self.line_ids.unlink()
        self.write(
            {
                "line_ids": [fields.Command.create(vals) for vals in lines],
                "state": "differs" if any(vals["difference"] for vals in lines) else "same",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare Heads"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _read_heads(self):
        """Return the list of heads in the file."""
        try:
            content = json.loads(base64.b64decode(self.heads_file or b""))
            heads, kind, database = content["heads"], content["kind"], content["database"]
            valid = kind == HEADS_KIND and all(isinstance(head["sequence"], int) for head in heads)
        except (ValueError, KeyError, TypeError):
            valid = False
        if not valid:
            raise UserError(
                self.env._(
                    "This file holds no chain heads. Choose one that was exported from Evidence Chains."
                )
            )
        # sudo: the identifier of the database is no secret
        if database != self.env["ir.config_parameter"].sudo().get_param("database.uuid"):
            raise UserError(self.env._("The heads in this file were exported from another database."))
        return heads

    @api.model
    def _prepare_line(self, head):
        return {
            "register": head.get("register"),
            "company": head.get("company"),
            "sequence": head["sequence"],
            "difference": self.env["compliance.evidence.chain"]._compare_head(head),
        }


class ComplianceHeadWizardLine(models.TransientModel):
    _name = "compliance.head.wizard.line"
    _description = "Result of Comparing a Head"

    wizard_id = fields.Many2one("compliance.head.wizard", required=True, readonly=True, ondelete="cascade")
    register = fields.Char(readonly=True)
    company = fields.Char(readonly=True)
    sequence = fields.Integer(string="Number", readonly=True)
    difference = fields.Char(
        readonly=True, help="Empty: the chain still ends there as it did when it was exported."
    )
