# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models, tools
from odoo.orm.fields import IR_MODELS

from .. import evidence


class ComplianceEvidencePart(models.AbstractModel):
    """What a record of evidence and its lines have in common: which fields are frozen, and that they stay so."""

    _name = "compliance.evidence.part"
    _description = "Part of Evidence"

    @api.model
    def _post_model_setup__(self):
        super()._post_model_setup__()
        if not self._abstract:
            self._restrict_evidence_references()

    @api.model
    def _restrict_evidence_references(self, skipped=()):
        """Let no deletion elsewhere empty a field of evidence: the database refuses to delete what evidence names."""
        for name in self._get_evidence_fields():
            field = self._fields[name]
            if (
                field.type in ("many2one", "many2many")
                and field.comodel_name not in IR_MODELS
                and name not in skipped
            ):
                field.ondelete = "restrict"

    @api.model
    def _get_evidence_fields(self):
        """Return the names of the fields that are hashed and frozen when the record is closed.

        By default all stored fields of the model itself; one2many fields only if their lines inherit
        ``compliance.evidence.line.mixin``. To be overridden for fields that go on living after the closing.
        """
        return evidence.default_fields(self)

    @api.model
    @tools.ormcache()
    def _get_evidence_locked_fields(self):
        """Return the frozen set of field names that nobody writes once the record is closed."""
        return frozenset(self._get_evidence_fields())

    def _filter_evidence_closed(self):
        """Return those of the records that are closed, whoever asks."""
        raise NotImplementedError

    def _filter_evidence_kept(self):
        """Return those of the closed records that nobody may delete."""
        raise NotImplementedError

    def _check_evidence_open(self, names, touch=True):
        """Raise if one of the fields ``names`` is frozen on one of these records.

        :param bool touch: also see to it that nobody closes the records meanwhile
        :raise UserError: names the record and the fields
        """
        raise NotImplementedError

    def _compute_field_value(self, field):
        """Compute no frozen field of a closed record again: it keeps the value it was closed with."""
        if field.store and field.name in self._get_evidence_locked_fields():
            closed = self.browse(filter(None, self._ids))._filter_evidence_closed()
            if closed:
                remaining = self - closed
                return (
                    super(ComplianceEvidencePart, remaining)._compute_field_value(field)
                    if remaining
                    else None
                )
        return super()._compute_field_value(field)

    @api.model
    @tools.ormcache()
    def _get_evidence_shared_relations(self):
        """Return the names of the frozen many2many fields, which can be written from the other side too."""
        return frozenset(n for n in self._get_evidence_locked_fields() if self._fields[n].type == "many2many")

    def modified(self, fnames, create=False, before=False):
        """Refuse a change of a frozen many2many that comes from the other side: it passes no ``write()`` of ours."""
        shared = self._get_evidence_shared_relations()
        if shared and not create and not before and not shared.isdisjoint(fnames):
            self._check_evidence_open(shared.intersection(fnames))
        return super().modified(fnames, create=create, before=before)

    def write(self, vals):
        self._check_evidence_open(vals)
        return super().write(vals)

    def _write_multi(self, vals_list):
        """Refuse, at the last step before the database, whatever reached it without passing ``write()``."""
        self._check_evidence_open({name for vals in vals_list for name in vals}, touch=False)
        return super()._write_multi(vals_list)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self._check_evidence_open([field_name])
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
