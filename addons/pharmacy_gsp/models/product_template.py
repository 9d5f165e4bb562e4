# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..approval_number import is_drug_number, normalize, suggest_drug_number

# Master data that decide whether and how a product may be sold: changed by the quality manager only
# (GSP appendix on computer systems: base data are changed after approval of the quality department).
GUARDED_FIELDS = frozenset(
    {
        "gsp_kind",
        "gsp_drug_type",
        "gsp_drug_class",
        "gsp_special_class",
        "gsp_device_class",
        "gsp_generic_name",
        "gsp_approval_number",
        "gsp_holder_id",
        "gsp_manufacturer_id",
        "gsp_stop_sale_days",
        "gsp_minimum_pack_uom_id",
    }
)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    gsp_kind = fields.Selection(
        [("drug", "Drug"), ("device", "Medical Device")],
        string="Regulated Kind",
        index="btree_not_null",
        tracking=True,
        help="Empty for goods that drug and device law do not regulate.",
    )
    gsp_generic_name = fields.Char(string="Generic Name", index="trigram", tracking=True)
    gsp_dosage_form = fields.Char(string="Dosage Form", help="For example tablet, capsule, injection.")
    gsp_strength = fields.Char(string="Strength", help="As printed on the package, for example 0.25 g × 24.")
    gsp_approval_number = fields.Char(
        string="Approval Number",
        index="btree_not_null",
        tracking=True,
        help="Approval number of the drug, or registration or filing number of the device.",
    )
    gsp_holder_id = fields.Many2one(
        "res.partner",
        string="Marketing Authorization Holder",
        ondelete="restrict",
        tracking=True,
        help="For a device: its registrant or filing holder.",
    )
    gsp_manufacturer_id = fields.Many2one(
        "res.partner", string="Manufacturer", ondelete="restrict", tracking=True
    )
    gsp_drug_type = fields.Selection(
        [
            ("chemical", "Chemical Drug"),
            ("biological", "Biological Product"),
            ("patent", "Chinese Patent Medicine"),
            ("pieces", "TCM Decoction Pieces"),
        ],
        string="Drug Type",
        tracking=True,
    )
    gsp_drug_class = fields.Selection(
        [("rx", "Prescription (Rx)"), ("otc_a", "OTC Class A"), ("otc_b", "OTC Class B")],
        string="Drug Class",
        tracking=True,
        help="Prescription drugs leave the store only against a reviewed prescription (GSP 17001).",
    )
    gsp_special_class = fields.Selection(
        [
            ("narcotic", "Narcotic"),
            ("psychotropic_1", "Class I Psychotropic"),
            ("psychotropic_2", "Class II Psychotropic"),
            ("toxic", "Medical Toxic Drug"),
            ("radioactive", "Radioactive Drug"),
            ("poppy_shell", "Poppy Shell (Honey-Processed)"),
            ("precursor", "Pharmaceutical Precursor Chemical"),
            ("anabolic", "Anabolic Agent"),
            ("peptide", "Peptide Hormone"),
            ("ephedrine", "Compound Containing Ephedrine"),
            ("special_compound", "Other Compound Containing Special Drugs"),
        ],
        string="Special Class",
        tracking=True,
        help="Classes under special control of the state (GSP 17301).",
    )
    gsp_device_class = fields.Selection(
        [("1", "Class I"), ("2", "Class II"), ("3", "Class III")], string="Device Class", tracking=True
    )
    gsp_storage_condition_id = fields.Many2one(
        "gsp.storage.condition", string="Storage Condition", ondelete="restrict"
    )
    gsp_package_size = fields.Char(string="Package Size", help="For example 12 tablets × 2 blisters per box.")
    gsp_minimum_pack_uom_id = fields.Many2one(
        "uom.uom",
        string="Minimum Pack",
        ondelete="restrict",
        help="Unit of the smallest package sold unopened. Empty: the unit of measure of the product.",
    )
    gsp_stop_sale_days = fields.Integer(
        string="Stop Sale Before Expiry (Days)",
        tracking=True,
        help="Lots with fewer days left are neither reserved nor sold. 0: sold up to and including the last day.",
    )
    gsp_prescription_required = fields.Boolean(
        string="Prescription Required", compute="_compute_gsp_prescription_required"
    )
    gsp_master_data_editable = fields.Boolean(compute="_compute_gsp_master_data_editable")
    gsp_sale_record_count = fields.Integer(
        compute="_compute_gsp_sale_record_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    _gsp_stop_sale_days_positive = models.Constraint(
        "CHECK(gsp_stop_sale_days IS NULL OR gsp_stop_sale_days >= 0)",
        "The days before expiry at which sale stops must not be negative.",
    )

    @api.depends("gsp_kind", "gsp_drug_class")
    def _compute_gsp_prescription_required(self):
        for template in self:
            template.gsp_prescription_required = (
                template.gsp_kind == "drug" and template.gsp_drug_class == "rx"
            )

    @api.depends_context("uid")
    def _compute_gsp_master_data_editable(self):
        self.gsp_master_data_editable = self._gsp_can_edit_master_data()

    def _compute_gsp_sale_record_count(self):
        counts = self.env["gsp.sale.record"]._read_group(
            [("product_id.product_tmpl_id", "in", self.ids)], ["product_id"], ["__count"]
        )
        count_by_product = {product.id: count for product, count in counts}
        for template in self.with_context(active_test=False):
            template.gsp_sale_record_count = sum(
                count_by_product.get(product_id, 0) for product_id in template.product_variant_ids.ids
            )

    @api.constrains("gsp_kind", "tracking", "use_expiration_date", "is_storable", "type")
    def _check_gsp_tracking(self):
        """A drug is held by lot and expiry date (Drug Law art. 57): without them no sale record is lawful."""
        for template in self:
            if template.gsp_kind != "drug":
                continue
            tracked = template.is_storable and template.tracking in ("lot", "serial")
            if not tracked or not template.use_expiration_date:
                raise ValidationError(
                    self.env._(
                        '%(product)s is a drug: track its inventory by lots and tick "Expiration Date".',
                        product=template.display_name,
                    )
                )

    @api.constrains("gsp_kind", "gsp_drug_type", "gsp_drug_class", "gsp_generic_name", "gsp_device_class")
    def _check_gsp_master_data(self):
        for template in self:
            missing = template._get_gsp_missing_fields()
            if missing:
                names = template.fields_get(missing, ["string"])
                raise ValidationError(
                    self.env._(
                        "%(product)s is regulated goods. Still missing: %(fields)s.",
                        product=template.display_name,
                        fields=", ".join(names[name]["string"] for name in missing),
                    )
                )

    @api.constrains("gsp_kind", "gsp_drug_type", "gsp_approval_number")
    def _check_gsp_approval_number(self):
        for template in self:
            number = template.gsp_approval_number
            if not number or template.gsp_kind != "drug" or is_drug_number(number):
                continue
            suggestion = suggest_drug_number(number)
            if suggestion:
                message = self.env._(
                    '"%(number)s" of %(product)s has a letter where a digit belongs; %(suggestion)s would be an '
                    "approval number. Compare it with the document.",
                    number=number,
                    product=template.display_name,
                    suggestion=suggestion,
                )
            else:
                message = self.env._(
                    '"%(number)s" of %(product)s is no approval number of a drug. '
                    "It has one or two letters and eight digits, for example 国药准字H20990001.",
                    number=number,
                    product=template.display_name,
                )
            raise ValidationError(message)

    @api.onchange("gsp_kind")
    def _onchange_gsp_kind(self):
        if self.gsp_kind == "drug":
            self.is_storable = True
            self.use_expiration_date = True
            if self.tracking == "none":
                self.tracking = "lot"

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(name) for vals in vals_list for name in self._get_gsp_guarded_fields()):
            self._check_gsp_master_data_access()
        return super().create([self._normalize_gsp_vals(vals) for vals in vals_list])

    def write(self, vals):
        guarded = self._get_gsp_guarded_fields().intersection(vals)
        if guarded and any(template._changes_gsp_fields(vals, guarded) for template in self):
            self._check_gsp_master_data_access()
        return super().write(self._normalize_gsp_vals(vals))

    def action_view_gsp_sale_records(self):
        """Open the sale register of these products."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=[("product_id.product_tmpl_id", "in", self.ids)], context={})

    def _get_gsp_missing_fields(self):
        """Names of the master data this product still lacks for its kind. Extended by later rules."""
        self.ensure_one()
        required = []
        if self.gsp_kind == "drug":
            required = ["gsp_generic_name", "gsp_drug_type"]
            if self.gsp_drug_type != "pieces":
                required.append("gsp_drug_class")
        elif self.gsp_kind == "device":
            required = ["gsp_device_class"]
        return [name for name in required if not self[name]]

    @api.model
    def _get_gsp_guarded_fields(self):
        """Names of the master data that quality alone enters and changes. Extended by later fields."""
        return GUARDED_FIELDS

    def _changes_gsp_fields(self, vals, names):
        self.ensure_one()
        for name in names:
            field = self._fields[name]
            old = field.convert_to_write(self[name], self)
            if (old or False) != (vals[name] or False):
                return True
        return False

    def _check_gsp_master_data_access(self):
        """Master data of regulated goods are entered and changed by the quality manager only."""
        if not self._gsp_can_edit_master_data():
            raise AccessError(
                self.env._(
                    "Master data of drugs and devices are entered and changed by the quality manager only. "
                    "Ask one to make the change."
                )
            )

    @api.model
    def _gsp_can_edit_master_data(self):
        return self.env.su or self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality")

    @api.model
    def _normalize_gsp_vals(self, vals):
        """Copy of ``vals`` with the approval number as it is printed: capitals, no blanks."""
        number = vals.get("gsp_approval_number")
        return dict(vals, gsp_approval_number=normalize(number)) if number else vals
