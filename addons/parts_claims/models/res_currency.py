# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from babel.numbers import get_currency_name
from cn2an import an2cn
from num2words import num2words

from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _get_amount_in_words(self, amount, lang):
        """Write ``amount`` out in the language of a document, sign included.

        :param float amount: in this currency; rounded to it first
        :param str lang: a language code such as ``zh_CN`` or ``en_US``; a language that is neither Chinese nor
            installed is written in English
        :return: str, for Chinese in the capital numerals of vouchers, preceded by the currency's name
        """
        self.ensure_one()
        amount = self.round(amount)
        if lang.startswith("zh"):
            return self._get_chinese_amount(amount, lang)
        if lang.startswith("en") or lang not in dict(self.env["res.lang"].get_installed()):
            return self._get_english_amount(amount)
        # The platform loses the sign of amounts between zero and minus one: it is written here.
        currency = self.with_context(lang=lang)
        words = currency.amount_to_text(abs(amount))
        return currency.env._("Minus %(amount)s", amount=words) if amount < 0 else words

    def _get_chinese_amount(self, amount, lang):
        """Capital numerals; the currency's name stands directly before the figure, as on bank vouchers.

        Yuan, jiao and fen have two decimals: a third one is written digit by digit after the point.
        """
        mode, digits = ("rmb", 2) if round(amount, 2) == amount else ("up", self.decimal_places)
        return get_currency_name(self.name, locale=lang) + an2cn(f"{amount:.{digits}f}", mode)

    def _get_english_amount(self, amount):
        """The same words in every database, whether English is installed in it or not."""
        currency = self.with_context(lang=None)
        whole, _point, fraction = f"{abs(amount):.{self.decimal_places}f}".partition(".")
        parts = [f"{num2words(int(whole)).title()} {currency.currency_unit_label or currency.name}"]
        if int(fraction or 0):
            parts.append(
                f"{num2words(int(fraction)).title()} {currency.currency_subunit_label or ''}".strip()
            )
        return ("Minus " if amount < 0 else "") + " and ".join(parts)
