# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import evidence
from ..record_action import open_record_action

_logger = logging.getLogger(__name__)

VERIFY_BATCH = 2000
LINK_COLUMNS = (
    "id, sequence, res_model, res_id, schema_tag, attachment_ids, content_hash, previous_hash, evidence_hash,"
    " closed_at, disposal_id"
)


class ComplianceEvidenceVerification(models.Model):
    """One check of one chain, from the first link to the head, resumed batch by batch.

    Each batch reads the links and what the database holds of their records today, and compares. Memory depends on the
    size of a batch, not on the length of the chain. The check ends at the first record that is not what it was.
    """

    _name = "compliance.evidence.verification"
    _description = "Check of an Evidence Chain"
    _order = "id desc"
    _rec_name = "register_name"

    chain_id = fields.Many2one("compliance.evidence.chain", readonly=True, index=True)
    register = fields.Char(string="Register Code", required=True, readonly=True)
    register_name = fields.Char(string="Register", compute="_compute_register_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Asked for by", readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("ok", "Intact"), ("broken", "Broken")],
        required=True,
        readonly=True,
        index=True,
    )
    started_at = fields.Datetime(string="Started On", readonly=True)
    finished_at = fields.Datetime(string="Finished On", readonly=True)
    total = fields.Integer(string="Records to Check", readonly=True)
    processed = fields.Integer(
        string="Records Checked", readonly=True, help="Also the place at which it goes on."
    )
    progress = fields.Float(compute="_compute_progress")
    target_hash = fields.Char(string="Head When Started", readonly=True)
    last_hash = fields.Char(string="Hash Reached", readonly=True)
    broken_kind = fields.Selection(
        [
            ("content", "Content altered"),
            ("gone", "Record deleted"),
            ("reopened", "Record opened again"),
            ("link", "Link altered"),
            ("missing", "Number missing"),
            ("tail", "End cut off"),
            ("head", "Head altered"),
            ("forged", "Closed without a link"),
            ("schema", "Schema unknown"),
            ("unsealed", "Not sealed for too long"),
        ],
        string="What Is Wrong",
        readonly=True,
    )
    broken_sequence = fields.Integer(string="Number of the Broken Record", readonly=True)
    broken_model = fields.Char(string="Model of the Broken Record", readonly=True)
    broken_id = fields.Many2oneReference(string="Broken Record ID", model_field="broken_model", readonly=True)
    broken_name = fields.Char(string="First Broken Record", readonly=True)

    @api.depends("register")
    def _compute_register_name(self):
        for verification in self:
            verification.register_name = self.env["compliance.evidence.chain"]._get_register_label(
                verification.register
            )

    @api.depends("processed", "total", "state")
    def _compute_progress(self):
        for verification in self:
            done = 100.0 * verification.processed / verification.total if verification.total else 0.0
            verification.progress = 100.0 if verification.state == "ok" else min(done, 100.0)

    def unlink(self):
        raise UserError(self.env._("The checks of evidence chains are kept."))

    def action_open_record(self):
        """Open the broken record, if it still exists."""
        self.ensure_one()
        self.check_access("read")
        return open_record_action(self.env, self.broken_model, self.broken_id)

    def action_open_chain(self):
        """Open the chain that was checked."""
        self.ensure_one()
        self.check_access("read")
        return open_record_action(self.env, self.chain_id._name, self.chain_id.id)

    # ------------------------------------------------------------
    # Life of a check
    # ------------------------------------------------------------
    @api.model
    def _start(self, register, company):
        """Start a check of one chain as it stands now; it is carried on by the scheduled job or by ``_run()``."""
        chain = self.env["compliance.evidence.chain"].search(
            [("register", "=", register), ("company_id", "=", company.id)]
        )
        chain.invalidate_recordset(flush=False)
        return self.create(
            {
                "chain_id": chain.id,
                "register": register,
                "company_id": company.id,
                "user_id": self.env.uid,
                "state": "running",
                "started_at": fields.Datetime.now(),
                "total": chain.last_sequence,
                "last_hash": evidence.GENESIS,
                "target_hash": chain.last_hash or evidence.GENESIS,
            }
        )

    @api.model
    def _cron_verify(self):
        """Carry on the checks that have been started, committing after each batch."""
        running = self.search([("state", "=", "running")], order="id")
        remaining = sum(verification.total - verification.processed for verification in running)
        self.env["ir.cron"]._commit_progress(remaining=max(remaining, len(running)))
        for verification in running:
            while verification.state == "running":
                batch = verification._run_batch()
                remaining = max(remaining - batch, 0)
                if not self.env["ir.cron"]._commit_progress(batch, remaining=remaining):
                    return

    def _run(self):
        """Carry the check on to its end within this transaction; return True if the chain is intact."""
        self.ensure_one()
        while self.state == "running":
            self._run_batch()
        return self.state == "ok"

    def _run_batch(self):
        """Check the next links; return how many. Ends the check if there are none or one is broken."""
        self.ensure_one()
        links = self._read_links(
            SQL("sequence > %s AND sequence <= %s", self.processed, self.total), "sequence"
        )
        if not links:
            self._finish(self._check_ends())
            return 0
        broken = self._find_broken(links)
        intact = broken["index"] if broken else len(links)
        self.write(
            {
                "processed": self.processed + intact,
                "last_hash": links[intact - 1]["evidence_hash"] if intact else self.last_hash,
            }
        )
        if broken:
            self._finish(broken)
        return intact

    def _finish(self, broken):
        """Note the result; tell the managers if something is broken."""
        vals = {"state": "broken" if broken else "ok", "finished_at": fields.Datetime.now()}
        if broken:
            vals |= {
                "broken_kind": broken["kind"],
                "broken_sequence": broken.get("sequence"),
                "broken_model": broken.get("res_model"),
                "broken_id": broken.get("res_id"),
                "broken_name": self._describe_record(broken),
            }
            _logger.error(
                "Evidence chain %s of company %s is broken: %s", self.register, self.company_id.id, vals
            )
        self.write(vals)
        if broken and self.chain_id:
            self.chain_id._alert(
                self.env._(
                    "The chain is broken: %(kind)s, at %(record)s.",
                    kind=dict(self._fields["broken_kind"]._description_selection(self.env))[broken["kind"]],
                    record=vals["broken_name"],
                )
            )

    @api.model
    def _describe_record(self, broken):
        """Return how to name what is broken: the record if it can be named, else its number."""
        model_name, res_id = broken.get("res_model"), broken.get("res_id")
        if not res_id:
            return self.env._("No. %(number)s", number=broken.get("sequence") or 0)
        record = self.env[model_name].browse(res_id).exists() if model_name in self.env else None
        name = f"{record.display_name} ({model_name},{res_id})" if record else f"{model_name},{res_id}"
        return (
            self.env._("No. %(number)s: %(name)s", number=broken["sequence"], name=name)
            if broken.get("sequence")
            else name
        )

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------
    def _read_links(self, condition, order):
        self.env.cr.execute(
            SQL(
                """
                SELECT %s FROM compliance_evidence_link
                 WHERE register = %s AND company_id = %s AND %s ORDER BY %s LIMIT %s
                """,
                SQL(LINK_COLUMNS),
                self.register,
                self.company_id.id,
                condition,
                SQL(order),
                VERIFY_BATCH,
            )
        )
        return self.env.cr.dictfetchall()

    def _find_broken(self, links):
        """Return the first broken one of consecutive links as a dict with its ``index`` and ``kind``, or None."""
        contents = self._find_broken_contents(links)
        previous = self.last_hash
        for index, link in enumerate(links):
            expected = self.processed + index + 1
            if link["sequence"] != expected:
                return {"index": index, "kind": "missing", "sequence": expected}
            current = evidence.link_hash(
                self.register, self.company_id.id, expected, previous, link["content_hash"]
            )
            kind = contents.get(link["id"])
            if link["previous_hash"] != previous or link["evidence_hash"] != current:
                kind = "link"
            if kind:
                return {**link, "index": index, "kind": kind}
            previous = current
        return None

    def _find_broken_contents(self, links):
        """Return ``{link id: kind}`` of the links whose record is not what it was, reading each model at once."""
        broken, groups = {}, {}
        disposed = self._read_disposed(links)
        for link in links:
            groups.setdefault((link["res_model"], link["schema_tag"]), []).append(link)
        for (model_name, tag), group in groups.items():
            contents = self._read_contents(model_name, tag, group)
            for link in group:
                kind = self._compare_content(link, contents)
                if kind == "gone" and (link["res_model"], link["res_id"], link["content_hash"]) in disposed:
                    kind = None
                if kind:
                    broken[link["id"]] = kind
        return broken

    def _read_contents(self, model_name, tag, links):
        """Return ``{record id: values}`` as the schema of the time says, or None if it is no longer readable."""
        schema = self._get_schema(model_name, tag)
        if not schema:
            return None
        bound = {attachment_id for link in links for attachment_id in link["attachment_ids"] or ()}
        try:
            with self.env.cr.savepoint(flush=False):
                return evidence.read_contents(self.env, schema, [link["res_id"] for link in links], bound)[0]
        except (psycopg2.errors.UndefinedColumn, psycopg2.errors.UndefinedTable):
            return None

    @api.model
    def _read_disposed(self, links):
        """Return ``{(model, id, content hash)}`` of what the disposals that the links name vouch for."""
        disposal_ids = list({link["disposal_id"] for link in links if link["disposal_id"]})
        if not disposal_ids:
            return set()
        rows = self.env.execute_query(
            SQL("SELECT items FROM compliance_evidence_disposal WHERE id = ANY(%s)", disposal_ids)
        )
        return {
            (model, res_id, content_hash)
            for (items,) in rows
            for model, res_id, _no, content_hash, _day in items
        }

    @api.model
    def _get_schema(self, model_name, tag):
        if model_name in self.env:
            current_tag, schema = self.env[model_name]._get_evidence_schema()
            if current_tag == tag:
                return schema
        return self.env["compliance.evidence.schema"]._load(tag)

    @api.model
    def _compare_content(self, link, contents):
        if contents is None:
            return "schema"
        values = contents.get(link["res_id"])
        if values is None:
            return "gone"
        if not values["evidence_closed_at"]:
            return "reopened"
        content_hash = self.env["compliance.evidence.link"]._hash_content(
            link["res_model"], link["res_id"], link["schema_tag"], values
        )
        return None if content_hash == link["content_hash"] else "content"

    def _check_ends(self):
        """Check what lies behind the last link: the head, what is not sealed yet, what has no link at all."""
        if self.processed < self.total:
            return {"kind": "tail", "sequence": self.processed + 1}
        return self._check_head() or self._check_unsealed() or self._check_forged()

    def _check_head(self):
        self.env.cr.execute(
            SQL(
                "SELECT max(sequence) FROM compliance_evidence_link WHERE register = %s AND company_id = %s",
                self.register,
                self.company_id.id,
            )
        )
        last = self.env.cr.fetchone()[0] or 0
        self.chain_id.invalidate_recordset(flush=False)
        if self.last_hash != self.target_hash or last != self.chain_id.last_sequence:
            return {"kind": "head", "sequence": last}
        return None

    def _check_unsealed(self):
        """Check the contents of the records not sealed yet, and that they have not been waiting too long."""
        limit = fields.Datetime.now() - timedelta(
            minutes=self.env["compliance.evidence.chain"]._get_unsealed_minutes()
        )
        position = 0
        while links := self._read_links(SQL("sequence IS NULL AND id > %s", position), "id"):
            broken = self._find_broken_contents(links)
            for link in links:
                kind = broken.get(link["id"]) or ("unsealed" if link["closed_at"] < limit else None)
                if kind:
                    return {**link, "kind": kind}
            position = links[-1]["id"]
        return None

    def _check_forged(self):
        """Look for a record that says it is closed but was never queued for the chain."""
        for model in self.env["compliance.evidence.chain"]._get_register_models(self.register):
            self.env.cr.execute(
                SQL(
                    """
                    SELECT id FROM %s AS record
                     WHERE company_id = %s AND evidence_closed_at IS NOT NULL AND NOT EXISTS (
                               SELECT 1 FROM compliance_evidence_link
                                WHERE res_model = %s AND res_id = record.id)
                     ORDER BY id LIMIT 1
                    """,
                    SQL.identifier(model._table),
                    self.company_id.id,
                    model._name,
                )
            )
            row = self.env.cr.fetchone()
            if row:
                return {"kind": "forged", "res_model": model._name, "res_id": row[0]}
        return None
