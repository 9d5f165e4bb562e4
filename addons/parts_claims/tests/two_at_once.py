# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name


class TwoAtOnce(BaseCase):
    """Two users on two real connections, in a world (``_make_world``) that is committed and deleted afterwards."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        # Leaving the block commits: another connection sees only what is committed.
        with self.registry.cursor() as cr:
            self._make_world(api.Environment(cr, SUPERUSER_ID, {}))
        self.first, self.second = self._open(), self._open()
        self.second.cr.execute("SET lock_timeout = '500ms'")

    def _open(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})
