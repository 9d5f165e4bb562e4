# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import uuid
from weakref import WeakKeyDictionary

from odoo import api, fields, models, sql_db
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL

from .. import evidence
from ..loose_many2one import LooseMany2one
from ..record_action import open_record_action

_logger = logging.getLogger(__name__)

# Attempts under way, by cursor: what the cursor itself keeps does not outlast a rollback
ATTEMPTS = WeakKeyDictionary()
# A request that arrives again within this time, byte for byte, is the same attempt sent twice
RESEND_SECONDS = 60


class ComplianceRefusal(models.Model):
    """What the program refused to do, to whom, why, and by which rule.

    Refusals are written in a transaction of their own, so that they outlast what they refused. They are evidence from
    the moment they are written.
    """

    _name = "compliance.refusal"
    _description = "Refusal"
    _inherit = "compliance.evidence.mixin"
    _log_access = False
    _order = "refused_at desc, id desc"
    _rec_name = "rule"

    refused_at = fields.Datetime(required=True, readonly=True)
    company_id = LooseMany2one("res.company", required=True, readonly=True)
    user_id = LooseMany2one("res.users", string="Refused To", readonly=True, required=True)
    user_name = fields.Char(string="Name of the User", readonly=True)
    partner_id = LooseMany2one("res.partner", string="Customer or Supplier", readonly=True)
    partner_name = fields.Char(string="Name of the Customer or Supplier", readonly=True)
    rule = fields.Char(required=True, readonly=True)
    reference = fields.Char(string="Source of the Rule", readonly=True)
    message = fields.Text(string="Why", required=True, readonly=True)
    remedy = fields.Text(string="What to Do", readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_model_name = fields.Char(string="Kind of Record", readonly=True)
    res_id = fields.Many2oneReference(string="Record ID", model_field="res_model", readonly=True)
    res_name = fields.Char(string="Record", readonly=True)
    door = fields.Char(
        readonly=True, help="The way by which the request came in: the address called, or the server."
    )
    attempt_key = fields.Char(required=True, readonly=True, copy=False)
    resend_key = fields.Char(readonly=True, copy=False)

    _attempt_uniq = models.UniqueIndex("(attempt_key)", "An attempt is refused once.")
    _resend_idx = models.Index("(resend_key, refused_at) WHERE resend_key IS NOT NULL")
    _refused_idx = models.Index("(refused_at DESC, id DESC)")
    _user_idx = models.Index("(user_id, refused_at)")
    _record_idx = models.Index("(res_model, res_id)")

    # ------------------------------------------------------------
    # Nobody creates a refusal but the gates
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Only the rule that refuses writes a refusal into the register."))

    def action_open_record(self):
        """Open the record that was refused."""
        self.ensure_one()
        self.check_access("read")
        return open_record_action(self.env, self.res_model, self.res_id)

    # ------------------------------------------------------------
    # The door for gates
    # ------------------------------------------------------------
    @api.model
    def _refuse(self, violations):
        """Write down one refusal for each violation and raise them all as one message.

        Does nothing without violations, so a gate ends with this call. The refusals are committed by a transaction of
        their own before the error is raised; they are not written twice if the client sends the same request again or
        if the server runs it again after a conflict.

        :param violations: iterable of ``violation.Violation``
        :raise UserError: with all messages and remedies; its attribute ``violations`` holds the list
        """
        violations = list(dict.fromkeys(violations))
        if not violations:
            return
        try:
            self._write_down([self._prepare_refusal(violation) for violation in violations])
        except Exception:
            # whatever happens to the register, the gate stays shut
            _logger.exception(
                "Refusals could not be written down: %s", [violation.rule for violation in violations]
            )
        error = UserError(self._get_refusal_message(violations))
        error.violations = violations
        raise error

    @api.model
    def _get_refusal_message(self, violations):
        if len(violations) == 1:
            return violations[0].describe()
        header = self.env._("This is not possible, for %(count)s reasons:", count=len(violations))
        return "\n\n".join([header, *(f"{number}. {v.describe()}" for number, v in enumerate(violations, 1))])

    @api.model
    def _prepare_refusal(self, violation):
        """Return the values of one refusal, without the fields that depend on the attempt."""
        # sudo: the register names the record and its partner also when the user may not read them
        record = violation.record[:1].sudo() if violation.record else None
        company = record["company_id"] if record and "company_id" in record._fields else self.env.company
        partner = record["partner_id"] if record and "partner_id" in record._fields else None
        partner = partner if partner and partner._name == "res.partner" else None
        return {
            "refused_at": fields.Datetime.now(),
            "company_id": company[:1].id or self.env.company.id,
            "user_id": self.env.uid,
            "user_name": self.env.user.name,
            "partner_id": partner.id if partner else None,
            "partner_name": partner.display_name if partner else None,
            "rule": violation.rule,
            "reference": violation.reference or None,
            "message": str(violation.message),
            "remedy": str(violation.remedy) if violation.remedy else None,
            "res_model": record._name if record else None,
            "res_model_name": self.env["ir.model"]._get(record._name).name if record else None,
            "res_id": record._origin.id or None if record else None,
            "res_name": record.display_name if record else None,
            "door": request.httprequest.path if request else "server",
        }

    # ------------------------------------------------------------
    # One attempt, written once
    # ------------------------------------------------------------
    @api.model
    def _get_attempt(self):
        """Return what tells one attempt from another.

        The server runs a request again, on the same request and cursor, when it collides with another transaction.
        Without a request the attempt lasts until the transaction is committed.
        """
        if request:
            if not hasattr(request, "_compliance_attempt"):
                request._compliance_attempt = uuid.uuid4().hex
            return request._compliance_attempt
        cr = self.env.cr
        cr.postcommit.add(lambda: ATTEMPTS.pop(cr, None))
        return ATTEMPTS.setdefault(cr, uuid.uuid4().hex)

    @api.model
    def _get_request_fingerprint(self):
        """Return the fingerprint of the request as it came in, or None: two equal ones are one request sent twice."""
        if not request or not request.httprequest.content_length:
            return None
        http_request = request.httprequest
        body = http_request.get_data(cache=True) or repr(sorted(http_request.form.items(multi=True))).encode()
        sid = getattr(request.session, "sid", None) or ""
        return evidence.digest(b"|".join([sid.encode(), http_request.path.encode(), body]))

    @api.model
    def _write_down(self, vals_list):
        """Insert the refusals, close and queue them, and commit, by a connection of their own.

        The rows carry no foreign key, so nothing that the refused transaction holds can be in the way.
        """
        attempt, fingerprint = self._get_attempt(), self._get_request_fingerprint()
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute("SET LOCAL lock_timeout = '5s'")
            refusals = api.Environment(cr, self.env.uid, {})["compliance.refusal"].sudo()
            for vals in vals_list:
                what = evidence.canonical(
                    [vals[name] for name in ("user_id", "rule", "res_model", "res_id", "message")]
                )
                vals["attempt_key"] = evidence.digest(f"{attempt}|{what}")
                vals["resend_key"] = evidence.digest(f"{fingerprint}|{what}") if fingerprint else None
            refusals._insert_once(vals_list)

    @api.model
    def _insert_once(self, vals_list):
        """Insert the refusals that have not been written down yet, and close them."""
        resend_keys = [vals["resend_key"] for vals in vals_list if vals["resend_key"]]
        known = set()
        if resend_keys:
            self.env.cr.execute(
                SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", f"refusal {min(resend_keys)}")
            )
            known = self._find_resent(resend_keys)
        vals_list = [vals for vals in vals_list if vals["resend_key"] not in known]
        if not vals_list:
            return
        names = list(vals_list[0])
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO compliance_refusal (%s) VALUES %s ON CONFLICT (attempt_key) DO NOTHING RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in names),
                SQL(", ").join(tuple(vals[name] for name in names) for vals in vals_list),
            )
        )
        self.browse([row[0] for row in rows])._close_evidence()

    @api.model
    def _find_resent(self, resend_keys):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT resend_key FROM compliance_refusal
                 WHERE resend_key = ANY(%s) AND refused_at > %s - %s * interval '1 second'
                """,
                resend_keys,
                fields.Datetime.now(),
                RESEND_SECONDS,
            )
        )
        return {row[0] for row in rows}
