# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The templates hold what the addons say now; the Chinese translation is complete and keeps what a program needs."""

import re
import sys
from collections import Counter

import polib
from scratch import ADDONS, ROOT

from odoo.tests import TransactionCase, tagged

sys.path.insert(0, str(ROOT / "scripts"))
import translations  # noqa: E402

LANGUAGE = "zh_CN"
# Texts that are the same in Chinese: abbreviations of the trade and of the platform, units, formats.
SAME_IN_CHINESE = {
    "CSV",
    "Excel",
    "GSP",
    "ID",
    "IMEI",
    "OTC",
    "PDF",
    "POS",
    "QR",
    "RPC",
    "SHA",
    "SKU",
    "SLA",
    "TOTP",
    "UDI",
    "MB",
    "URL",
    "UTC",
    "VIN",
    "XLSX",
    "id",
    "kg",
    "km",
    "mm",
}
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDERS = (
    re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]"),
    re.compile(r"(?<!%)%[sdrf]"),
    re.compile(r"\{[\w.!:]*\}"),
    re.compile(r"\$\{[^}]*\}"),
    re.compile(r"</?[a-zA-Z][\w-]*"),
    re.compile(r'(?:href|src|t-[\w-]+|name|class|data-[\w-]+)="[^"]*"'),
)


def read_words(text):
    """A text without its placeholders and tags: what a person reads."""
    text = re.sub(r"<[^>]*>|\{\{.*?\}\}", " ", text)
    for pattern in PLACEHOLDERS[:4]:
        text = pattern.sub(" ", text)
    return re.sub(r"&\w+;|https?://\S+", " ", text)


def is_same_in_chinese(words):
    """Whether a text has no word that a Chinese reader would want in Chinese."""
    return set(LATIN_WORD.findall(words)) <= SAME_IN_CHINESE


def is_expression(place):
    """Whether a text is a program's: the file name of a print, computed from the record."""
    return place.startswith("model:ir.actions.report,print_report_name:")


def faults(entry):
    """What is wrong with one translated text."""
    if not entry.msgstr:
        return ["has no translation"]
    found = []
    if entry.fuzzy:
        found.append("is marked fuzzy")
    if entry.occurrences and all(is_expression(place) for place, _line in entry.occurrences):
        words = " ".join(re.findall(r'"([^"]*)"', entry.msgid))
        if is_same_in_chinese(words):
            return found
    for pattern in PLACEHOLDERS:
        source, translated = Counter(pattern.findall(entry.msgid)), Counter(pattern.findall(entry.msgstr))
        if source != translated:
            lost, new = source - translated, translated - source
            found.append(f"loses {sorted(lost)} and adds {sorted(new)}")
    words = read_words(entry.msgid).strip()
    if not is_same_in_chinese(words) and not CHINESE.search(entry.msgstr):
        found.append(f"has no Chinese in its translation {entry.msgstr!r}")
    if entry.msgid[-1:] == "\n" != entry.msgstr[-1:]:
        found.append("loses the line break at its end")
    return found


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def folder(self, addon):
        return ROOT / "addons" / addon / "i18n"

    def test_templates_hold_exactly_what_the_addons_say(self):
        """`make pot` was run after the last change of a text."""
        for addon, template in translations.export_templates(self.env, ADDONS).items():
            with self.subTest(addon=addon):
                committed = polib.pofile(str(self.folder(addon) / f"{addon}.pot"))
                now = {(entry.msgid, occurrence) for entry in template for occurrence in entry.occurrences}
                kept = {(entry.msgid, occurrence) for entry in committed for occurrence in entry.occurrences}
                self.assertFalse(sorted(now - kept), "not in the template: run `make pot`")
                self.assertFalse(sorted(kept - now), "in the template, but gone: run `make pot`")

    def test_the_chinese_translation_is_complete_and_keeps_placeholders_and_tags(self):
        for addon in ADDONS:
            with self.subTest(addon=addon):
                template = polib.pofile(str(self.folder(addon) / f"{addon}.pot"))
                translation = polib.pofile(str(self.folder(addon) / f"{LANGUAGE}.po"))
                self.assertEqual({entry.msgid for entry in translation}, {entry.msgid for entry in template})
                self.assertFalse(translation.obsolete_entries())
                found = [f"{entry.msgid!r} {fault}" for entry in translation for fault in faults(entry)]
                self.assertFalse(found, f"{len(found)} faults:\n" + "\n".join(found))

    def test_the_platform_shows_the_translation(self):
        """The files are where and how Odoo looks for them: menus and groups read in Chinese."""
        self.env["res.lang"]._activate_lang(LANGUAGE)
        modules = self.env["ir.module.module"].search([("name", "in", ADDONS)])
        modules._update_translations([LANGUAGE], overwrite=True)
        for model in ("ir.ui.menu", "res.groups", "ir.model"):
            ids = (
                self.env["ir.model.data"]
                .search([("module", "in", ADDONS), ("model", "=", model)])
                .mapped("res_id")
            )
            self.assertTrue(ids)
            for record in self.env[model].browse(ids).with_context(lang=LANGUAGE):
                name = record.name
                if model == "ir.model" and self.env[record.model]._original_module not in ADDONS:
                    continue
                if not is_same_in_chinese(name):
                    self.assertRegex(name, CHINESE, f"{model} {record.with_context(lang='en_US').name!r}")


@tagged("post_install", "-at_install")
class TestFaults(TransactionCase):
    """The checks above find what they are for."""

    def faults(self, source, translated, **extra):
        return " / ".join(faults(polib.POEntry(msgid=source, msgstr=translated, **extra)))

    def test_a_good_translation_has_no_fault(self):
        self.assertEqual(self.faults("Lot %(lot)s of <b>%(name)s</b>", "<b>%(name)s</b>的批次%(lot)s"), "")
        self.assertEqual(self.faults("PDF", "PDF"), "")
        self.assertEqual(self.faults("GSP 17001, 17002", "GSP 17001, 17002"), "")
        self.assertEqual(self.faults("%(a)s: %(b)s", "%(a)s：%(b)s"), "")

    def test_what_a_program_needs_must_be_kept(self):
        self.assertIn("%(lot)s", self.faults("Lot %(lot)s", "批次"))
        self.assertIn("%(lots)s", self.faults("Lot %(lot)s", "批次%(lots)s"))
        self.assertIn("{x}", self.faults("Lot {x}", "批次"))
        self.assertIn("%s", self.faults("Lot %s", "批次"))
        self.assertIn("</b", self.faults("<b>Lot</b>", "<b>批次"))
        self.assertIn('href="/my/claims"', self.faults('<a href="/my/claims">Claims</a>', "<a>索赔</a>"))

    def test_what_is_not_translated_is_found(self):
        self.assertIn("no translation", self.faults("Lot", ""))
        self.assertIn("no Chinese", self.faults("Lot", "Lot"))
        self.assertIn("no Chinese", self.faults("Lot %(lot)s", "Lote %(lot)s"))
        self.assertIn("fuzzy", self.faults("Lot", "批次", flags=["fuzzy"]))
