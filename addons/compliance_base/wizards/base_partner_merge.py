# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..loose_many2one import LooseMany2one


class MergePartnerAutomatic(models.TransientModel):
    """Merging rewrites foreign keys in the database, past every lock: it must leave closed evidence alone."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        self._check_no_evidence_names(model, src_records)
        return super()._update_foreign_keys_generic(model, src_records, dst_record)

    @api.model
    def _check_no_evidence_names(self, model, src_records):
        """Raise if a closed record names one of the records that are about to be merged away.

        :raise UserError: names both
        """
        for name, model_class in self.env.registry.items():
            if model_class._abstract or not hasattr(model_class, "_filter_evidence_closed"):
                continue
            for field_name in self.env[name]._get_evidence_locked_fields():
                field = model_class._fields[field_name]
                if field.type not in ("many2one", "many2many") or field.comodel_name != model:
                    continue
                if isinstance(field, LooseMany2one):
                    continue
                # sudo: the lock holds for everybody and every company
                naming = self.env[name].sudo().with_context(active_test=False)
                closed = naming.search([(field_name, "in", src_records.ids)])._filter_evidence_closed()[:1]
                if closed:
                    raise UserError(
                        self.env._(
                            "“%(duplicate)s” cannot be merged away: “%(record)s” is closed, is evidence, and names it. "
                            "Merge the other way round, or archive the duplicate.",
                            duplicate=(closed[field_name] & src_records.sudo())[:1].display_name,
                            record=closed.display_name,
                        )
                    )
