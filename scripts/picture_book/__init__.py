# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the pictures of the user guide show, a file per chapter."""
