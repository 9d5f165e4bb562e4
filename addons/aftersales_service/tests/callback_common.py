# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager

from freezegun import freeze_time

from odoo.tests import new_test_user

from .common import AftersalesWorld


class CallbackWorld(AftersalesWorld):
    """A Chinese company with rules of its own: the shipped ones are put away, each test names those it needs."""

    @classmethod
    def build_world(cls):
        world = super().build_world()
        cls.company.write({"country_id": cls.env.ref("base.cn").id})
        cls.rules = cls.env["service.callback.rule"]
        cls.rules.search([]).active = False
        cls.customer.phone = "+86 21 5555 0000"
        cls.caller = cls.reception
        return world

    @classmethod
    def get_rule(cls, name, **vals):
        """One of the shipped rules, active."""
        rule = cls.env.ref(f"aftersales_service.service_callback_rule_{name}")
        rule.write({"active": True, **vals})
        return rule

    @classmethod
    def deliver_at(cls, moment, prefix="CB", **sale):
        """A machine sold and collected at a moment (UTC); the night after, the rules have run."""
        with freeze_time(moment):
            order = cls.sell_and_deliver(cls.create_lots(prefix=prefix), **sale)
            cls.run_rules()
        return order

    @classmethod
    def run_rules(cls):
        """What the nightly run does for this company."""
        for rule in cls.rules.search([]):
            rule._generate(cls.company)

    @classmethod
    def hand_over_at(cls, moment, lot, **vals):
        """A repair done and handed over at a moment (UTC)."""
        with freeze_time(moment):
            repair = cls.create_repair(lot, **vals)
            cls.finish_repair(repair)
            repair._set_service_stage("settled")
            repair._set_service_stage("delivered")
        return repair

    @classmethod
    def get_callbacks(cls, rule, **domain):
        domain = {"rule_id": rule.id, "company_id": cls.company.id, **domain}
        return cls.env["service.callback"].search(
            [(name, "=", value) for name, value in domain.items()], order="id"
        )

    @classmethod
    def make_releaser(cls):
        """The deputy general manager, named in the settings."""
        cls.deputy = new_test_user(
            cls.env, "t_deputy", groups="helpdesk_mgmt.group_helpdesk_user,stock.group_stock_user"
        )
        cls.company.complaint_release_user_id = cls.deputy

    @contextmanager
    def assertRaisesRegex(self, exception, regex):
        """As ``assertRaises`` of the platform: what was refused is rolled back, as it is for users."""
        with super().assertRaisesRegex(exception, regex) as caught, self.env.cr.savepoint():
            yield caught
