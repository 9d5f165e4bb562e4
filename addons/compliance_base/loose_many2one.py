# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields


class LooseMany2one(fields.Many2one):
    """Many2one without a foreign key in the database.

    A foreign key locks the row it refers to while the referring row is inserted, and needs that row to be visible.
    What is written in a transaction of its own (a refusal) or must never hold up another transaction (a link of a
    chain) can afford neither: the row may have been locked or created by the transaction that is about to be rolled
    back. The target may therefore be gone; models that use this class keep its name as text beside it.
    """

    def update_db_foreign_key(self, model, column):
        """Create no foreign key."""
