# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import controllers, models, report, wizards
from .hooks import uninstall_hook
