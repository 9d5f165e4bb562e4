# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ComplianceChecklistMixin(models.AbstractModel):
    """For models whose records are checked: their checklists, a count for the smart button, and a check for gates."""

    _name = "compliance.checklist.mixin"
    _description = "Record with Checklists"

    checklist_ids = fields.One2many("compliance.checklist", "res_id", string="Checklists", copy=False)
    checklist_count = fields.Integer(compute="_compute_checklist_count")
    checklist_open_count = fields.Integer(compute="_compute_checklist_count")

    @api.depends("checklist_ids.state")
    def _compute_checklist_count(self):
        counts = {
            (res_id, state): count
            for res_id, state, count in self.env["compliance.checklist"]._read_group(
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("state", "!=", "canceled"),
                ["res_id", "state"],
                ["__count"],
            )
        }
        for record in self:
            record.checklist_open_count = counts.get((record.id, "draft"), 0)
            record.checklist_count = record.checklist_open_count + counts.get((record.id, "done"), 0)

    def unlink(self):
        # sudo: the evidence counts whoever deletes the record
        checklists = (
            self.env["compliance.checklist"]
            .sudo()
            .search(Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids))
        )
        done = checklists.filtered(lambda checklist: checklist.state == "done")
        if done:
            raise UserError(
                self.env._(
                    "%(record)s has a completed checklist (%(checklist)s), which is evidence: it cannot be deleted.",
                    record=done[0].res_name,
                    checklist=done[0].display_name,
                )
            )
        result = super().unlink()
        checklists._delete_with_document()
        return result

    def action_view_checklists(self):
        """Open the checklists of this record, to answer them or to start one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("compliance_base.compliance_checklist_action")
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _create_checklists(self, code):
        """Make a checklist of the published template ``code`` for each record. Return them.

        :raise UserError: there is no such template in use
        """
        checklists = self.env["compliance.checklist"]
        for record in self:
            company = record.company_id if "company_id" in record._fields else self.env.company
            template = self.env["compliance.checklist.template"]._get_published(code, company)
            if not template:
                raise UserError(
                    self.env._(
                        "There is no published checklist template with the code “%(code)s”. Publish one under "
                        "Compliance > Checklists > Templates.",
                        code=code,
                    )
                )
            checklists += template._create_checklist(record)
        return checklists

    def _check_checklists_done(self):
        """Raise if a checklist of these records is still to do; the message lists all of them."""
        # sudo: a gate counts all checklists, not only those the user may read
        todo = (
            self.env["compliance.checklist"]
            .sudo()
            .search(
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("state", "=", "draft")
            )
        )
        if todo:
            raise UserError(
                self.env._(
                    "These checklists have to be completed first:\n%(checklists)s",
                    checklists="\n".join(
                        f"- {checklist.res_name}: {checklist.display_name}" for checklist in todo
                    ),
                )
            )
