# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError


class GspStepMixin(models.AbstractModel):
    """A record that moves from state to state by its steps only, each of which checks group, company and state."""

    _name = "gsp.step.mixin"
    _description = "Record with Steps"

    # Set by the steps only, never typed or imported
    _step_fields = frozenset({"state"})
    # {step: method that takes the reason}: what the wizard that asks for a reason may call
    _reason_steps = {}

    @api.model_create_multi
    def create(self, vals_list):
        empty = (False, None, "draft")
        for vals in vals_list:
            self._check_step_fields(name for name, value in vals.items() if value not in empty)
        # the context comes from the client: no default may set what only the steps set
        clean = {
            key: value
            for key, value in self.env.context.items()
            if key.removeprefix("default_") not in self._step_fields
        }
        prepared = [{**vals, **self._prepare_step_vals(vals)} for vals in vals_list]
        return super(GspStepMixin, self.with_context(clean)).create(prepared)

    def write(self, vals):
        self._check_step_fields(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s is no draft any more and is kept. Cancel it instead of deleting it.",
                        record=record.display_name,
                    )
                )

    @api.model
    def _prepare_step_vals(self, vals):
        """What a new record gets that nobody types, such as its number. To be overridden."""
        return {}

    @api.model
    def _check_step_fields(self, names):
        if self._step_fields.intersection(names):
            raise UserError(
                self.env._(
                    "%(kind)s: the state, and what its steps record, are set by the buttons, not typed or imported.",
                    kind=self.env["ir.model"]._get(self._name).name,
                )
            )

    def _move_to(self, state, **vals):
        """Change the state; only steps call it, each after its own checks."""
        return self._write_step({"state": state, **vals})

    def _write_step(self, vals):
        """Write fields that only the steps set: past the guard of ``write``, not past the lock of evidence."""
        return super().write(vals)

    def _check_step(self, groups, states):
        """Check group, company and state before a step, for all records at once.

        :param str groups: external ids, separated by commas; one of them is enough
        """
        if not self.env.user.has_groups(groups):
            names = [
                self.env.ref(group.strip()).sudo().display_name  # sudo: the name of a group is no secret
                for group in groups.split(",")
            ]
            raise AccessError(
                self.env._('Only members of "%(group)s" may do this.', group='", "'.join(names))
            )
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.company_id not in self.env.companies:
                raise AccessError(
                    self.env._(
                        "%(record)s belongs to %(company)s: switch to that company first.",
                        record=record.display_name,
                        company=record.company_id.name,
                    )
                )
            if record.state not in states:
                raise UserError(
                    self.env._(
                        '%(record)s is in state "%(state)s"; this step is possible from %(states)s only.',
                        record=record.display_name,
                        state=labels[record.state],
                        states=", ".join(labels[state] for state in states),
                    )
                )

    def _ask_reason(self, step, title):
        """Action that asks for the reason and then takes the step."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gsp.step.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_step": step,
            },
        }

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why; the reason is kept with %(record)s.", record=self.display_name)
            )
