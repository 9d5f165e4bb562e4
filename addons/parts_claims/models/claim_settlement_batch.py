# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.exceptions import LockError, UserError
from odoo.fields import Command, Domain
from odoo.tools import config

from odoo.addons.queue_job.exception import RetryableJobError

WORKING_STATES = ("posting", "reversing")


class ClaimSettlementBatch(models.Model):
    """One document of a settlement: a bounded number of its lines, posted in a transaction of its own.

    The batches are made when posting begins. Each is worked on once: its row is locked, and its state says whether
    the work is done. So whoever is killed in the middle leaves nothing half-posted, and posting goes on from there.
    """

    _name = "claim.settlement.batch"
    _description = "Document of a Settlement"
    _inherit = ["parts.claims.guard"]
    _order = "settlement_id, number"
    _check_company_auto = True
    _rec_name = "number"
    _guarded_fields = frozenset(
        {"line_count", "move_id", "move_type", "number", "reversal_id", "settlement_id", "state"}
    )

    amount_total = fields.Monetary(related="move_id.amount_total")
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    line_count = fields.Integer(string="Lines", readonly=True)
    line_ids = fields.One2many("claim.settlement.line", "batch_id", string="Settled Lines")
    move_id = fields.Many2one("account.move", string="Document", readonly=True, index="btree_not_null")
    move_type = fields.Selection(
        [("in_refund", "Vendor Credit Note"), ("out_invoice", "Our Invoice"), ("in_invoice", "Vendor Bill")],
        string="Kind",
        required=True,
        readonly=True,
    )
    number = fields.Integer(required=True, readonly=True)
    reversal_id = fields.Many2one("account.move", readonly=True, index="btree_not_null")
    settlement_id = fields.Many2one(
        "claim.settlement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("posted", "Posted"), ("reversed", "Reversed")],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
    )

    _number_uniq = models.Constraint(
        "UNIQUE (settlement_id, number)", "A settlement is posted only once: this document exists already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The documents of a settlement are kept. Cancel the settlement instead."))

    def _get_variances(self):
        """The variances of the settlement go with its last document."""
        self.ensure_one()
        last = self == self.settlement_id.batch_ids.sorted("number")[-1:]
        return self.settlement_id.variance_ids if last else self.settlement_id.variance_ids.browse()

    def _post(self):
        """Post the document of this batch; its lines and their claims are settled with it."""
        self.ensure_one()
        settlement, lines = self.settlement_id, self.line_ids.sorted("id")
        settlement._refuse_lines(lines)
        move = (
            self.env["account.move"]
            .with_company(settlement.company_id)
            .create(
                settlement._prepare_credit_note_vals(lines)
                | {"move_type": self.move_type, "ref": self._get_reference()}
            )
        )
        move._post(soft=False)
        settlement._check_same_total(move, settlement._get_tax_totals(lines, self._get_variances()))
        entries = move.invoice_line_ids.sorted(lambda entry: (entry.sequence, entry.id))
        # The entries of the lines come first; those of variances follow them.
        for line, entry in zip(lines, entries[: len(lines)], strict=True):
            line._set({"move_line_id": entry.id, "state": "posted"})
        self._set({"move_id": move.id, "state": "posted"})
        if not settlement.credit_note_id:
            settlement._set({"credit_note_id": move.id})
        lines.claim_id._update_settled()
        move.message_post(
            body=self.env._("Settlement %(settlement)s.", settlement=settlement._get_html_link())
        )

    def _reverse(self):
        """Undo the document by a reversal dated today; both stay in the books. Its claims are agreed again."""
        self.ensure_one()
        settlement = self.settlement_id
        today = settlement.company_id._get_law_date()
        vals = {"state": "reversed"}
        if self.move_id:
            reason = self.env._("Reversal of %(settlement)s", settlement=self._get_reference())
            reversal = self.move_id._reverse_moves(
                [{"date": today, "invoice_date": today, "ref": reason}], cancel=True
            )
            vals["reversal_id"] = reversal.id
        self._set(vals)
        self.line_ids._set({"state": "canceled"})
        self.line_ids.claim_id._update_settled()

    def _get_reference(self):
        """Number of the settlement; of several documents each says which it is."""
        self.ensure_one()
        count = len(self.settlement_id.batch_ids)
        name = self.settlement_id.name
        return name if count == 1 else f"{name} ({self.number}/{count})"


