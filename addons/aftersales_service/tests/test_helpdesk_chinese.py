# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from collections import Counter

import polib
from lxml import etree

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path

HAN = re.compile(r"[\u4e00-\u9fff]")
# What a translation has to keep: placeholders, expressions, tags.
KEPT = re.compile(r"%\(\w+\)\w|%[sd]|\{\{.*?\}\}|\bt-[\w-]+=\"[^\"]*\"|</?\w+")


@tagged("post_install", "-at_install")
class TestHelpdeskChinese(TransactionCase):
    """The helpdesk addons have no Chinese of their own: this addon brings it along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chinese = cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["base.language.install"].create({"lang_ids": chinese.ids, "overwrite": True}).lang_install()
        cls.env = cls.env(context={**cls.env.context, "lang": "zh_CN"})

    def test_labels_on_the_ticket_form_are_chinese(self):
        tickets = self.env["helpdesk.ticket"]
        form = etree.fromstring(tickets.get_view(view_type="form")["arch"])
        fields = tickets.fields_get()
        # What addons that stand on this one add has its Chinese there.
        own = {
            name
            for name, field in tickets._fields.items()
            if field._module in ("aftersales_service", "helpdesk_mgmt", "helpdesk_mgmt_sla")
        }
        shown = {
            node.get("name"): node.get("string") or fields[node.get("name")]["string"]
            for node in form.iter("field")
            if node.get("name") in own and not any(up.tag == "field" for up in node.iterancestors())
        }
        self.assertGreater(len(shown), 20)
        self.assertEqual({name: label for name, label in shown.items() if not HAN.search(label)}, {})
        self.assertEqual(
            [
                shown[name]
                for name in ("team_id", "user_id", "priority", "channel_id", "category_id", "tag_ids")
            ],
            ["团队", "负责人", "优先级", "渠道", "类别", "标签"],
        )
        self.assertEqual([page.get("string") for page in form.iter("page")][:2], ["描述", "其他信息"])
        buttons = [button.get("string") for button in form.iter("button") if button.get("string")]
        self.assertEqual([text for text in buttons if not HAN.search(text)], [])

    def test_stages_channels_and_choices_are_chinese(self):
        for name, text in {
            "new": "新建",
            "in_progress": "处理中",
            "awaiting": "等待中",
            "done": "已完成",
            "cancelled": "已取消",
            "rejected": "已拒绝",
        }.items():
            self.assertEqual(self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}").name, text)
        self.assertEqual(self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone").name, "电话")
        self.assertEqual(self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu").name, "服务台")
        for _value, label in self.env["helpdesk.ticket"].fields_get(["priority"])["priority"]["selection"]:
            self.assertRegex(label, HAN)

    def test_every_text_is_translated_and_keeps_its_placeholders(self):
        catalog = polib.pofile(file_path("aftersales_service/i18n_extra/zh_CN.po"))
        self.assertGreater(len(catalog), 300)
        for entry in catalog:
            with self.subTest(entry.msgid):
                self.assertTrue(entry.msgstr)
                self.assertFalse(entry.fuzzy or entry.obsolete)
                self.assertEqual(Counter(KEPT.findall(entry.msgstr)), Counter(KEPT.findall(entry.msgid)))
                for place, _line in entry.occurrences:
                    self.assertRegex(place, r"^model(_terms)?:[\w.]+,\w+:helpdesk_mgmt(_sla)?\.")
