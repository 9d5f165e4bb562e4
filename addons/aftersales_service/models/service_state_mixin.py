# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError


class ServiceStateMixin(models.AbstractModel):
    """For documents of the workshop whose state, and what their actions note, move only through actions."""

    _name = "service.state.mixin"
    _description = "Document Moved by Actions"

    @api.model
    def _get_system_fields(self):
        """Names of the fields that only actions write."""
        return {"state"}

    @api.model_create_multi
    def create(self, vals_list):
        """A document begins at its first state, whatever the caller or the context says."""
        first = {name: False for name in self._get_system_fields()}
        first["state"] = self._fields["state"].get_values(self.env)[0]
        for vals in vals_list:
            if any(vals.get(name, value) != value and vals[name] for name, value in first.items()):
                self._refuse_system_fields()
            vals.update(first)
        return super().create(vals_list)

    def write(self, vals):
        """Refuses what only actions write."""
        if not self._get_system_fields().isdisjoint(vals):
            self._refuse_system_fields()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_first_state(self):
        first = self._fields["state"].get_values(self.env)[0]
        for record in self:
            if record.state != first:
                raise UserError(
                    self.env._(
                        "%s is under way or finished and is kept. Cancel it instead of deleting it.",
                        record.display_name,
                    )
                )

    def _refuse_system_fields(self):
        raise UserError(
            self.env._(
                "The status of “%(model)s” and what its buttons note cannot be written. Use the buttons.",
                model=self.env["ir.model"]._get(self._name).sudo().name,
            )
        )

    def _write_system(self, vals):
        """Write past the guard, for the document's own actions."""
        return super().write(vals)

    def _check_action(self, states, *groups):
        """Refuse an action to whoever has none of the roles or may not write, and in any other state.

        :param states: codes of the states the action starts from
        """
        self._check_role(*groups)
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(record)s is “%(state)s”. This can only be done when it is: %(expected)s.",
                        record=record.display_name,
                        state=labels[record.state],
                        expected=", ".join(labels[state] for state in states),
                    )
                )

    @api.model
    def _check_role(self, *groups):
        """Refuse whoever has none of these roles."""
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            # sudo: the names of roles are no secret
            names = [self.env.ref(group).sudo().name for group in groups]
            raise AccessError(self.env._("This needs one of the roles: %s.", ", ".join(names)))

    def _notify_responsible(self, users, summary, note=""):
        """Put the same to-do for today on each record, for one user per record.

        :param users: ``{record: user}``; records without a user get none
        """
        for record in self:
            user = users.get(record)
            if user:
                record.activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, note=note, user_id=user.id
                )
