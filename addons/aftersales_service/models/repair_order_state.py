# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import UserError

# Ids of the repairs whose state an action is moving right now. A Python variable of this server, unlike a context
# key it cannot be sent by a client.
_moving = ContextVar("aftersales_service_repair_state", default=frozenset())


class RepairOrder(models.Model):
    """A repair's state moves only through its actions, each from the states it makes sense in."""

    _inherit = "repair.order"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A repair begins as a draft; only the server itself (a sold repair service) makes one confirmed."""
        for vals in vals_list:
            if not self.env.su:
                if vals.get("state", "draft") != "draft":
                    raise self._state_error()
                vals["state"] = "draft"
        return super().create(vals_list)

    def write(self, vals):
        """Refuses a state written from outside."""
        if "state" in vals and not self.env.su and not _moving.get().issuperset(self.ids):
            raise self._state_error()
        return super().write(vals)

    def _state_error(self):
        return UserError(
            self.env._(
                "The status of a repair cannot be written. Use its buttons: confirm, start, end, cancel, set to draft."
            )
        )

    @contextmanager
    def _moving_state(self):
        """Let the platform's own methods, called inside, write the state of these repairs."""
        token = _moving.set(_moving.get() | set(self.ids))
        try:
            yield
        finally:
            _moving.reset(token)

    def _check_state_in(self, *states):
        """Refuse an action on repairs in another state, naming them."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for repair in self:
            if repair.state not in states:
                raise UserError(
                    self.env._(
                        "%(repair)s is “%(state)s”. This can only be done with a repair that is: %(expected)s.",
                        repair=repair.name,
                        state=labels[repair.state],
                        expected=", ".join(labels[state] for state in states),
                    )
                )

    # Actions

    def _action_repair_confirm(self):
        """Confirming fixes who pays."""
        drafts = self.filtered(lambda repair: repair.state == "draft")
        drafts._freeze_coverage()
        with self._moving_state():
            return super()._action_repair_confirm()

    def action_repair_start(self):
        """Start work on a draft (confirming it) or a confirmed repair."""
        self._check_state_in("draft", "confirmed")
        with self._moving_state():
            return super().action_repair_start()

    def action_repair_done(self):
        """Finish work: what was not judged yet (unit named late) is judged now."""
        self._check_state_in("under_repair")
        self.filtered(lambda repair: not repair.coverage_frozen_at)._freeze_coverage()
        with self._moving_state():
            return super().action_repair_done()

    def action_repair_cancel(self):
        """Cancel; what a finished repair used stays used."""
        with self._moving_state():
            return super().action_repair_cancel()

    def action_repair_cancel_draft(self):
        """Back to draft: coverage is open to judgment again."""
        with self._moving_state():
            result = super().action_repair_cancel_draft()
        self._write_system({"coverage_frozen_at": False})
        self._decide_coverage()
        return result
