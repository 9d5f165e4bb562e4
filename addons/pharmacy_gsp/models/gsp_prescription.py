# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.compliance_base.evidence import default_fields

EDITABLE_STATES = ("draft", "reviewing")
# Set by the steps of the prescription only, never typed or imported.
STEP_FIELDS = frozenset(
    {
        "name",
        "state",
        "reviewed_by_id",
        "reviewed_at",
        "refused_by_id",
        "refused_at",
        "refusal_kind",
        "refusal_reason",
        "refused_content",
        "last_dispensed_at",
        "dispensed_by_id",
        "dispensed_at",
        "checked_by_id",
        "checked_at",
        "binding_id",
    }
)


class GspPrescription(models.Model):
    """A physician's prescription, from its arrival to the last package handed over.

    The clerk enters it, a pharmacist reviews and signs it (or refuses it), and from then on it is evidence: read-only,
    kept for the dated number of years. Deliveries count against its lines.
    """

    _name = "gsp.prescription"
    _description = "Prescription"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "compliance.evidence.mixin",
        "compliance.signature.mixin",
        "compliance.checklist.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _rec_names_search = ["name", "patient_name"]

    name = fields.Char(
        string="Number", readonly=True, copy=False, index="trigram", default=lambda self: self.env._("New")
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="restrict"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("reviewing", "To Review"),
            ("reviewed", "Reviewed"),
            ("dispensed", "Dispensed"),
            ("checked", "Checked"),
            ("delivered", "Delivered"),
            ("refused", "Refused"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )

    # Header, as written by the physician (prescription rules quoted by GSP 17001)
    date = fields.Date(
        string="Prescribed On",
        required=True,
        default=lambda self: self.env.company._get_law_date(),
        tracking=True,
    )
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Last day on which it may be dispensed. A later day than the rule needs the physician's own note.",
    )
    institution = fields.Char(string="Medical Institution")
    department = fields.Char()
    physician_name = fields.Char(string="Physician")
    category = fields.Selection(
        [("western", "Western and Chinese Patent Drugs"), ("pieces", "TCM Decoction Pieces")],
        required=True,
        default="western",
    )
    prescription_type = fields.Selection(
        [("ordinary", "Ordinary"), ("emergency", "Emergency"), ("chronic", "Chronic, Geriatric or Special")],
        string="Type",
        required=True,
        default="ordinary",
    )
    patient_name = fields.Char(string="Patient")
    patient_sex = fields.Selection([("male", "Male"), ("female", "Female")], string="Sex")
    patient_age = fields.Integer(string="Age", aggregator=None)
    patient_age_unit = fields.Selection(
        [("year", "Years"), ("month", "Months"), ("day", "Days")],
        string="Age Unit",
        required=True,
        default="year",
    )
    patient_weight = fields.Float(string="Weight (kg)", digits=(6, 2), aggregator=None)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Contact of the patient. Set it to let only this customer, or those who may collect for him, buy on it.",
    )
    collector_ids = fields.Many2many("res.partner", string="May Be Collected By", check_company=True)
    diagnosis = fields.Text(string="Clinical Diagnosis")
    diagnosis_exemption = fields.Char(
        string="Reason for No Diagnosis",
        help="Only in the special cases in which the rules allow to leave it out.",
    )
    dose_count = fields.Integer(string="Doses (TCM)", aggregator=None)
    extension_reason = fields.Char(
        string="Physician's Reason for Extension",
        help="Why more days of supply or a longer validity are needed.",
    )
    institution_seal = fields.Boolean(string="Sealed by the Institution")
    scan = fields.Image(string="Scan of the Original", attachment=True)
    line_ids = fields.One2many("gsp.prescription.line", "prescription_id", string="Drugs", copy=True)
    note = fields.Text(string="Remarks")

    # Steps
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    reviewed_at = fields.Datetime(string="Reviewed On", readonly=True, copy=False)
    refused_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    refused_at = fields.Datetime(string="Refused On", readonly=True, copy=False)
    refusal_kind = fields.Selection(
        [
            ("incompatibility", "Incompatibility"),
            ("overdose", "Overdose"),
            ("form", "Form"),
            ("other", "Other"),
        ],
        readonly=True,
        copy=False,
    )
    refusal_reason = fields.Text(readonly=True, copy=False)
    correction_kind = fields.Selection(
        [("corrected", "Corrected by the Physician"), ("signed", "Signed Again by the Physician")],
        string="Physician's Answer",
        copy=False,
        help="After a refusal: how the physician confirmed the prescription.",
    )
    correction_date = fields.Date(string="Answered On", copy=False)
    last_dispensed_at = fields.Datetime(string="Last Dispensed On", readonly=True, copy=False)

    sale_order_ids = fields.One2many("sale.order", "gsp_prescription_id", string="Sales Orders")
    sale_order_count = fields.Integer(compute="_compute_counts")
    sale_record_ids = fields.One2many("gsp.sale.record", "prescription_id", string="Sale Records")
    sale_record_count = fields.Integer(compute="_compute_counts")

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Another prescription of this company has this number already."
    )
    _age_positive = models.Constraint(
        "CHECK(patient_age IS NULL OR patient_age >= 0)", "An age is not negative."
    )

    @api.depends("date", "company_id")
    def _compute_valid_until(self):
        parameter = self.env["compliance.parameter"]
        for prescription in self:
            date = prescription.date or (prescription.company_id or self.env.company)._get_law_date()
            company = prescription.company_id or self.env.company
            days = parameter._value("drug.prescription.validity_days", on=date, company=company)
            prescription.valid_until = fields.Date.add(date, days=days - 1)

    def _compute_counts(self):
        orders = dict(
            self.env["sale.order"]._read_group(
                [("gsp_prescription_id", "in", self.ids)], ["gsp_prescription_id"], ["__count"]
            )
        )
        records = dict(
            self.env["gsp.sale.record"]._read_group(
                [("prescription_id", "in", self.ids)], ["prescription_id"], ["__count"]
            )
        )
        for prescription in self:
            prescription.sale_order_count = orders.get(prescription, 0)
            prescription.sale_record_count = records.get(prescription, 0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # False, draft and the placeholder of the number are what forms and copies send for a new one
            empty = (False, None, "draft", self.env._("New"))
            self._check_step_fields(name for name, value in vals.items() if value not in empty)
        # the context comes from the client: no default may set what only the steps set
        clean = {
            key: value
            for key, value in self.env.context.items()
            if key.removeprefix("default_") not in STEP_FIELDS
        }
        numbered = [vals | {"name": self._get_next_number(vals)} for vals in vals_list]
        return super(GspPrescription, self.with_context(clean)).create(numbered)

    def write(self, vals):
        self._check_step_fields(vals)
        self._check_editable(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for prescription in self:
            if prescription.state != "draft":
                raise UserError(
                    self.env._(
                        "Prescription %(name)s has been handed in and is kept. Cancel it instead of deleting it.",
                        name=prescription.display_name,
                    )
                )

    # -- steps --------------------------------------------------------------------------------------------------

    def action_submit(self):
        """Hand the prescription to the pharmacists."""
        self._check_step("pharmacy_gsp.pharmacy_gsp_group_clerk", ("draft",))
        for prescription in self:
            if not prescription.line_ids:
                raise UserError(
                    self.env._("Prescription %(name)s lists no drug yet.", name=prescription.display_name)
                )
        self._move_to("reviewing")

    def action_resubmit(self):
        """After a refusal: the physician corrected or signed again, so a pharmacist reviews anew (GSP 17002)."""
        self._check_step("pharmacy_gsp.pharmacy_gsp_group_clerk", ("refused",))
        for prescription in self:
            if not prescription.correction_kind or not prescription.correction_date:
                raise UserError(
                    self.env._(
                        "Prescription %(name)s was refused: record how and when the physician answered.",
                        name=prescription.display_name,
                    )
                )
        self._move_to("reviewing")

    def action_review(self):
        """Check the prescription and ask the pharmacist for the signature that releases it."""
        self.ensure_one()
        self._check_review()
        return self._action_sign("review")

    def action_refuse(self):
        """Ask for the reason, then refuse to dispense (GSP 17002)."""
        self.ensure_one()
        self._check_step("pharmacy_gsp.pharmacy_gsp_group_pharmacist", ("reviewing",))
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_prescription_refuse_action")
        return dict(action, context={"default_prescription_id": self.id})

    def action_cancel(self):
        """Withdraw a prescription on which nothing was dispensed."""
        self._check_step(
            "pharmacy_gsp.pharmacy_gsp_group_clerk", ("draft", "reviewing", "refused", "reviewed")
        )
        for prescription in self:
            if prescription.state == "reviewed":
                prescription._check_group("pharmacy_gsp.pharmacy_gsp_group_pharmacist")
            if prescription.last_dispensed_at:
                raise UserError(
                    self.env._(
                        "Drugs were dispensed on prescription %(name)s: it is kept as it is.",
                        name=prescription.display_name,
                    )
                )
        self._move_to("canceled")

    def action_view_sale_orders(self):
        """Open the sales orders on these prescriptions."""
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return dict(action, domain=[("gsp_prescription_id", "in", self.ids)], context={"create": False})

    def action_view_sale_records(self):
        """Open what was dispensed on these prescriptions."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=[("prescription_id", "in", self.ids)], context={})

    def action_create_sale_order(self):
        """New quotation for the drugs still to be dispensed."""
        self.ensure_one()
        steps = ("reviewed", "dispensed", "checked") if self.company_id.gsp_company_kind else ("reviewed",)
        self._check_step("pharmacy_gsp.pharmacy_gsp_group_clerk", steps)
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "views": [[False, "form"]],
            "context": self._get_sale_order_context(),
        }

    def _get_sale_order_context(self):
        lines = [
            fields.Command.create({"product_id": product.id, "product_uom_qty": quantity})
            for (_prescription, product), quantity in self._get_remaining_quantities().items()
            if product.uom_id.compare(quantity, 0) > 0
        ]
        return {
            "default_gsp_prescription_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_company_id": self.company_id.id,
            "default_order_line": lines,
        }

    def _refuse(self, kind, reason):
        """Refuse to dispense, for good cause and by a pharmacist; the prescription stays on file."""
        self._check_step("pharmacy_gsp.pharmacy_gsp_group_pharmacist", ("reviewing",))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the prescription is refused."))
        self._move_to(
            "refused",
            refusal_kind=kind,
            refusal_reason=reason,
            refused_by_id=self.env.uid,
            refused_at=fields.Datetime.now(),
            correction_kind=False,
            correction_date=False,
        )

    def _move_to(self, state, **vals):
        """Change the state; only the steps of this model call it, each after its own checks."""
        return self._write_step({"state": state, **vals})

    def _write_step(self, vals):
        """Write fields that only the steps set: past the guard of ``write``, not past the lock of evidence."""
        return super().write(vals)

    def _check_step(self, group, states):
        """Check group, company and state before a step, for all records at once."""
        self._check_group(group)
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for prescription in self:
            if prescription.company_id not in self.env.companies:
                raise AccessError(
                    self.env._(
                        "Prescription %(name)s belongs to %(company)s: switch to that company first.",
                        name=prescription.display_name,
                        company=prescription.company_id.name,
                    )
                )
            if prescription.state not in states:
                raise UserError(
                    self.env._(
                        'Prescription %(name)s is in state "%(state)s"; this step is possible from %(states)s only.',
                        name=prescription.display_name,
                        state=labels[prescription.state],
                        states=", ".join(labels[state] for state in states),
                    )
                )

    def _check_group(self, group):
        if not self.env.user.has_group(group):
            names = self.env.ref(group).sudo().display_name  # sudo: the name of a group is no secret
            raise AccessError(self.env._('Only members of "%(group)s" may do this.', group=names))

    @api.model
    def _get_next_number(self, vals):
        company = vals.get("company_id") or self.env.company.id
        return self.env["ir.sequence"].with_company(company).next_by_code("gsp.prescription")

    @api.model
    def _check_step_fields(self, names):
        if STEP_FIELDS.intersection(names):
            raise UserError(
                self.env._(
                    "The state of a prescription, and what its steps record, are set by its buttons, not typed or "
                    "imported."
                )
            )

    def _check_editable(self, vals):
        """The content is open while it is entered and reviewed; afterwards only the physician changes it (17001)."""
        content = self._get_content_fields().intersection(vals)
        if not content:
            return
        for prescription in self:
            allowed = prescription.state in EDITABLE_STATES or (
                prescription.state == "refused"
                and content <= {"correction_kind", "correction_date", "scan", "note"}
            )
            if not allowed:
                raise UserError(
                    self.env._(
                        "Prescription %(name)s can no longer be changed. Only the physician may change it: after a "
                        "refusal, or with a new prescription.",
                        name=prescription.display_name,
                    )
                )

    @api.model
    def _get_content_fields(self):
        """What the physician wrote and the clerk entered: open while entered and reviewed, evidence afterwards."""
        return set(default_fields(self)) - STEP_FIELDS
