# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models, tools
from odoo.exceptions import UserError


class ComplianceEvidenceLineMixin(models.AbstractModel):
    """A line of a record of evidence: hashed with its parent, and locked when the parent is closed.

    The inheriting model names the many2one to the parent in ``_evidence_parent_field``; the parent may itself be a
    line.
    """

    _name = "compliance.evidence.line.mixin"
    _inherit = "compliance.evidence.part"
    _description = "Line of Evidence"

    _evidence_parent_field = None

    @api.model
    def _restrict_evidence_references(self, skipped=()):
        # the parent takes its lines with it as long as it may be deleted at all
        return super()._restrict_evidence_references({self._evidence_parent_field, *skipped})

    @api.model
    @tools.ormcache()
    def _get_evidence_locked_fields(self):
        """Return the frozen set of field names that nobody writes once the parent is closed."""
        return super()._get_evidence_locked_fields() | {self._evidence_parent_field}

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_evidence_parent_open()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if self._evidence_parent_field in vals:
            self._check_evidence_parent_open()
        return result

    def unlink(self):
        self._raise_evidence_parent_closed(self._filter_evidence_kept())
        self._touch_evidence()
        return super().unlink()

    def _get_evidence_parents(self):
        # sudo: the lock holds for everybody, also for those who may not read the parent
        return self.sudo()[self._evidence_parent_field]

    def _filter_evidence_closed(self):
        """Return the lines whose parent is closed."""
        closed = self._get_evidence_parents()._filter_evidence_closed()
        return self.filtered(lambda line: line._get_evidence_parents() in closed) if closed else self.browse()

    def _filter_evidence_kept(self):
        """Return the lines whose parent is closed and not disposed of."""
        kept = self._get_evidence_parents()._filter_evidence_kept()
        return self.filtered(lambda line: line._get_evidence_parents() in kept) if kept else self.browse()

    def _touch_evidence(self):
        """Make closing the parents at the same time fail and be tried again; see the evidence mixin."""
        self._get_evidence_parents()._touch_evidence()

    def _check_evidence_open(self, names, touch=True):
        if not self._get_evidence_locked_fields().isdisjoint(names):
            self._check_evidence_parent_open(touch)

    def _check_evidence_parent_open(self, touch=True):
        """Raise if a parent is closed; otherwise see to it that nobody closes it meanwhile.

        :raise UserError: names the parent
        """
        self._raise_evidence_parent_closed(self._filter_evidence_closed())
        if touch:
            self._touch_evidence()

    def _raise_evidence_parent_closed(self, closed):
        if closed:
            raise UserError(
                self.env._(
                    "“%(record)s” is closed and is evidence: its lines can no longer be changed, added or deleted.",
                    record=closed[0]._get_evidence_parents().display_name,
                )
            )
