# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import is_uninstalling


class ComplianceChecklist(models.Model):
    """A checklist to be answered, with the items as they were when it was made. Done, it is evidence.

    Who may read the record it is attached to may read it; who may write that record may answer it.
    """

    _name = "compliance.checklist"
    _description = "Checklist"
    _inherit = ["mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, index="trigram")
    template_id = fields.Many2one(
        "compliance.checklist.template",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'published'), ('company_id', 'in', (company_id, False))]",
    )
    template_code = fields.Char(readonly=True, copy=False)
    template_name = fields.Char(string="Checklist", readonly=True, copy=False)
    template_version = fields.Integer(string="Version", readonly=True, copy=False, aggregator=None)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    res_model = fields.Char(string="Attached To (Model)", index=True)
    res_id = fields.Many2oneReference(string="Attached To (ID)", model_field="res_model", index=True)
    res_name = fields.Char(string="Attached To", compute="_compute_res_name")
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, tracking=True, index=True
    )
    state = fields.Selection(
        [("draft", "To Do"), ("done", "Done"), ("canceled", "Canceled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    result = fields.Selection(
        [("conform", "Conform"), ("nonconform", "Nonconform")],
        compute="_compute_result",
        store=True,
        tracking=True,
        help="Nonconform as soon as one item is; conform when every required item is answered and none is nonconform.",
    )
    line_ids = fields.One2many("compliance.checklist.line", "checklist_id", string="Items", copy=False)
    answered_count = fields.Integer(compute="_compute_progress")
    item_count = fields.Integer(string="Number of Items", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress", help="Share of the items that are answered.")
    kinds = fields.Char(
        compute="_compute_kinds", help="The kinds of its items, so that screens show no other columns."
    )
    note = fields.Text()
    done_at = fields.Datetime(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _document_idx = models.Index("(res_model, res_id)")
    _name_uniq = models.Constraint("UNIQUE(name, company_id)", "The number of a checklist must be unique.")

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        for checklist in self:
            # sudo: whoever reads the checklist may read the record, see ``_check_access``
            document = checklist._get_document().sudo()
            checklist.res_name = document.display_name if document else False

    @api.depends("line_ids.conformity", "line_ids.required")
    def _compute_result(self):
        for checklist in self:
            conformities = set(checklist.line_ids.mapped("conformity"))
            open_lines = checklist.line_ids.filtered(lambda line: line.required and line.conformity == "open")
            if "nonconform" in conformities:
                checklist.result = "nonconform"
            else:
                checklist.result = False if open_lines else "conform"

    @api.depends("line_ids.conformity")
    def _compute_progress(self):
        for checklist in self:
            items = checklist.line_ids.filtered(lambda line: line.kind != "section")
            answered = items.filtered(lambda line: line.conformity != "open")
            checklist.item_count = len(items)
            checklist.answered_count = len(answered)
            checklist.progress = 100 * len(answered) / len(items) if items else 0

    @api.depends("line_ids.kind", "line_ids.allow_na")
    def _compute_kinds(self):
        for checklist in self:
            kinds = set(checklist.line_ids.mapped("kind"))
            if any(checklist.line_ids.mapped("allow_na")):
                kinds.add("na")
            checklist.kinds = " ".join(sorted(kinds))

    @api.depends("name", "template_name")
    def _compute_display_name(self):
        for checklist in self:
            checklist.display_name = " – ".join(
                part for part in (checklist.name, checklist.template_name) if part
            )

    # ---- access follows the record

    def _check_access(self, operation):
        """Forbid, besides what groups and rules forbid, checklists of records that the user may not read (to read the
        checklist) or write (to do anything else with it)."""
        result = super()._check_access(operation)
        if not self:
            return result
        allowed = self - result[0] if result else self
        forbidden = allowed - allowed._filter_document_access("read" if operation == "read" else "write")
        if not forbidden:
            return result
        if result:
            return result[0] + forbidden, result[1]
        return forbidden, lambda: AccessError(
            self.env._(
                "These checklists belong to records that you may not open or change: %(checklists)s.",
                checklists=", ".join(forbidden.sudo().mapped("name")),
            )
        )

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & self._get_document_domain()
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    def _filter_document_access(self, operation):
        """Return the checklists whose record the user may ``operation``. Those of no record follow the rules alone;
        those of a record that is gone are for compliance managers."""
        documents = defaultdict(set)
        # sudo: only the reference is read, to check the access to what it points to
        for checklist in self.sudo():
            if checklist.res_model and checklist.res_model in self.env:
                documents[checklist.res_model].add(checklist.res_id)
        allowed, existing = {}, {}
        for model, ids in documents.items():
            existing[model] = set(self.env[model].browse(ids).exists()._ids)
            allowed[model] = set(self.env[model].browse(existing[model])._filtered_access(operation)._ids)
        is_manager = self.env.user.has_group("compliance_base.compliance_base_group_manager")

        def is_allowed(checklist):
            model, res_id = checklist.res_model, checklist.res_id
            if not model:
                return True
            return res_id in allowed[model] if res_id in existing.get(model, ()) else is_manager

        return self.browse(checklist.id for checklist in self.sudo() if is_allowed(checklist))

    def _get_document_domain(self):
        """Return the domain of the checklists whose record the user may read (same rule as above, in SQL)."""
        # sudo: all models in use, to look at each as the user
        models_used = self.sudo()._read_group(Domain("res_model", "!=", False), ["res_model"])
        domains = [Domain("res_model", "=", False)]
        is_manager = self.env.user.has_group("compliance_base.compliance_base_group_manager")
        for (model,) in models_used:
            same_model = Domain("res_model", "=", model)
            if model not in self.env:
                domains.append(same_model if is_manager else Domain.FALSE)
                continue
            documents = self.env[model].with_context(active_test=False)
            if documents.has_access("read"):
                domains.append(same_model & Domain("res_id", "in", documents._search([]).subselect()))
            if is_manager:
                # sudo: which records are gone is not a question of access
                every = documents.sudo()._search([]).subselect()
                domains.append(same_model & Domain("res_id", "not in", every))
        return Domain.OR(domains)

    def _get_document(self):
        """Return the record the checklist is attached to, or None."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return self.env["compliance.checklist"]
        return self.env[self.res_model].browse(self.res_id).exists()

    # ---- create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        checklists = super().create([self._prepare_create_vals(vals) for vals in vals_list])
        for checklist in checklists:
            checklist._copy_template()
        return checklists

    def _prepare_create_vals(self, vals):
        """Return ``vals`` with everything set that no client decides, whatever the defaults of its context say."""
        if vals.get("state", "draft") != "draft" or vals.get("line_ids"):
            raise UserError(
                self.env._(
                    "A checklist starts as “To Do”, with the items of its template; answer them afterwards."
                )
            )
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        sequences = self.env["ir.sequence"].with_company(company)
        return {
            **vals,
            "company_id": company.id,
            "name": sequences.next_by_code("compliance.checklist"),
            "state": "draft",
            "line_ids": [],
            "done_at": False,
            "done_by_id": False,
        }

    def _copy_template(self):
        """Freeze what the template says now."""
        template = self.template_id
        template._check_usable(self.company_id, self.res_model)
        self._write_internal(
            {
                "template_code": template.code,
                "template_name": template.name,
                "template_version": template.version,
            }
        )
        self.line_ids._insert(self, template._prepare_checklist_lines())

    def write(self, vals):
        if "state" in vals:
            raise UserError(self.env._("A checklist is completed or canceled with its buttons."))
        fixed = {name for name in vals if name in self._get_fixed_fields()}
        if any(self._is_changed(name, vals[name]) for name in fixed):
            raise UserError(
                self.env._(
                    "The number, template, company and record of a checklist cannot change. Make a new one."
                )
            )
        vals = {name: value for name, value in vals.items() if name not in fixed}
        if vals.keys() & self._get_answer_fields():
            self._check_draft()
        return super().write(vals)

    def _is_changed(self, name, value):
        values = {self._fields[name].convert_to_write(checklist[name], checklist) for checklist in self}
        return values != {value}

    def unlink(self):
        if not is_uninstalling(self.env):
            self._check_draft()
        return super().unlink()

    @api.model
    def _get_fixed_fields(self):
        return (
            "name",
            "template_id",
            "template_code",
            "template_name",
            "template_version",
            "company_id",
            "res_model",
            "res_id",
            "result",
            "done_at",
            "done_by_id",
        )

    @api.model
    def _get_answer_fields(self):
        return {"line_ids", "note", "user_id"}

    def _check_draft(self):
        # sudo: the state counts whatever the user may read
        locked = self.sudo().filtered(lambda checklist: checklist.state != "draft")
        if locked:
            raise UserError(
                self.env._(
                    "%(checklist)s is %(state)s and no longer changes. Make a new checklist if something is wrong.",
                    checklist=locked[0].display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[locked[0].state],
                )
            )

    def _set_state(self, state, **vals):
        self._write_internal({"state": state, **vals})

    def _write_internal(self, vals):
        """Write past the guard of ``write``."""
        return super().write(vals)

    # ---- actions

    def action_done(self):
        """Complete the checklists; refused with the list of everything that is missing. Done, they are locked."""
        self.check_access("write")
        self._check_draft()
        missing = {checklist: checklist._get_missing_lines() for checklist in self}
        incomplete = [checklist for checklist, lines in missing.items() if lines]
        if incomplete:
            items = "\n".join(
                f"- {checklist.display_name}: {line.name}"
                for checklist in incomplete
                for line in missing[checklist]
            )
            raise UserError(self.env._("These items still have to be answered:\n%(items)s", items=items))
        self._set_state("done", done_at=fields.Datetime.now(), done_by_id=self.env.uid)
        self._close_evidence()

    def action_cancel(self):
        """Give up the checklists; their answers stay as they are."""
        self.check_access("write")
        self._check_draft()
        self._set_state("canceled")

    def action_open_document(self):
        """Open the record the checklist is attached to."""
        self.ensure_one()
        self.check_access("read")
        document = self._get_document()
        if not document:
            raise UserError(
                self.env._("%(checklist)s is attached to no record.", checklist=self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _get_missing_lines(self):
        return self.line_ids.filtered(lambda line: line.required and line.conformity == "open")

    def _delete_with_document(self):
        """Delete what was never completed together with the record it belongs to."""
        return super().unlink()
