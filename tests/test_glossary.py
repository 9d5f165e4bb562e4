# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One concept has one word in Chinese: that of docs/glossary.md, in all addons."""

import re
import unittest
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
SERVICE = ("aftersales_service", "parts_claims")
ALL = ("aftersales_service", "compliance_base", "parts_claims", "pharmacy_gsp")
# (addons, the word nobody should read, the word of the glossary, texts in which it is right all the same)
FORBIDDEN = [
    (SERVICE, "保修", "质保", r"^$"),
    (SERVICE, "机器", "设备", r"\b[Mm]achine\b"),
    (SERVICE, "整机", "设备", r"^Whole unit\b"),
    (SERVICE, "单元", "设备", r"^$"),
    (SERVICE, "维修单", "维修订单", r"^$"),
    (SERVICE, "估价", "维修报价", r"^$"),
    (SERVICE, "旧零件", "旧件", r"^$"),
    (SERVICE, "(?<!主要)零件", "配件", r"^$"),
    (SERVICE, "周转机", "备用机", r"^$"),
    (SERVICE, "交车", "交付", r"^$"),
    (SERVICE, "计量表|计量读数", "仪表", r"^$"),
    (SERVICE, "理赔", "索赔", r"^$"),
    (SERVICE, "顾客|消费者", "客户", r"[Cc]onsumer|[Bb]uyer"),
    (SERVICE, "技术员|维修工(?!时)", "技师", r"^$"),
    (SERVICE, "抱怨", "投诉", r"^$"),
    (SERVICE, "回拨|电话回访", "回访", r"\bphone\b"),
    (SERVICE, "质量检查|质量检验", "质检", r"^$"),
    (SERVICE, "质保检查", "质保查询", r"^$"),
    (SERVICE, "技术活动", "服务活动", r"^$"),
    (SERVICE, "管理员|主管", "经理", r"\b[Aa]dministrator\b|\b[Ss]upervisor\b|[Cc]hief accountant"),
    (("pharmacy_gsp",), "批次", "批号", r"track its inventory by lots"),
    (("pharmacy_gsp",), "失效日期", "有效期至", r"^$"),
    (SERVICE, "频道", "渠道", r"^$"),
    (("aftersales_service",), "已验收|验收日期", "检查", r"^$"),
    (ALL, "责任用户", "负责人", r"^$"),
    (ALL, "[\u4e00-\u9fff][,;!?](?=[\u4e00-\u9fff])", "，；！？", r"^$"),
]


def variants(addon, msgid, msgstr):
    """What of a translation should be said with another word: [(found, wanted)]."""
    words = re.sub(r"<[^>]*>|\{\{.*?\}\}", " ", msgstr)
    return [
        (match.group(), wanted)
        for addons, pattern, wanted, allowed in FORBIDDEN
        if addon in addons and not re.search(allowed, msgid)
        for match in [re.search(pattern, words)]
        if match
    ]


class TestGlossary(unittest.TestCase):
    def test_no_translation_uses_another_word_for_a_concept(self):
        for addon in ALL:
            catalog = polib.pofile(str(ROOT / "addons" / addon / "i18n" / "zh_CN.po"))
            found = [
                f"{entry.msgid!r}: {word!r} in {entry.msgstr!r}, the glossary says {wanted!r}"
                for entry in catalog
                for word, wanted in variants(addon, entry.msgid, entry.msgstr)
            ]
            self.assertFalse(found, f"{addon}: {len(found)} variants:\n" + "\n".join(found))

    def test_the_words_wanted_are_those_of_the_glossary(self):
        glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
        for _addons, _pattern, wanted, _allowed in FORBIDDEN:
            if re.match(r"[\u4e00-\u9fff]", wanted):
                self.assertIn(wanted, glossary)

    def test_a_variant_is_found_and_an_exception_is_not(self):
        self.assertEqual(variants("parts_claims", "Warranty", "保修"), [("保修", "质保")])
        self.assertEqual(variants("pharmacy_gsp", "Warranty", "保修"), [])
        self.assertEqual(variants("aftersales_service", "Machine or Appliance", "机器或电器"), [])
        self.assertEqual(variants("aftersales_service", "Repair", '<a title="保修">维修</a>'), [])
        self.assertEqual(variants("aftersales_service", "Reported", "报修时间"), [])
