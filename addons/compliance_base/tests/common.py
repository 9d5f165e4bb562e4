# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

GROUP_READER = "compliance_base.compliance_base_group_user"
GROUP_MANAGER = "compliance_base.compliance_base_group_manager"


class ComplianceCase(TransactionCase):
    """Two unrelated companies, a branch of the first, and a user for each role in the first company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"].create([{"name": "Law Test A"}, {"name": "Law Test B"}])
        cls.company, cls.other_company = companies
        cls.branch = cls.env["res.company"].create({"name": "Law Test A Branch", "parent_id": cls.company.id})
        cls.env.user.company_ids += companies + cls.branch
        cls.env.user.company_id = cls.company
        for company in companies + cls.branch:
            company.partner_id.tz = "Asia/Shanghai"
            if "resource_calendar_id" in company._fields:
                company.resource_calendar_id.tz = "Asia/Shanghai"
        in_company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.user = new_test_user(cls.env, "law_plain_user", groups="base.group_user", **in_company)
        cls.reader = new_test_user(cls.env, "law_reader", groups=GROUP_READER, **in_company)
        cls.manager = new_test_user(cls.env, "law_manager", groups=GROUP_MANAGER, **in_company)
        cls.stranger = new_test_user(
            cls.env,
            "law_stranger",
            groups=GROUP_MANAGER,
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.Parameter = cls.env["compliance.parameter"]
        cls.Edition = cls.env["compliance.parameter.edition"]

    @classmethod
    def make_parameter(cls, code, **vals):
        return cls.Parameter.create(
            {
                "code": code,
                "name": f"Figure {code}",
                "value_kind": "integer",
                "unit": "year",
                "scope": "other",
                **vals,
            }
        )

    @classmethod
    def make_edition(cls, parameter, value, valid_from=None, valid_to=None, *, user=None, **vals):
        """Record an edition as the compliance manager does, through the method behind the screen."""
        vals = {
            "parameter_id": parameter.id,
            "value": value,
            "valid_from": valid_from and date.fromisoformat(valid_from),
            "valid_to": valid_to and date.fromisoformat(valid_to),
            "law": "Law on Tests",
            "article": "Art. 1",
            "evidence": "read",
            **vals,
        }
        edition = cls.Edition.with_user(user or cls.manager)._add_edition(vals, "Published in the gazette")
        return edition.with_env(cls.env)
