# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestAmountInWords(TransactionCase):
    def _get_currency(self, code):
        return self.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])

    def _assert_words(self, code, lang, expected):
        currency = self._get_currency(code)
        for amount, words in expected.items():
            with self.subTest(code=code, lang=lang, amount=amount):
                self.assertEqual(currency._get_amount_in_words(amount, lang), words)

    def test_yuan_in_chinese_capitals(self):
        self._assert_words(
            "CNY",
            "zh_CN",
            {
                0: "人民币零元整",
                0.01: "人民币壹分",
                0.1: "人民币壹角",
                10.05: "人民币壹拾元零伍分",
                1000: "人民币壹仟元整",
                1000.5: "人民币壹仟元伍角",
                10010.01: "人民币壹万零壹拾元零壹分",
                100000000: "人民币壹亿元整",
                100010001: "人民币壹亿零壹万零壹元整",
                -1000.25: "人民币负壹仟元贰角伍分",
                -0.01: "人民币负壹分",
            },
        )

    def test_yuan_in_english(self):
        self._assert_words(
            "CNY",
            "en_US",
            {
                0.01: "Zero Yuan and One Fen",
                1000: "One Thousand Yuan",
                100000000: "One Hundred Million Yuan",
                -1000.25: "Minus One Thousand Yuan and Twenty-Five Fen",
                -0.5: "Minus Zero Yuan and Fifty Fen",
            },
        )

    def test_other_currencies_bear_their_own_name(self):
        self._assert_words("USD", "zh_CN", {1000.5: "美元壹仟元伍角", 0.01: "美元壹分"})
        self._assert_words("USD", "en_US", {1000.5: "One Thousand Dollars and Fifty Cents"})
        self._assert_words("JPY", "zh_CN", {1000: "日元壹仟元整"})

    def test_a_third_decimal_is_not_lost(self):
        self._assert_words("KWD", "zh_CN", {1000: "科威特第纳尔壹仟元整", 10.055: "科威特第纳尔壹拾点零伍伍"})

    def test_amount_is_rounded_to_the_currency_first(self):
        self._assert_words("CNY", "zh_CN", {0.1 + 0.2: "人民币叁角", 999.999: "人民币壹仟元整"})

    def test_words_do_not_depend_on_the_languages_installed(self):
        """A language that is not installed does not turn the figure into another one."""
        self._assert_words(
            "CNY", "fr_FR", {1000: self._get_currency("CNY")._get_amount_in_words(1000, "en_US")}
        )
