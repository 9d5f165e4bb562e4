# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
from datetime import date

from openpyxl import Workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..approval_number import get_device_class, is_drug_number, is_gtin, normalize, suggest_drug_number
from .common_master import MasterCommon

HEADER = (
    "approval_number,registration_type,generic_name,product_name,product_name_en,brand_name,category,dosage_form,"
    "specification,mah,manufacturer,country,packager,approval_date"
)


def line(
    number="国药准字HJ20990101", name="测试片", maker="Test Maker AG", strength="10mg", category="化学药品"
):
    return (
        f"{number},境外生产药品,测试,{name},Test,牌,{category},片剂,{strength},Test Holder AG,{maker},丹麦,,"
        "2099-01-01"
    )


@tagged("post_install", "-at_install")
class TestProductMaster(MasterCommon):
    """What a product is, in the words of its approval, and how that is changed."""

    def test_forms_of_approval_numbers(self):
        for number in (
            "国药准字H20990001",
            "国药准字HJ20990001",
            "国药准字ZC20990001",
            "国药准字SJ20990001",
            "国药准字J20990001",
            "国药准字B20990001",
            "国药准字T20990001",
            "国药准字F20990001",
            "国药准字C20990001",
            "H20990001",
            "BH20990001",
            "ZC20990001",
            "进口药品注册证号H20990001",
        ):
            self.assertTrue(is_drug_number(number), number)
        for number in (
            "国药准字H2099000",
            "国药准字X20990001",
            "国药准字JH20990001",
            "国药准字H2099000O",
            "H",
            "",
        ):
            self.assertFalse(is_drug_number(number), number)
        self.assertEqual(normalize("国药准字 ｈ２０９９０００１"), "国药准字H20990001")

    def test_a_letter_o_for_a_zero_is_named(self):
        self.assertEqual(suggest_drug_number("国药准字H2O990001"), "国药准字H20990001")
        self.assertIsNone(suggest_drug_number("国药准字H209900"))
        with self.assertRaisesRegex(ValidationError, "letter where a digit belongs.*国药准字H20990001"):
            self.otc.gsp_approval_number = "国药准字H2O99OOO1"

    def test_forms_of_device_numbers_agree_with_the_class(self):
        self.assertEqual(get_device_class("国械注准20993070001"), "3")
        self.assertEqual(get_device_class("京械备20990001号"), "1")
        self.assertEqual(get_device_class("沪食药监械(准)字2099第2540001号"), "2")
        self.assertIsNone(get_device_class("国械注准2099307001"))
        device = self.env["product.product"].create(
            {
                "name": "Test Device",
                "gsp_kind": "device",
                "gsp_device_class": "3",
                "gsp_generic_name": "Device",
            }
        )
        device.gsp_approval_number = "国械注准20993070001"
        for number in ("国械注准20992070001", "京械备20990001号", "国药准字H20990001"):
            with self.assertRaises(ValidationError):
                device.gsp_approval_number = number

    def test_udi_has_a_check_digit(self):
        self.assertTrue(is_gtin("06901234567892"))
        self.assertTrue(is_gtin("6901234567892"))
        for code in ("06901234567893", "6901234", "0690123456789X", "０6901234567892"):
            self.assertFalse(is_gtin(code), code)
        template = self.otc.product_tmpl_id
        template.write({"gsp_udi_issuer": "ma", "gsp_udi_di": "MA.156.M0.100221"})
        with self.assertRaises(ValidationError):
            template.gsp_udi_issuer = "gs1"

    def test_17001_what_is_sold_on_prescription_only_is_no_otc_drug(self):
        """The ten groups, and ephedrine above the limit."""
        for group, _label in self.env["product.template"]._fields["gsp_must_rx_group"].selection:
            with self.assertRaises(ValidationError):
                self.otc.gsp_must_rx_group = group
            self.rx.gsp_must_rx_group = group
        self.otc.write({"gsp_special_class": "ephedrine", "gsp_ephedrine_mg": 30})
        with self.assertRaisesRegex(ValidationError, "30 mg"):
            self.otc.gsp_ephedrine_mg = 30.5

    def test_doses_have_a_unit_and_an_order(self):
        for vals in (
            {"gsp_max_single_dose": 1},
            {"gsp_max_single_dose": 3, "gsp_max_daily_dose": 2, "gsp_dose_unit": "g"},
        ):
            with self.assertRaises(ValidationError):
                self.otc.write(vals)
        self.otc.write({"gsp_max_single_dose": 1, "gsp_max_daily_dose": 3, "gsp_dose_unit": "g"})

    def test_scope_follows_the_class(self):
        self.assertEqual(self.otc.gsp_scope_id.code, "drug_chemical")
        self.rx.gsp_special_class = "toxic"
        self.assertEqual(self.rx.gsp_scope_id.code, "special_toxic")
        self.assertFalse(self.plain.gsp_scope_id)
        self.otc.gsp_scope_id = self.env.ref("pharmacy_gsp.gsp_scope_drug_antibiotic")
        self.assertTrue(self.env.ref("pharmacy_gsp.gsp_scope_drug")._covers(self.otc.gsp_scope_id))
        self.assertFalse(self.env.ref("pharmacy_gsp.gsp_scope_drug_pieces")._covers(self.otc.gsp_scope_id))

    # -- changes ------------------------------------------------------------------------------------------------

    def test_base_data_of_an_approved_product_change_only_with_a_reason_and_are_kept(self):
        template = self.otc.product_tmpl_id
        template.with_user(self.quality).gsp_strength = "0.5 g"
        self.assertFalse(self._changes(template))
        self._approve("product", product=self.otc)
        for vals in ({"gsp_strength": "1 g"}, {"gsp_strength": "1 g", "gsp_change_reason": " "}):
            with self.assertRaisesRegex(UserError, "reason"):
                template.with_user(self.quality).write(vals)
        with self.assertRaises(AccessError):
            template.with_user(self.pharmacist).write({"gsp_strength": "1 g", "gsp_change_reason": "x"})
        template.with_user(self.quality).write(
            {
                "gsp_strength": "1 g",
                "gsp_drug_class": "otc_a",
                "gsp_generic_name": template.gsp_generic_name,
                "list_price": 7,
                "gsp_change_reason": "New edition of the leaflet",
            }
        )
        changes = self._changes(template)
        self.assertEqual(
            {(change.field_name, change.old_value, change.new_value) for change in changes},
            {("gsp_strength", "0.5 g", "1 g"), ("gsp_drug_class", "OTC Class B", "OTC Class A")},
        )
        self.assertEqual(changes.user_id, self.quality)
        self.assertEqual(set(changes.mapped("reason")), {"New edition of the leaflet"})
        with self.assertRaises(UserError):
            changes[0].reason = "other"
        with self.assertRaises(UserError):
            changes.unlink()
        with self.assertRaises(UserError):
            changes.create({"product_tmpl_id": template.id, "reason": "x"})
        template.with_user(self.quality).write({"list_price": 8})

    def _changes(self, template):
        return self.env["gsp.product.change"].search([("product_tmpl_id", "=", template.id)])

    # -- a chain ------------------------------------------------------------------------------------------------

    def test_52_a_store_cannot_loosen_what_its_headquarters_set(self):
        self.company.gsp_company_kind = "headquarters"
        store = self.env["res.company"].create({"name": "Test Store", "parent_id": self.company.id})
        store.gsp_company_kind = "store"
        self.assertTrue(store._gsp_is_chain_store())
        manager = self._create_user(
            "gsp_store_quality", "pharmacy_gsp.pharmacy_gsp_group_quality,base.group_erp_manager", store
        )

        def mine(record):
            return record.with_user(manager).with_context(allowed_company_ids=store.ids)

        # products of the chain
        shared = self.otc.product_tmpl_id
        mine(shared).write({"list_price": 9})
        for vals in ({"gsp_drug_class": "otc_a"}, {"gsp_kind": False}, {"gsp_max_daily_dose": 9}):
            with self.assertRaises(AccessError):
                mine(shared).write(vals)
        with self.assertRaises(AccessError):
            mine(self.env["product.template"]).create(
                {"name": "X", "gsp_kind": "device", "gsp_device_class": "1", "gsp_generic_name": "X"}
            )
        own = mine(self.env["product.template"]).create(
            {
                "name": "X",
                "gsp_kind": "device",
                "gsp_device_class": "1",
                "gsp_generic_name": "X",
                "company_id": store.id,
            }
        )
        self.assertTrue(own.gsp_scope_id)
        # lists of the law and of the headquarters
        ours = self.env["gsp.post"].with_user(self.quality).create({"name": "Ours", "code": "ours"})
        self.assertEqual(ours.company_id, self.company)
        self.assertEqual(mine(ours).name, "Ours")
        law = self.env.ref("pharmacy_gsp.gsp_license_requirement_own_drug")
        interaction = self.env["gsp.interaction"].search([("kind", "=", "opposition")], limit=1)
        for record, vals in (
            (ours, {"may_review": True}),
            (law, {"active": False}),
            (interaction, {"severity": "warn"}),
            (self.env.ref("pharmacy_gsp.gsp_license_type_salesman"), {"has_expiry": False}),
            (
                self.env.ref("pharmacy_gsp.gsp_first_approval_document_type_supplier_seals"),
                {"is_mandatory": False},
            ),
            (self.env.ref("pharmacy_gsp.gsp_scope_drug_pieces"), {"parent_id": False}),
        ):
            with self.assertRaises(AccessError):
                mine(record).write(vals)
            with self.assertRaises(AccessError):
                mine(record).unlink()
        with self.assertRaises(AccessError):
            law.with_user(self.quality).write({"active": False})
        # policies
        for vals in ({"gsp_company_kind": False}, {"gsp_pair_approval": True}):
            with self.assertRaises(AccessError):
                mine(store).write(vals)
        self.company.gsp_pair_approval = True
        self.assertTrue(store._gsp_needs_pair_approval())
        # licenses and approvals of the headquarters are read, not changed
        mine(self.supplier_license).read(["name"])
        with self.assertRaises(AccessError):
            mine(self.supplier_license).action_suspend()

    def test_policies_are_not_changed_by_administrators_alone(self):
        admin = self._create_user("gsp_admin", "base.group_system")
        with self.assertRaises(AccessError):
            self.company.with_user(admin).gsp_company_kind = False
        with self.assertRaises(AccessError):
            self.env["res.company"].with_user(admin).create({"name": "X", "gsp_company_kind": "store"})
        self.company.with_user(admin).email = "pharmacy@example.com"

    # -- interactions -------------------------------------------------------------------------------------------

    def _herb(self, *codes):
        ingredients = [self.env.ref(f"pharmacy_gsp.gsp_ingredient_{code}").id for code in codes]
        return self._create_drug(
            f"Test {codes[0]}",
            False,
            gsp_drug_type="pieces",
            gsp_approval_number=False,
            gsp_ingredient_ids=[Command.set(ingredients)],
        )

    def _conflicts(self, *products, **kwargs):
        products = self.env["product.product"].union(*products)
        return self.env["gsp.interaction"]._find_conflicts(products, self.company, **kwargs)

    def test_17002_the_18_oppositions_and_19_fears_are_known(self):
        interactions = self.env["gsp.interaction"].search([("company_id", "=", False)])
        opposed = interactions.filtered(lambda item: item.kind == "opposition")
        self.assertEqual(len(opposed), 16)
        feared = interactions.filtered(lambda item: item.kind == "fear")
        self.assertEqual(len(feared), 10)
        for first, second, kind in (
            ("gancao", "haizao", "opposition"),
            ("fuzi", "fabanxia", "opposition"),
            ("zhichuanwu", "chuanbeimu", "opposition"),
            ("lilu", "chishao", "opposition"),
            ("mudingxiang", "yujin", "fear"),
            ("hongshen", "wulingzhi", "fear"),
            ("xuanmingfen", "sanleng", "fear"),
        ):
            found = self._conflicts(self._herb(first), self._herb(second))
            self.assertEqual([(item.kind, item.severity) for item in found], [(kind, "refuse")], first)
        self.assertFalse(self._conflicts(self._herb("gancao"), self._herb("baishao")))

    def test_17002_duplicates_and_pregnancy_are_found(self):
        first, second = self._herb("dahuang", "gancao"), self._herb("gancao")
        found = self._conflicts(first, second)
        self.assertEqual([item.kind for item in found], ["duplicate"])
        found = self._conflicts(self._herb("badou"), self._herb("honghua"), pregnant=True)
        self.assertEqual({item.severity for item in found}, {"refuse", "warn"})
        self.rx.gsp_pregnancy = "forbidden"
        self.assertEqual([item.kind for item in self._conflicts(self.rx, pregnant=True)], ["pregnancy"])
        self.assertFalse(self._conflicts(self.rx))

    # -- trace codes --------------------------------------------------------------------------------------------

    def test_trace_codes_are_taken_apart_by_the_nomenclature(self):
        parse = self.env["barcode.nomenclature"]._parse_trace_code
        self.assertEqual(
            parse("81234567890123456789"),
            {
                "kind": "code20",
                "code": "81234567890123456789",
                "identifier": "8123456",
                "serial": "7890123456789",
            },
        )
        found = parse("0106901234567892" + "17991231" + "11990101" + "10LOT1\x1d21SN9")
        self.assertEqual(
            (found["kind"], found["gtin"], found["lot"], found["serial"]),
            ("gs1", "06901234567892", "LOT1", "SN9"),
        )
        self.assertEqual((found["expiry"].month, found["expiry"].day), (12, 31))
        self.assertIsInstance(found["production"], date)
        bracketed = parse("(01)06901234567892(10)A(1)(21)7")
        self.assertEqual((bracketed["lot"], bracketed["serial"]), ("A(1)", "7"))
        for code in (
            "8123456789012345678",
            "812345678901234567890",
            "8123456789012345678X",
            "0106901234567893",
            "0106901234567892" + "17991399",
            "",
            None,
        ):
            self.assertIsNone(parse(code), code)

    # -- import -------------------------------------------------------------------------------------------------

    def _import(self, content, user=None, filename="list.csv", **vals):
        wizard = (
            self.env["gsp.product.import"]
            .with_user(user or self.quality)
            .create({"file": base64.b64encode(content), "filename": filename, **vals})
        )
        wizard.action_import()
        return wizard

    def _csv(self, *lines):
        return "\n".join([HEADER, *lines]).encode("utf-8-sig")

    def test_a_list_is_imported_as_it_comes_and_what_is_wrong_is_named_line_by_line(self):
        known = self._create_drug(
            "Test Known", "rx", gsp_approval_number="国药准字HJ20990109", gsp_strength="5mg"
        )
        wizard = self._import(
            self._csv(
                line("国药准字HJ20990101"),
                line("国药准字HJ2O990102"),
                line("国药准字HJ20990103", maker=""),
                line("国药准字HJ20990101"),
                line("国药准字HJ20990101", strength="20mg"),
                line("国药准字HJ209901"),
                line(known.gsp_approval_number, strength="5mg"),
                line("国药准字HJ20990104", name="=1+1"),
                line("国药准字SJ20990105", category="生物制品"),
                line("国药准字HJ20990106", category="未知"),
            )
        )
        self.assertEqual((wizard.imported_count, wizard.refused_count), (3, 7))
        report = {row.number: row.problem for row in wizard.line_ids}
        self.assertEqual(sorted(report), [3, 4, 5, 7, 8, 9, 11])
        for number, words in (
            (3, "国药准字HJ20990102"),
            (4, "manufacturer"),
            (5, "line 2"),
            (7, "no approval number"),
            (8, "exists already"),
            (9, "formula"),
            (11, "not known"),
        ):
            self.assertIn(words, report[number])
        products = self.env["product.template"].search(
            [("gsp_approval_number", "=like", "国药准字%J2099010%")]
        )
        products -= known.product_tmpl_id
        self.assertEqual(len(products), 3)
        self.assertEqual(set(products.mapped("gsp_drug_class")), {"rx"})
        self.assertEqual(products.gsp_manufacturer_id.name, "Test Maker AG")
        self.assertEqual(products.gsp_holder_id.name, "Test Holder AG")
        self.assertEqual(set(products.gsp_scope_id.mapped("code")), {"drug_chemical", "drug_biological"})
        again = self._import(self._csv(line("国药准字HJ20990101")))
        self.assertEqual((again.imported_count, again.refused_count), (0, 1))

    def test_a_workbook_is_read_and_its_formulas_are_refused(self):
        book = Workbook()
        sheet = book.active
        sheet.append(HEADER.split(","))
        sheet.append(line("国药准字HJ20990201").split(","))
        sheet.append(line("国药准字HJ20990202", name='=HYPERLINK("http://example.com")').split(","))
        stream = io.BytesIO()
        book.save(stream)
        wizard = self._import(stream.getvalue(), filename="list.xlsx", default_class="otc_a")
        self.assertEqual((wizard.imported_count, wizard.refused_count), (1, 1))
        self.assertIn("formula", wizard.line_ids.problem)
        product = self.env["product.template"].search([("gsp_approval_number", "=", "国药准字HJ20990201")])
        self.assertEqual(product.gsp_drug_class, "otc_a")

    def test_what_is_no_list_is_said_to_be_none(self):
        for content in (b"PK\x03\x04broken", b"a,b\n1,2\n", b"\xff\xfe\xff\x00"):
            with self.assertRaises(UserError):
                self._import(content)
        wizard = self._import("\n".join([HEADER, line("国药准字HJ20990301")]).encode("gb18030"))
        self.assertEqual(wizard.imported_count, 1)

    def test_lists_are_imported_by_quality_only(self):
        for user in (self.clerk, self.purchaser, self.head):
            with self.assertRaises(AccessError):
                self._import(self._csv(line()), user=user)

    def test_5000_lines_take_few_queries_each(self):
        lines = [line(f"国药准字HJ2099{number:04d}", strength=f"{number}mg") for number in range(1000, 1400)]
        self._import(self._csv(line("国药准字HJ20980001")))  # warms up
        before = self.env.cr.sql_log_count
        wizard = self._import(self._csv(*lines))
        self.assertEqual(wizard.imported_count, 400)
        self.assertLess(self.env.cr.sql_log_count - before, 400 * 4)
