# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may do what: every model of the addons for every role, as a table that a person can review.

tests/access_matrix.csv is that table. A change of rights changes it: write it anew with
``REWRITE=1 make test ARGS=tests/test_access_matrix.py`` and review the difference before committing it.
"""

import csv
import io
import os
from pathlib import Path

from scratch import ADDONS

from odoo.fields import Domain
from odoo.tests import TransactionCase, new_test_user, tagged

TABLE = Path(__file__).with_name("access_matrix.csv")
OPERATIONS = {"create": "c", "read": "r", "write": "w", "unlink": "d"}
# Column → the group that a user of this role is given, and nothing else.
OUTSIDE_ROLES = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "internal": "base.group_user",
    "settings": "base.group_system",
}
# Nobody may touch these by hand, whatever the role; the code that makes them checks first.
UNTOUCHABLE = {
    "compliance.signature": "cwd",
    "compliance.refusal": "cwd",
    "gsp.product.change": "cwd",
    "gsp.sale.record": "cwd",
    "repair.stage.log": "cwd",
    "service.customer.signature": "cwd",
}
# What every visitor may read, with the reason.
OPEN_TO_VISITORS = {"warranty.component": "names of component groups, shown with one's own warranty"}


@tagged("post_install", "-at_install")
class TestAccessMatrix(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.models = {
            name: cls.env[name]
            for name, model in sorted(cls.env.registry.items())
            if model._original_module in ADDONS and not model._abstract
        }
        cls.roles = cls._make_roles()

    @classmethod
    def _make_roles(cls):
        """A user per role: {role: user}. Our own roles are the groups of the addons."""
        data = cls.env["ir.model.data"].search(
            [("module", "in", ADDONS), ("model", "=", "res.groups")], order="module, id"
        )
        groups = {**OUTSIDE_ROLES, **{record.name: record.complete_name for record in data}}
        return {
            role: new_test_user(cls.env, login=f"matrix_{role}", groups=group, company_id=cls.own_company.id)
            for role, group in groups.items()
        }

    def letters(self, model, user):
        """What the access rights give a user on a model, as letters of OPERATIONS."""
        records = model.with_user(user)
        return "".join(letter for name, letter in OPERATIONS.items() if records.has_access(name))

    def rule_domain(self, model, user, operation):
        """The record rules of a user, with the company the user works in."""
        rules = self.env["ir.rule"].with_user(user).with_company(self.own_company)
        return Domain(rules._compute_domain(model._name, operation))

    def test_the_rights_are_those_of_the_reviewed_table(self):
        """Adding a role, a model or a right shows in a table that is read before it is committed."""
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(["model", *self.roles])
        for name, model in self.models.items():
            writer.writerow([name, *(self.letters(model, user) or "-" for user in self.roles.values())])
        if os.environ.get("REWRITE"):
            TABLE.write_text(output.getvalue(), encoding="utf-8")
            self.fail(f"{TABLE.name} is written anew: review the difference, and run again without REWRITE")
        actual, reviewed = output.getvalue().splitlines(), TABLE.read_text(encoding="utf-8").splitlines()
        self.assertEqual(actual, reviewed, "the rights changed: review them as the head of this file says")

    def test_every_model_is_reachable_by_some_role(self):
        """A model without access rights can be used by the superuser only: a right was forgotten."""
        forgotten = [
            name
            for name, model in self.models.items()
            if not any(self.letters(model, user) for user in self.roles.values())
        ]
        self.assertFalse(forgotten)

    def test_nobody_touches_signatures_refusals_and_registers_by_hand(self):
        for name, forbidden in UNTOUCHABLE.items():
            for role, user in self.roles.items():
                with self.subTest(model=name, role=role):
                    self.assertFalse(set(self.letters(self.env[name], user)) & set(forbidden))

    def test_public_and_portal_never_create_or_delete_by_themselves(self):
        """Visitors act through controllers and methods that check; the tables give them reading at the most."""
        for role in ("public", "portal"):
            for name, model in self.models.items():
                with self.subTest(model=name, role=role):
                    self.assertIn(self.letters(model, self.roles[role]), ("", "r"))

    def test_what_a_visitor_may_read_is_limited_to_what_is_theirs(self):
        """Where portal or public may read at all, a record rule keeps out a record that is nobody's."""
        for role in ("public", "portal"):
            user = self.roles[role]
            for name, model in self.models.items():
                if self.letters(model, user) and name not in OPEN_TO_VISITORS:
                    with self.subTest(model=name, role=role):
                        stranger = self._new(model, self.own_company)
                        self.assertFalse(stranger.filtered_domain(self.rule_domain(model, user, "read")))

    def _new(self, model, company):
        """A record in memory that belongs to a company and has nothing else; a line gets such a document."""
        values = {}
        field = model._fields.get("company_id")
        if field and field.related:
            parent, _company = field.related.split(".")
            values[parent] = self._new(self.env[model._fields[parent].comodel_name], company)
        elif field:
            values["company_id"] = company
        return model.sudo().new(values)

    def test_another_companys_records_are_out_of_reach_for_every_role(self):
        """Every model that has a company has a company rule, for every operation and every role."""
        for name, model in self.models.items():
            if "company_id" not in model._fields or model._transient:
                continue
            foreign, own = self._new(model, self.other_company), self._new(model, self.own_company)
            for role, user in self.roles.items():
                for operation, letter in OPERATIONS.items():
                    if letter in self.letters(model, user):
                        with self.subTest(model=name, role=role, operation=operation):
                            domain = self.rule_domain(model, user, operation)
                            self.assertFalse(
                                foreign.filtered_domain(domain), "a foreign company's record is in reach"
                            )
                            if role not in ("public", "portal"):
                                self.assertTrue(
                                    own.filtered_domain(domain), "the own company's record is out of reach"
                                )

    def test_a_model_with_a_parent_that_has_a_company_has_one_too(self):
        """Lines cannot be reached round the rule of their document: they carry its company and a rule of their own."""
        without = []
        for name, model in self.models.items():
            if model._transient or "company_id" in model._fields:
                continue
            parents = [
                field.comodel_name
                for field in model._fields.values()
                if field.type == "many2one" and field.required and field.comodel_name in self.models
            ]
            if any("company_id" in self.models[parent]._fields for parent in parents):
                without.append(name)
        self.assertFalse(without)
