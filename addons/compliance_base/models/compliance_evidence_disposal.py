# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

DISPOSE_BATCH = 500


class ComplianceEvidenceDisposal(models.Model):
    """Who destroyed which evidence after the time for which it had to be kept, and why.

    The links of what was destroyed stay in their chain, which therefore can still be checked; this record, itself
    evidence, vouches for the contents that are gone.
    """

    _name = "compliance.evidence.disposal"
    _description = "Disposal of Evidence"
    _inherit = "compliance.evidence.mixin"
    _order = "disposed_at desc, id desc"
    _rec_name = "register_name"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    register = fields.Char(string="Register Code", required=True, readonly=True)
    register_name = fields.Char(string="Register", compute="_compute_register_name")
    disposed_at = fields.Datetime(string="Disposed of On", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Disposed of by", required=True, readonly=True)
    user_name = fields.Char(string="Name of the User", required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    record_count = fields.Integer(string="Records", readonly=True)
    first_sequence = fields.Integer(string="From No.", readonly=True)
    last_sequence = fields.Integer(string="To No.", readonly=True)
    items = fields.Json(
        string="Records Disposed of",
        readonly=True,
        help="Model, ID, number in the chain, hash of the content and last day of retention of each record.",
    )

    @api.depends("register")
    def _compute_register_name(self):
        for disposal in self:
            disposal.register_name = self.env["compliance.evidence.chain"]._get_register_label(
                disposal.register
            )

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Evidence is disposed of only from its chain."))

    # ------------------------------------------------------------
    # Disposing
    # ------------------------------------------------------------
    @api.model
    def _dispose(self, chain, reason):
        """Destroy up to ``DISPOSE_BATCH`` sealed records of ``chain`` whose time is over; oldest first.

        Nothing is destroyed if one of the records is not what it was: then there is something to be found out.

        :return: the disposal; empty if nothing is due
        :raise AccessError: if the user is no compliance manager
        :raise UserError: if a record is broken, or something else still names it
        """
        if not self.env.user.has_group("compliance_base.compliance_base_group_manager"):
            raise AccessError(self.env._("Only compliance managers dispose of evidence."))
        chain.check_access("read")
        links = self._find_due(chain, DISPOSE_BATCH)
        if not links:
            return self.browse()
        self._check_intact(chain, links)
        vals = self._prepare_disposal(chain, links, reason)
        # sudo: nobody has the right to create or delete these records; the group has just been checked
        model = self.sudo().with_context(clean_context(self.env.context))
        disposal = super(ComplianceEvidenceDisposal, model).create([vals])
        disposal._close_evidence()
        disposal._destroy(links)
        return disposal.sudo(self.env.su)

    @api.model
    def _find_due(self, chain, limit=None):
        """Return the links (dicts) of the sealed records of ``chain`` whose last day of retention is over."""
        # sudo: the chain may be read by the user
        company = chain.sudo().company_id
        found = []
        for model in self.env["compliance.evidence.chain"]._get_register_models(chain.register):
            self.env.cr.execute(
                SQL(
                    """
                    SELECT link.*, record.retain_until
                      FROM compliance_evidence_link AS link
                      JOIN %s AS record ON record.id = link.res_id
                     WHERE link.register = %s AND link.company_id = %s AND link.res_model = %s
                       AND link.sequence IS NOT NULL AND record.retain_until < %s
                     ORDER BY link.sequence LIMIT %s
                    """,
                    SQL.identifier(model._table),
                    chain.register,
                    company.id,
                    model._name,
                    company._get_law_date(),
                    limit,
                )
            )
            found += self.env.cr.dictfetchall()
        return sorted(found, key=lambda link: link["sequence"])[:limit]

    @api.model
    def _check_intact(self, chain, links):
        # sudo: the check of a chain is created by the program
        verification = self.env["compliance.evidence.verification"].sudo()
        broken = verification._find_broken_contents(links)
        for link in links:
            if link["id"] in broken:
                raise UserError(
                    self.env._(
                        "Nothing was disposed of: %(record)s is not what it was when it was closed. Verify the chain.",
                        record=verification._describe_record(link),
                    )
                )

    @api.model
    def _prepare_disposal(self, chain, links, reason):
        return {
            "company_id": chain.company_id.id,
            "register": chain.register,
            "disposed_at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "user_name": self.env.user.name,
            "reason": reason,
            "record_count": len(links),
            "first_sequence": links[0]["sequence"],
            "last_sequence": links[-1]["sequence"],
            "items": [
                [
                    link["res_model"],
                    link["res_id"],
                    link["sequence"],
                    link["content_hash"],
                    str(link["retain_until"]),
                ]
                for link in links
            ],
        }

    def _destroy(self, links):
        """Delete the records of the links; their links name this disposal first, which is what lets them go."""
        self.env.cr.execute(
            SQL(
                "UPDATE compliance_evidence_link SET disposal_id = %s WHERE id = ANY(%s)",
                self.id,
                [link["id"] for link in links],
            )
        )
        self.env["compliance.evidence.link"].invalidate_model(flush=False)
        for model_name in {link["res_model"] for link in links}:
            records = self.env[model_name].browse(
                [link["res_id"] for link in links if link["res_model"] == model_name]
            )
            for name in records._get_evidence_fields():
                if records._fields[name].type == "one2many":
                    # by the ORM, so that their attachments go as well
                    records[name].unlink()
            records.unlink()
