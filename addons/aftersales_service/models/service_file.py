# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..roles import RECEPTION
from .service_document_type import FILE_KINDS

FILING_GROUPS = (
    RECEPTION,
    "sales_team.group_sale_salesman",
)


class ServiceFile(models.Model):
    """The papers of one event in a unit's life: its sale, or one of its repairs. One vehicle, two files."""

    _name = "service.file"
    _description = "Unit's File"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "start_date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="File Number", compute="_compute_name", store=True, index="trigram")
    kind = fields.Selection(FILE_KINDS, required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot", string="Unit", readonly=True, index=True, check_company=True, ondelete="restrict"
    )
    product_id = fields.Many2one("product.product", readonly=True, index=True, required=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    repair_id = fields.Many2one("repair.order", readonly=True, index="btree_not_null", check_company=True)
    license_plate = fields.Char(related="lot_id.license_plate")
    vin = fields.Char(related="lot_id.vin")
    start_date = fields.Date(
        string="Delivered or Finished On",
        required=True,
        readonly=True,
        help="The deadline counts from this day.",
    )
    deadline = fields.Date(required=True, readonly=True, index=True)
    document_ids = fields.One2many("service.file.document", "file_id", string="Documents")
    completeness = fields.Float(
        compute="_compute_completeness",
        store=True,
        aggregator="avg",
        help="Share of the documents that are there.",
    )
    state = fields.Selection(
        [("open", "Open"), ("filed", "Filed")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
        index=True,
    )
    exception_reason = fields.Char(
        tracking=True,
        help="Why the papers will come late. It counts only if it is explained before the deadline.",
    )
    filed_on = fields.Date(readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    filed_late = fields.Boolean(compute="_compute_filed_late", store=True)
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Not filed by the deadline, and nobody explained it beforehand.",
    )
    bundle = fields.Char(
        tracking=True, help="Box in which the papers of customers out of warranty are kept together."
    )
    is_covered = fields.Boolean(
        string="Unit under Warranty", compute="_compute_is_covered", search="_search_is_covered"
    )

    _repair_uniq = models.UniqueIndex(
        "(repair_id) WHERE repair_id IS NOT NULL", "The repair has a file already."
    )
    _late_idx = models.Index("(deadline) WHERE state = 'open'")

    # Compute

    @api.depends("kind", "partner_id", "lot_id", "repair_id.name", "product_id")
    def _compute_name(self):
        """The customer's number leads, as on the shelf; then the unit, and the repair if it is one."""
        for file in self:
            partner = file.partner_id.commercial_partner_id
            parts = (
                partner.ref or partner.id,
                file.lot_id.name or file.product_id.default_code,
                file.repair_id.name,
            )
            file.name = "-".join(str(part) for part in parts if part)

    @api.depends("document_ids.is_present")
    def _compute_completeness(self):
        for file in self:
            documents = file.document_ids
            present = documents.filtered("is_present")
            file.completeness = 100 * len(present) / len(documents) if documents else 100

    @api.depends("filed_on", "deadline")
    def _compute_filed_late(self):
        for file in self:
            file.filed_late = bool(file.filed_on and file.filed_on > file.deadline)

    @api.depends("state", "deadline", "exception_reason", "filed_on")
    def _compute_is_overdue(self):
        for file in self:
            ended = file.filed_on or file.company_id._get_law_date()
            file.is_overdue = bool(file.deadline and file.deadline < ended and not file.exception_reason)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        # papers filed late stay late: the appraisal counts them
        late = Domain("filed_late", "=", True)
        late |= Domain("state", "=", "open") & Domain("deadline", "<", self.env.company._get_law_date())
        return late & Domain("exception_reason", "=", False)

    @api.depends("lot_id")
    def _compute_is_covered(self):
        for file in self:
            file.is_covered = file.lot_id.cover_status in ("covered", "waiting")

    def _search_is_covered(self, operator, value):
        if operator != "in":
            return NotImplemented
        registrations = (
            self.env["warranty.registration"]
            .sudo()
            ._search([("state", "=", "active"), ("end_date", ">=", self.env.company._get_law_date())])
        )
        return [("lot_id.warranty_registration_ids", "in", registrations)]

    # CRUD

    def write(self, vals):
        """The exception is explained beforehand or not at all; the state moves through its action."""
        if vals.keys() & {"state", "filed_on", "filed_by_id"} and not self.env.su:
            raise UserError(self.env._("Use the button “File” when the papers are together."))
        if vals.get("exception_reason"):
            self._check_before_deadline()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._check_open()

    # Actions

    def action_file(self):
        """Put the papers on the shelf; reception and sales. Refused while a document is missing."""
        if not any(self.env.user.has_group(group) for group in FILING_GROUPS):
            raise AccessError(self.env._("Only reception and sales may file the papers of a unit."))
        self.check_access("write")
        self._check_open()
        for file in self:
            missing = file.document_ids.filtered(lambda document: not document.is_present)
            if missing:
                raise UserError(
                    self.env._(
                        "File %(file)s is not complete. Still missing:\n%(documents)s",
                        file=file.name,
                        documents="\n".join(f"- {name}" for name in missing.type_id.mapped("name")),
                    )
                )
        for company, files in self.grouped("company_id").items():
            # sudo: the state is no field anybody may write; who may file was checked above
            files.sudo().write(
                {"state": "filed", "filed_on": company._get_law_date(), "filed_by_id": self.env.uid}
            )

    # Business

    def _check_before_deadline(self):
        for file in self:
            if file.deadline < file.company_id._get_law_date():
                raise UserError(
                    self.env._(
                        "File %(file)s was due on %(date)s. An exception has to be explained before the deadline.",
                        file=file.name,
                        date=fields.Date.to_string(file.deadline),
                    )
                )

    def _check_open(self):
        filed = self.filtered(lambda file: file.state == "filed")
        if filed:
            raise UserError(
                self.env._(
                    "File %s has been put away and no longer changes.", ", ".join(filed.mapped("name"))
                )
            )

    @api.model
    def _open_files(self, kind, vals_list):
        """Open the files of these events whose products ask for documents.

        :param vals_list: dicts with company_id, lot_id, product_id, partner_id, start_date, maybe repair_id
        :return: service.file
        """
        types = self.env["service.document.type"]
        todo, deadlines = [], {}
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            product = self.env["product.product"].browse(vals["product_id"])
            required = types._get_required(kind, product, company)
            event = (company, vals["start_date"])
            if required and event not in deadlines:
                deadlines[event] = self._get_deadline(kind, vals["start_date"], company)
            if required:
                todo.append(
                    vals
                    | {
                        "kind": kind,
                        "deadline": deadlines[event],
                        "document_ids": [Command.create({"type_id": doc.id}) for doc in required],
                    }
                )
        return self.create(todo)

    @api.model
    def _get_deadline(self, kind, day, company):
        """The day by which the papers of an event of that day have to be filed: so many working days later."""
        days = company.sale_file_days if kind == "sale" else company.repair_file_days
        if not days:
            return day
        calendar = company.resource_calendar_id
        start = company._get_law_timezone().localize(datetime.combine(day + timedelta(days=1), time.min))
        planned = calendar.plan_days(days, start, compute_leaves=True) if calendar else None
        return planned.date() if planned else day + timedelta(days=days)
