# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestProduct(PharmacyCommon):
    """Master data of drugs, devices and their lots."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="gsp_product_manager",
            groups="stock.group_stock_manager,sales_team.group_sale_manager,base.group_system",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def test_57_a_drug_is_tracked_by_lot_and_expiry(self):
        for vals in ({"tracking": "none"}, {"use_expiration_date": False}, {"is_storable": False}):
            with self.assertRaises(ValidationError):
                self.otc.write(vals)
            with self.assertRaises(ValidationError):
                self._create_drug("Test Untracked", "otc_b", **vals)
        with self.assertRaises(ValidationError):
            self.plain.write({"gsp_kind": "drug", "gsp_drug_type": "chemical", "gsp_drug_class": "rx"})

    def test_a_drug_needs_its_class_and_generic_name(self):
        for vals in ({"gsp_drug_class": False}, {"gsp_generic_name": False}, {"gsp_drug_type": False}):
            with self.assertRaises(ValidationError) as caught:
                self.otc.write(vals)
            self.assertIn(self.otc.name, str(caught.exception))
        with self.assertRaises(ValidationError):
            self.plain.gsp_kind = "device"

    def test_choosing_drug_sets_the_tracking(self):
        with Form(self.env["product.template"].with_user(self.quality).sudo()) as form:
            form.name = "Test New Drug"
            form.gsp_kind = "drug"
            form.gsp_drug_type = "chemical"
            form.gsp_drug_class = "otc_a"
            form.gsp_generic_name = "Test New Drug"
        self.assertEqual(form.record.tracking, "lot")
        self.assertTrue(form.record.use_expiration_date)
        self.assertTrue(form.record.is_storable)

    def test_approval_numbers(self):
        template = self.otc.product_tmpl_id
        for number in (
            "国药准字H20990001",
            "国药准字 z20990002",
            "国药准字HJ20990003",
            "H20990004",
            "国药准字S20990005",
        ):
            template.gsp_approval_number = number
            self.assertEqual(template.gsp_approval_number, number.replace(" ", "").upper())
        for number in ("国药准字H2099", "国药准字20990001", "H209900011", "国药准字H20990001X"):
            with self.assertRaises(ValidationError):
                template.gsp_approval_number = number

    def test_master_data_are_changed_by_the_quality_manager_only(self):
        template = self.rx.product_tmpl_id
        for vals in (
            {"gsp_drug_class": "otc_b"},
            {"gsp_kind": False},
            {"gsp_approval_number": "国药准字H20990009"},
            {"gsp_stop_sale_days": 9},
        ):
            with self.assertRaises(AccessError):
                template.with_user(self.manager).write(vals)
            with self.assertRaises(AccessError):
                self.rx.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError):
            self.env["product.template"].with_user(self.manager).create({"name": "X", "gsp_kind": "device"})
        template.with_user(self.manager).write({"list_price": 30, "gsp_drug_class": "rx"})
        self.assertEqual(template.list_price, 30)
        self.assertFalse(template.with_user(self.manager).gsp_master_data_editable)
        self.manager.group_ids += self.env.ref("pharmacy_gsp.pharmacy_gsp_group_quality")
        template.with_user(self.manager).write({"gsp_drug_class": "otc_a"})
        self.assertEqual(template.gsp_drug_class, "otc_a")

    def test_master_data_are_not_imported_past_the_quality_manager(self):
        xmlid = self.rx.product_tmpl_id.export_data(["id"])["datas"][0][0]
        templates = self.env["product.template"].with_user(self.manager)
        result = templates.load(["id", "gsp_drug_class"], [[xmlid, "otc_b"]])
        self.assertFalse(result["ids"])
        self.assertEqual(self.rx.gsp_drug_class, "rx")

    # -- lots ---------------------------------------------------------------------------------------------------

    def test_17005_expiry_dates_once_recorded_are_changed_by_the_quality_manager_only(self):
        lot = self._create_lot(self.otc, "OTC-OLD", -1)
        for user in (self.clerk, self.pharmacist, self.manager):
            with self.assertRaises(AccessError):
                lot.with_user(user).expiration_date = self._expiry(100)
            with self.assertRaises(AccessError):
                lot.with_user(user).expiration_date = False
        lot.with_user(self.quality).expiration_date = self._expiry(100)
        self.assertEqual(lot.gsp_expiry_status, "near")

    def test_17005_a_lot_expires_with_the_end_of_its_day(self):
        lot = self._create_lot(self.otc, "OTC-DAY", 5)
        end = self.company._get_law_day_bounds(lot.gsp_expiry_date)[1]
        self.assertEqual((end - lot.expiration_date).total_seconds(), 1)
        self.assertEqual(lot.removal_date, lot.expiration_date)
        plain = self.env["product.product"].create(
            {"name": "Test Cheese", "is_storable": True, "tracking": "lot", "use_expiration_date": True}
        )
        free = self._create_lot(plain, "CHEESE", 5)
        self.assertEqual(free.expiration_date, self._expiry(5))

    def test_17005_status_of_lots(self):
        status = {
            days: self._create_lot(self.otc, f"OTC-{days}", days).gsp_expiry_status
            for days in (-1, 0, 100, 300, None)
        }
        self.assertEqual(status, {-1: "expired", 0: "near", 100: "near", 300: "good", None: "missing"})

    def test_a_lot_is_produced_before_it_expires(self):
        with self.assertRaises(ValidationError):
            self.otc_lot.gsp_production_date = self.otc_lot.gsp_expiry_date

    def test_storage_conditions_say_their_limits(self):
        conditions = self.env["gsp.storage.condition"]
        normal = self.env.ref("pharmacy_gsp.gsp_storage_condition_normal")
        cool = self.env.ref("pharmacy_gsp.gsp_storage_condition_cool")
        warm = conditions.create(
            {
                "name": "Test Warm",
                "code": "test_warm",
                "has_temperature_min": True,
                "temperature_min": 5,
                "has_temperature_max": False,
                "humidity_max": 80,
            }
        )
        self.assertEqual((normal + cool + warm).mapped("limits"), ["10–30 ℃", "≤ 20 ℃", "≥ 5 ℃"])