class ClaimSettlement(models.Model):
    """Posting and reversing, batch by batch."""

    _inherit = "claim.settlement"

    batch_count = fields.Integer(string="Documents", compute="_compute_progress")
    batch_done_count = fields.Integer(string="Documents Done", compute="_compute_progress")
    batch_ids = fields.One2many(
        "claim.settlement.batch", "settlement_id", string="Documents of the Settlement"
    )
    post_error = fields.Text(
        string="Why It Stopped",
        readonly=True,
        copy=False,
        help="What kept the last document from being posted.",
    )
    progress = fields.Float(
        compute="_compute_progress", help="Share of the documents that are done, in percent."
    )
    withdrawn = fields.Boolean(readonly=True, copy=False, help="A manager has it reversed.")

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"batch_ids", "post_error", "withdrawn"}

    @api.depends("batch_ids.state", "withdrawn")
    def _compute_progress(self):
        for settlement in self:
            done = "reversed" if settlement.withdrawn else "posted"
            batches = settlement.batch_ids
            settlement.batch_count = len(batches)
            settlement.batch_done_count = len(batches.filtered(lambda batch, done=done: batch.state == done))
            settlement.progress = 100.0 * settlement.batch_done_count / (len(batches) or 1)

    def action_continue(self):
        """Take up posting, or reversing, where it stopped."""
        self._check_step("parts_claims.parts_claims_group_settlement", WORKING_STATES)
        self._set({"post_error": False})
        self._continue_work()
        return True

    def action_view_documents(self):
        """Open the credit notes and invoices of the settlement."""
        return self._get_documents()._get_records_action(name=self.env._("Documents"))

    @api.model
    def _cron_work(self):
        """Post and reverse what is left, one document per transaction; also what a killed process has left.

        A settlement that cannot go on says why; the others are not held up by it.
        """
        for settlement in self.search(Domain("state", "in", WORKING_STATES), order="id"):
            while settlement.state in WORKING_STATES:
                try:
                    with self.env.cr.savepoint():
                        settlement._work_batch()
                except LockError:
                    # Somebody else is at it.
                    break
                except UserError as error:
                    self.env.invalidate_all()
                    settlement._set({"post_error": str(error)})
                    self.env["ir.cron"]._commit_progress(1)
                    break
                if not self.env["ir.cron"]._commit_progress(1):
                    return

    def _start_posting(self):
        """Make the batches; a settlement that fits into one is posted at once."""
        self.ensure_one()
        self._make_batches()
        self._work_or_continue()

    def _start_reversing(self):
        """Reverse what is posted; at once, if it is no more than one batch."""
        self.ensure_one()
        self._set({"post_error": False, "withdrawn": True})
        self._work_or_continue()

    def _work_or_continue(self):
        if len(self.line_ids) > self._get_batch_size():
            return self._continue_work()
        while self.state in WORKING_STATES:
            self._work_batch()
        return None

    def _make_batches(self):
        """One batch for each document; see ``_get_document_parts()``."""
        # What the sums say is what will be posted, whatever the setting was when the lines were collected.
        for name in ("amount_untaxed", "amount_tax", "amount_total"):
            self.env.add_to_compute(self._fields[name], self)
        numbered = enumerate(self._get_document_parts(), start=1)
        for number, (move_type, lines, _variances) in numbered:
            # Nobody may create batches by hand; they are made from the settlement.
            batch = (
                self.env["claim.settlement.batch"]
                .sudo()
                .create(
                    {
                        "line_count": len(lines),
                        "move_type": move_type,
                        "number": number,
                        "settlement_id": self.id,
                    }
                )
            )
            lines._set({"batch_id": batch.id})

    def _get_batch_size(self):
        """How many lines a document has at most."""
        return self.company_id.claim_batch_lines or 500

    def _get_document_parts(self):
        """What each document holds, in the order of posting.

        :return: list of (move type, settlement lines, variances)
        """
        self.ensure_one()
        if self.batch_ids:
            return [(batch.move_type, batch.line_ids, batch._get_variances()) for batch in self.batch_ids]
        size = self._get_batch_size()
        none = self.variance_ids.browse()
        parts = [
            (move_type, lines[start : start + size], none)
            for move_type, lines in self.line_ids.grouped(lambda line: line._get_move_type()).items()
            for start in range(0, len(lines), size)
        ]
        parts = parts or [("in_refund", self.line_ids, none)]
        move_type, lines, _none = parts.pop()
        return [*parts, (move_type, lines, self.variance_ids)]

    def _get_next_batch(self):
        """The batch to work on next; reversing goes backwards."""
        self.ensure_one()
        batches = self.batch_ids.sorted("number")
        if self.withdrawn:
            return batches.filtered(lambda batch: batch.state != "reversed")[-1:]
        return batches.filtered(lambda batch: batch.state == "waiting")[:1]

    def _work_batch(self, number=None):
        """Post, or reverse, the next batch, in the caller's transaction.

        :param number: do nothing unless this batch is the next, as it is not when it was done in the meantime
        :raise LockError: another process works on this settlement
        """
        self.ensure_one()
        self._lock()
        batch = self._get_next_batch()
        if number and batch.number != number:
            return
        batch.lock_for_update(allow_referencing=True)
        if self.withdrawn:
            batch._reverse()
        else:
            batch._post()
        if self.withdrawn and not self._get_next_batch():
            self._finish_reversing()
        if self.post_error:
            self._set({"post_error": False})

    def _finish_reversing(self):
        self._set({"canceled": True, "reversal_id": self.batch_ids[:1].reversal_id.id})
        links = [entry._get_html_link() for entry in self.batch_ids.reversal_id.sorted("id")]
        self.message_post(body=self.env._("Reversed by %(entry)s.", entry=Markup(", ").join(links)))

    def _continue_work(self):
        """Have the next batch worked on behind the scenes: by a job where jobs run, else by the scheduled action."""
        if "queue_job" not in config["server_wide_modules"]:
            # sudo: whoever posts may have it done by the system, but may not read scheduled actions
            self.env.ref("parts_claims.ir_cron_settlement_work").sudo()._trigger()
            return
        for settlement in self:
            batch = settlement._get_next_batch()
            if batch:
                step = "reverse" if settlement.withdrawn else "post"
                settlement.with_delay(
                    description=self.env._(
                        "%(settlement)s, document %(number)s", settlement=settlement.name, number=batch.number
                    ),
                    identity_key=f"claim.settlement:{settlement.id}:{step}:{batch.number}",
                )._run_batch_job(batch.number)

    def _run_batch_job(self, number):
        """Job: work on one batch, and leave the next to a job of its own."""
        if self.state not in WORKING_STATES:
            return
        try:
            self._work_batch(number)
        except LockError as error:
            raise RetryableJobError(str(error), seconds=60, ignore_retry=True) from error
        if self.state in WORKING_STATES:
            self._continue_work()

    def _get_documents(self):
        """Credit notes and invoices of the settlements."""
        return self.batch_ids.move_id | self.credit_note_id

    def _prepare_variance_commands(self, first, variances):
        """Invoice lines of variances, numbered after those of the lines."""
        return [
            Command.create(variance._prepare_move_line_vals() | {"sequence": number})
            for number, variance in enumerate(variances.sorted("id"), start=first)
        ]
