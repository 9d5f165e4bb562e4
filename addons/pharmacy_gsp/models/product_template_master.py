# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..approval_number import get_device_class, is_gtin

MASTER_FIELDS = frozenset(
    {
        "gsp_scope_id",
        "gsp_must_rx_group",
        "gsp_ephedrine_mg",
        "gsp_max_single_dose",
        "gsp_max_daily_dose",
        "gsp_dose_unit",
        "gsp_ingredient_ids",
        "gsp_pregnancy",
        "gsp_trace_kind",
        "gsp_trace_identifier",
        "gsp_udi_issuer",
        "gsp_udi_di",
        "gsp_dosage_form",
        "gsp_strength",
        "gsp_package_size",
        "gsp_storage_condition_id",
    }
)


class ProductTemplate(models.Model):
    """What quality records of a drug or device so that the gates can decide, and how it is changed later."""

    _inherit = "product.template"

    gsp_scope_id = fields.Many2one(
        "gsp.scope",
        string="Scope",
        compute="_compute_gsp_scope_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Business scope that a license must name for this product.",
    )
    gsp_must_rx_group = fields.Selection(
        [
            ("injection", "Injection"),
            ("toxic", "Medical Toxic Drug"),
            ("psychotropic_2", "Class II Psychotropic"),
            ("stimulant", "Managed as Stimulant"),
            ("mental", "For Mental Disorders"),
            ("antiviral", "Reverse Transcriptase or Protease Inhibitor"),
            ("tumor", "For Tumors"),
            ("narcotic_solution", "Oral Solution with Narcotics"),
            ("antibacterial", "Antibacterial or Hormone Outside the OTC List"),
            ("other", "Announced by the Authority"),
        ],
        string="Must-Prescription Group",
        tracking=True,
        help="Groups of drugs that are sold on prescription in any case (GSP 17001).",
    )
    gsp_ephedrine_mg = fields.Float(
        string="Ephedrine per Unit (mg)",
        digits=(8, 2),
        help="Content of ephedrine in one tablet, capsule or dose of a compound.",
    )
    gsp_max_single_dose = fields.Float(string="Maximum Single Dose", digits=(12, 4))
    gsp_max_daily_dose = fields.Float(string="Maximum Daily Dose", digits=(12, 4))
    gsp_dose_unit = fields.Selection(
        [
            ("ug", "μg"),
            ("mg", "mg"),
            ("g", "g"),
            ("ml", "ml"),
            ("iu", "IU"),
            ("piece", "Tablets, Capsules, Bags"),
        ],
        string="Dose Unit",
    )
    gsp_ingredient_ids = fields.Many2many("gsp.ingredient", string="Ingredients")
    gsp_pregnancy = fields.Selection(
        [("caution", "With Caution"), ("forbidden", "Forbidden")], string="In Pregnancy", tracking=True
    )
    gsp_trace_kind = fields.Selection(
        [
            ("code20", "20-Digit Drug Trace Code"),
            ("gs1", "GS1"),
            ("maker", "The Maker's Own Code"),
        ],
        string="Trace Code",
        tracking=True,
        help="Empty: the packages carry none.",
    )
    gsp_trace_identifier = fields.Char(
        string="Drug Identifier", help="First digits of the trace code, the same on all packages of the drug."
    )
    gsp_udi_issuer = fields.Selection(
        [("gs1", "GS1"), ("ma", "ZIIOT (MA)"), ("ahm", "Alibaba Health (AHM)")], string="UDI Issuer"
    )
    gsp_udi_di = fields.Char(string="UDI-DI", index="btree_not_null", tracking=True)
    gsp_is_approved = fields.Boolean(
        string="First Approval Passed", compute="_compute_gsp_is_approved", compute_sudo=True
    )
    gsp_change_reason = fields.Char(
        string="Reason for the Change",
        store=False,
        help="Base data of a product that has passed its first approval change only with a reason; it is kept.",
    )
    gsp_change_count = fields.Integer(
        compute="_compute_gsp_change_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    _gsp_doses_positive = models.Constraint(
        "CHECK((gsp_max_single_dose IS NULL OR gsp_max_single_dose >= 0) AND"
        " (gsp_max_daily_dose IS NULL OR gsp_max_daily_dose >= 0) AND"
        " (gsp_ephedrine_mg IS NULL OR gsp_ephedrine_mg >= 0))",
        "Doses are not negative.",
    )

    @api.depends("gsp_kind", "gsp_drug_type", "gsp_special_class", "gsp_device_class")
    def _compute_gsp_scope_id(self):
        regulated = self.filtered("gsp_kind")
        (self - regulated).gsp_scope_id = False
        if not regulated:
            return
        scopes = (
            self.env["gsp.scope"]
            .sudo()  # sudo: whoever may edit products gets the default, whatever scopes he may read
            .search([("company_id", "=", False)])
        )
        for template in regulated:
            template.gsp_scope_id = template._get_gsp_default_scope(scopes)

    def _compute_gsp_is_approved(self):
        approved = self._filter_gsp_approved()
        for template in self:
            template.gsp_is_approved = template._origin in approved

    def _compute_gsp_change_count(self):
        counts = dict(
            self.env["gsp.product.change"]._read_group(
                [("product_tmpl_id", "in", self.ids)], ["product_tmpl_id"], ["__count"]
            )
        )
        for template in self:
            template.gsp_change_count = counts.get(template._origin, 0)

    @api.constrains(
        "gsp_kind", "gsp_drug_class", "gsp_must_rx_group", "gsp_special_class", "gsp_ephedrine_mg"
    )
    def _check_gsp_must_rx(self):
        """What the law sells on prescription only is no OTC drug (GSP 17001)."""
        for template in self.filtered(lambda item: item.gsp_kind == "drug" and item.gsp_drug_class):
            reason = template.gsp_drug_class != "rx" and template._get_gsp_must_rx_reason()
            if reason:
                raise ValidationError(
                    self.env._(
                        "%(product)s is a prescription drug: %(reason)s.",
                        product=template.display_name,
                        reason=reason,
                    )
                )

    @api.constrains("gsp_kind", "gsp_device_class", "gsp_approval_number")
    def _check_gsp_device_number(self):
        for template in self:
            number = template.gsp_approval_number
            if not number or template.gsp_kind != "device":
                continue
            device_class = get_device_class(number)
            if not device_class:
                raise ValidationError(
                    self.env._(
                        '"%(number)s" of %(product)s is no registration or filing number of a device, '
                        "for example 国械注准20993070001 or 京械备20990001号.",
                        number=number,
                        product=template.display_name,
                    )
                )
            if device_class != template.gsp_device_class:
                raise ValidationError(
                    self.env._(
                        '"%(number)s" of %(product)s belongs to a device of class %(device_class)s.',
                        number=number,
                        product=template.display_name,
                        device_class="I" * int(device_class),
                    )
                )

    @api.constrains("gsp_udi_di", "gsp_udi_issuer")
    def _check_gsp_udi(self):
        for template in self:
            if template.gsp_udi_di and template.gsp_udi_issuer == "gs1" and not is_gtin(template.gsp_udi_di):
                raise ValidationError(
                    self.env._(
                        "The UDI-DI %(code)s of %(product)s is no GS1 number: its check digit is wrong, or a digit "
                        "is missing.",
                        code=template.gsp_udi_di,
                        product=template.display_name,
                    )
                )

    @api.constrains("gsp_max_single_dose", "gsp_max_daily_dose", "gsp_dose_unit")
    def _check_gsp_doses(self):
        for template in self:
            single, daily = template.gsp_max_single_dose, template.gsp_max_daily_dose
            if (single or daily) and not template.gsp_dose_unit:
                raise ValidationError(
                    self.env._(
                        "Say in which unit the maximum doses of %(product)s are.",
                        product=template.display_name,
                    )
                )
            if single and daily and single > daily:
                raise ValidationError(
                    self.env._(
                        "The maximum single dose of %(product)s is above its maximum daily dose.",
                        product=template.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create([self._without_gsp_reason(vals) for vals in vals_list])
        templates.filtered("gsp_kind")._check_gsp_headquarters()
        return templates

    def write(self, vals):
        """Change approved base data only with a reason, and keep what was changed by whom (GSP, base data)."""
        names = self._get_gsp_guarded_fields().intersection(vals)
        vals = {**vals}
        reason = vals.pop("gsp_change_reason", False)
        changed = (
            self.filtered(lambda template: template._changes_gsp_fields(vals, names)) if names else self[:0]
        )
        approved = changed._filter_gsp_approved()
        if not approved:
            return super().write(vals)
        approved._check_gsp_master_data_access()
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "%(product)s has passed its first approval. Enter the reason for the change of its base data too.",
                    product=approved[0].display_name,
                )
            )
        before = approved._get_gsp_shown_values(names)
        result = super().write(vals)
        approved._log_gsp_changes(before, names, reason)
        return result

    def action_view_gsp_changes(self):
        """Open the kept changes of the base data of these products."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_product_change_action")
        return dict(action, domain=[("product_tmpl_id", "in", self.ids)], context={})

    def action_view_gsp_first_approvals(self):
        """Open the first approvals of these products."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_first_approval_action")
        return dict(action, domain=[("product_tmpl_id", "in", self.ids)], context={})

    @api.model
    def _get_gsp_guarded_fields(self):
        return super()._get_gsp_guarded_fields() | MASTER_FIELDS

    def _check_gsp_master_data_access(self):
        result = super()._check_gsp_master_data_access()
        self._check_gsp_headquarters()
        return result

    def _check_gsp_headquarters(self):
        """Products that a chain shares are kept by its headquarters; a store reads them."""
        if self.env.su:
            return
        # sudo: headquarters may be companies that the user does not see
        mine = self.env.user.sudo().company_ids
        keeps_shared = any(not company.parent_id.gsp_company_kind for company in mine)
        for template in self:
            owner = template.company_id
            if (owner and owner not in mine) or (not owner and not keeps_shared):
                raise AccessError(
                    self.env._(
                        "Base data of %(product)s are kept by the headquarters. Ask its quality manager.",
                        product=template.display_name,
                    )
                )

    def _filter_gsp_approved(self):
        """Those of these products that have passed a first approval, whichever company's."""
        if not self:
            return self
        # sudo: whoever changes a product need not be allowed to read all approvals
        groups = (
            self.env["gsp.first.approval"]
            .sudo()
            ._read_group(
                [
                    ("kind", "=", "product"),
                    ("product_tmpl_id", "in", self.ids),
                    ("state", "in", ("approved", "suspended")),
                ],
                ["product_tmpl_id"],
            )
        )
        return self.browse([template.id for (template,) in groups])

    @api.model
    def _without_gsp_reason(self, vals):
        return {name: value for name, value in vals.items() if name != "gsp_change_reason"}

    def _get_gsp_default_scope(self, scopes):
        """Scope by special class, else by type of drug or class of device."""
        self.ensure_one()
        for field, value in (
            ("special_class", self.gsp_kind == "drug" and self.gsp_special_class),
            ("drug_type", self.gsp_kind == "drug" and self.gsp_drug_type),
            ("device_class", self.gsp_kind == "device" and self.gsp_device_class),
        ):
            found = value and scopes.filtered(lambda scope, f=field, v=value: scope[f] == v)
            if found:
                return found[0]
        return scopes.browse()

    def _get_gsp_must_rx_reason(self):
        """Why the drug may not be OTC, in words, or None."""
        self.ensure_one()
        if self.gsp_must_rx_group:
            groups = dict(self._fields["gsp_must_rx_group"]._description_selection(self.env))
            return groups[self.gsp_must_rx_group]
        if self.gsp_special_class == "ephedrine" and self.gsp_ephedrine_mg:
            company = self.company_id or self.env.company
            limit = self.env["compliance.parameter"]._value(
                "drug.ephedrine.prescription_above_mg", on=company._get_law_date(), company=company
            )
            if self.gsp_ephedrine_mg > limit:
                return self.env._("more than %(limit)s mg of ephedrine per unit", limit=limit)
        return None

    # -- kept changes -------------------------------------------------------------------------------------------

    def _get_gsp_shown_values(self, names):
        """{template: {field: value as people read it}}"""
        return {template: {name: template._get_gsp_shown_value(name) for name in names} for template in self}

    def _get_gsp_shown_value(self, name):
        field, value = self._fields[name], self[name]
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return "" if value is False else str(value)

    def _log_gsp_changes(self, before, names, reason):
        after = self._get_gsp_shown_values(names)
        labels = self.fields_get(names, ["string"])
        self.env["gsp.product.change"]._log(
            [
                {
                    "product_tmpl_id": template.id,
                    "company_id": (template.company_id or self.env.company).id,
                    "field_name": name,
                    "field_label": labels[name]["string"],
                    "old_value": before[template][name],
                    "new_value": after[template][name],
                    "reason": reason,
                }
                for template in self
                for name in sorted(names)
                if before[template][name] != after[template][name]
            ]
        )
