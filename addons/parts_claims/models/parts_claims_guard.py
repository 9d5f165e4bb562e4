# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


class PartsClaimsGuard(models.AbstractModel):
    """Records some of whose fields are set by this addon's own methods only, whatever door is tried.

    What is computed cannot be written either: the platform would keep a value sent by a client.
    """

    _name = "parts.claims.guard"
    _description = "Guarded Record"

    # Fields that nobody writes
    _guarded_fields = frozenset()
    # Those of them that a user gives when creating the record
    _initial_fields = frozenset()

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        """Frozen set of the names of all fields that only ``_set()`` and computations change."""
        computed = {
            name for name, field in self._fields.items() if field.store and field.compute and field.readonly
        }
        return self._guarded_fields | computed

    @api.model_create_multi
    def create(self, vals_list):
        """Refuses guarded values; those smuggled in as ``default_`` keys of the context are dropped."""
        if not self.env.su:
            for vals in vals_list:
                self._check_guarded(set(vals) - self._initial_fields)
        return super(PartsClaimsGuard, self.with_context(clean_context(self.env.context))).create(vals_list)

    def write(self, vals):
        """Refuses guarded values, from the superuser too."""
        self._check_guarded(set(vals))
        return super().write(vals)

    def _set(self, vals):
        """Record a fact: the one way past the guard, not reachable from outside."""
        return super().write(vals)

    @api.model
    def _check_guarded(self, names):
        guarded = names & self._get_guarded_fields()
        if guarded:
            raise UserError(
                self.env._(
                    "%(model)s: %(fields)s cannot be typed in or imported. It is set by the buttons and by the "
                    "documents it comes from.",
                    model=self.env["ir.model"]._get(self._name).name,
                    fields=", ".join(
                        sorted(self._fields[name]._description_string(self.env) for name in guarded)
                    ),
                )
            )
