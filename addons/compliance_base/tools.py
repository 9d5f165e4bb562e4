# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


def is_uninstalling(env):
    """Tell whether the platform itself is removing an addon.

    The flag alone is a context key, which any client can send; only together with the superuser, whom no client can
    be, does it mean what it says.
    """
    return env.su and env.uid == SUPERUSER_ID and bool(env.context.get(MODULE_UNINSTALL_FLAG))
