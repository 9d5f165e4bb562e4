# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import is_uninstalling


class ComplianceChecklistTemplate(models.Model):
    """One version of a checklist. Publishing freezes it; a change makes the next version."""

    _name = "compliance.checklist.template"
    _description = "Checklist Template"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "code, version desc"
    _check_company_auto = True

    code = fields.Char(required=True, help="The same for all versions of the checklist.")
    name = fields.Char(required=True, translate=True)
    version = fields.Integer(default=1, required=True, readonly=True, copy=False)
    description = fields.Text(translate=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    res_model = fields.Char(
        string="Used On",
        help="Technical name of the model to whose records it belongs, such as repair.order. Empty: any.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    line_ids = fields.One2many("compliance.checklist.template.line", "template_id", string="Items", copy=True)
    item_count = fields.Integer(string="Number of Items", compute="_compute_item_count")
    checklist_count = fields.Integer(compute="_compute_checklist_count")

    _version_uniq = models.UniqueIndex(
        "(code, version, COALESCE(company_id, 0))", "This version of the checklist exists already."
    )
    _published_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE state = 'published'",
        "Another version of this checklist has been published meanwhile.",
    )

    @api.depends("line_ids.kind")
    def _compute_item_count(self):
        for template in self:
            template.item_count = len(template.line_ids.filtered(lambda line: line.kind != "section"))

    def _compute_checklist_count(self):
        counts = dict(
            self.env["compliance.checklist"]._read_group(
                Domain("template_id", "in", self.ids), ["template_id"], ["__count"]
            )
        )
        for template in self:
            template.checklist_count = counts.get(template, 0)

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for template in self:
            template.display_name = template.name and self.env._(
                "%(name)s, version %(version)s", name=template.name, version=template.version
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                self._refuse_state()
        # a default of the state comes with the context, hence from the client
        return super().create([{**vals, **self._get_protected_vals(vals)} for vals in vals_list])

    @api.model
    def _get_protected_vals(self, vals):
        return {"state": "draft", "version": 1, "published_at": False, "published_by_id": False}

    def write(self, vals):
        if self._get_protected_vals(vals).keys() & vals.keys():
            self._refuse_state()
        if self._get_frozen_fields() & vals.keys():
            self._check_draft()
        return super().write(vals)

    def unlink(self):
        if not is_uninstalling(self.env):
            self._check_draft()
        return super().unlink()

    def copy_data(self, default=None):
        default = dict(default or {})
        vals_list = super().copy_data(default)
        if "code" not in default:
            for vals in vals_list:
                vals["code"] = self.env._("%(code)s (copy)", code=vals["code"])
        return vals_list

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        if field_name in self._get_frozen_fields():
            self._check_draft()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    @api.model
    def _get_frozen_fields(self):
        """Return the names of the fields that publishing freezes."""
        return {"code", "name", "description", "company_id", "res_model", "line_ids"}

    def _refuse_state(self):
        raise UserError(self.env._("Publish, retire or renew a checklist template with its buttons."))

    def _check_draft(self):
        """Refuse a change of what has been published."""
        # sudo: the state counts whatever the user may read
        frozen = self.sudo().filtered(lambda template: template.state != "draft")
        if frozen:
            raise UserError(
                self.env._(
                    "%(template)s has been published and is frozen. Make a new version to change it.",
                    template=frozen[0].display_name,
                )
            )

    def _check_manager(self):
        if not self.env.user.has_group("compliance_base.compliance_base_group_manager"):
            raise AccessError(
                self.env._("Only a compliance manager publishes and retires checklist templates.")
            )
        self.check_access("write")

    def _set_state(self, state, **vals):
        super().write({"state": state, **vals})

    def action_publish(self):
        """Freeze the template and let it be used; the version in use until now is retired."""
        self._check_manager()
        for template in self:
            template._check_publishable()
            self.search(template._get_version_domain() & Domain("state", "=", "published"))._set_state(
                "retired"
            )
            # the database allows one published version: the old one has to be out before the new one is in
            self.flush_model(["state"])
            template._set_state("published", published_at=fields.Datetime.now(), published_by_id=self.env.uid)

    def _check_publishable(self):
        self._check_draft()
        if not self.item_count:
            raise UserError(self.env._("%(template)s has no item to check.", template=self.display_name))

    def action_retire(self):
        """Take the template out of use; checklists made from it stay as they are."""
        self._check_manager()
        for template in self:
            if template.state != "published":
                raise UserError(
                    self.env._(
                        "%(template)s is not published, so it cannot be retired.",
                        template=template.display_name,
                    )
                )
        self._set_state("retired")

    def action_new_version(self):
        """Copy the template to a draft of the next version and open it."""
        self.ensure_one()
        self._check_manager()
        versions = self.search(self._get_version_domain())
        drafts = versions.filtered(lambda template: template.state == "draft")
        new = drafts[:1] or self._copy_as_version(max(versions.mapped("version")) + 1)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _copy_as_version(self, version):
        new = self.browse()
        for vals in self.copy_data({"code": self.code}):
            # past the guard of ``create``, which numbers everything as version 1
            new = super().create([{**vals, "version": version, "state": "draft"}])
        self.copy_translations(new)
        return new

    def _get_version_domain(self):
        return Domain("code", "=", self.code) & Domain("company_id", "=", self.company_id.id)

    def action_view_checklists(self):
        """Open the checklists made from this version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("compliance_base.compliance_checklist_action")
        return {
            **action,
            "domain": [("template_id", "=", self.id)],
            "context": {"default_template_id": self.id},
        }

    @api.model
    def _get_published(self, code, company=None):
        """Return the published version of the checklist ``code``: the company's own before the general one.

        :return: a template, empty if there is none
        """
        company = company or self.env.company
        found = self.search(
            Domain("code", "=", code)
            & Domain("state", "=", "published")
            & Domain("company_id", "in", [company.id, False])
        )
        return found.sorted(lambda template: not template.company_id)[:1]

    def _create_checklist(self, record, **vals):
        """Make a checklist of this template, attached to ``record``.

        :param record: one record of any model; the user needs write access to it
        :param vals: further values of the checklist, e.g. ``user_id``
        :return: the checklist, in draft, with all items of the template
        """
        self.ensure_one()
        record.ensure_one()
        company = record.company_id if "company_id" in record._fields else None
        return self.env["compliance.checklist"].create(
            {
                "template_id": self.id,
                "res_model": record._name,
                "res_id": record.id,
                "company_id": (company or self.company_id or self.env.company).id,
                **vals,
            }
        )

    def _check_usable(self, company, res_model):
        """Refuse to make a checklist of a template that is not in use, of another company or for other records."""
        self.ensure_one()
        if self.state != "published":
            raise UserError(
                self.env._(
                    "%(template)s is not published: use the published version.", template=self.display_name
                )
            )
        if self.company_id and self.company_id != company:
            raise UserError(
                self.env._(
                    "%(template)s belongs to %(company)s and cannot be used elsewhere.",
                    template=self.display_name,
                    company=self.company_id.display_name,
                )
            )
        if self.res_model and self.res_model != (res_model or self.res_model):
            raise UserError(
                self.env._(
                    "%(template)s is made for %(expected)s, not for %(model)s.",
                    template=self.display_name,
                    expected=self.res_model,
                    model=res_model,
                )
            )

    def _prepare_checklist_lines(self):
        """Return the values of the lines of a checklist: the items as they are worded now, for the user."""
        self.ensure_one()
        names = self.line_ids._get_item_fields()
        return [{name: line[name] for name in names} for line in self.line_ids]
