# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..loose_many2one import LooseMany2one

_logger = logging.getLogger(__name__)


class ComplianceEvidenceChain(models.Model):
    """The chain of one company and register: how far it goes and the hash it ends with.

    Only the sealer moves the head (``compliance_evidence_sealer.py``). Closing a record never looks at this table.
    """

    _name = "compliance.evidence.chain"
    _description = "Evidence Chain"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, register"
    _rec_name = "register_name"

    register = fields.Char(string="Register Code", required=True, readonly=True)
    register_name = fields.Char(string="Register", compute="_compute_register_name")
    company_id = LooseMany2one("res.company", required=True, readonly=True)
    last_sequence = fields.Integer(string="Records Sealed", readonly=True)
    last_hash = fields.Char(
        string="Head", readonly=True, help="Hash of the last link: it stands for the whole chain."
    )
    last_sealed_at = fields.Datetime(string="Last Sealed On", readonly=True)
    unsealed_count = fields.Integer(string="Not Sealed Yet", compute="_compute_unsealed")
    unsealed_since = fields.Datetime(string="Oldest Not Sealed", compute="_compute_unsealed")

    verification_ids = fields.One2many(
        "compliance.evidence.verification", "chain_id", string="Checks", readonly=True
    )
    verification_count = fields.Integer(string="Number of Checks", compute="_compute_verification")
    verification_state = fields.Selection(
        [("running", "Running"), ("ok", "Intact"), ("broken", "Broken")],
        string="Last Check",
        compute="_compute_verification",
    )
    verified_at = fields.Datetime(string="Last Checked On", compute="_compute_verification")

    _register_uniq = models.Constraint(
        "UNIQUE(register, company_id)", "There is one chain for each company and register."
    )

    @api.depends("register")
    def _compute_register_name(self):
        for chain in self:
            chain.register_name = self._get_register_label(chain.register)

    @api.model
    def _get_register_label(self, register):
        """Return how people call a register: the name of its model."""
        # sudo: the name of a model is no secret
        model = self.env["ir.model"].sudo()._get(register) if register in self.env else None
        return model.name if model else register

    @api.model
    def _get_register_models(self, register):
        """Return the (empty) models whose closed records belong to a register."""
        return [
            self.env[name]
            for name, model_class in self.env.registry.items()
            if not model_class._abstract
            and hasattr(model_class, "_evidence_register")
            and self.env[name]._get_evidence_register() == register
        ]

    def _compute_unsealed(self):
        # sudo: the figures of a chain the user may read
        groups = (
            self.env["compliance.evidence.link"]
            .sudo()
            ._read_group(
                [
                    ("register", "in", self.mapped("register")),
                    ("company_id", "in", self.company_id.ids),
                    ("sequence", "=", False),
                ],
                ["register", "company_id"],
                ["__count", "closed_at:min"],
            )
        )
        figures = {(register, company.id): (count, since) for register, company, count, since in groups}
        for chain in self:
            chain.unsealed_count, chain.unsealed_since = figures.get(
                (chain.register, chain.company_id.id), (0, False)
            )

    @api.depends("verification_ids.state")
    def _compute_verification(self):
        for chain in self:
            last = chain.verification_ids[:1]
            chain.verification_count = len(chain.verification_ids)
            chain.verification_state = last.state
            chain.verified_at = last.finished_at

    # ------------------------------------------------------------
    # Nobody creates, writes or deletes a chain
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Only the sealer starts an evidence chain."))

    def write(self, vals):
        if {"register", "company_id", "last_sequence", "last_hash", "last_sealed_at"} & vals.keys():
            raise UserError(self.env._("The head of an evidence chain is moved by the sealer only."))
        return super().write(vals)

    def unlink(self):
        raise UserError(self.env._("An evidence chain cannot be deleted by anybody."))

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def _action_view(self, xml_id, domain):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(f"compliance_base.{xml_id}")
        return action | {"domain": domain, "context": {}}

    def _get_link_domain(self):
        return [("register", "=", self.register), ("company_id", "=", self.company_id.id)]

    def action_view_links(self):
        """Open the sealed links of the chain."""
        return self._action_view(
            "compliance_evidence_link_action", [*self._get_link_domain(), ("sequence", ">", 0)]
        )

    def action_view_unsealed(self):
        """Open the closed records of the chain that wait to be sealed."""
        return self._action_view(
            "compliance_evidence_link_action", [*self._get_link_domain(), ("sequence", "=", False)]
        )

    def action_view_verifications(self):
        """Open the checks of the chain."""
        return self._action_view("compliance_evidence_verification_action", [("chain_id", "in", self.ids)])

    def action_dispose(self):
        """Ask for the reason to destroy the evidence of this chain whose time of retention is over."""
        self.ensure_one()
        self.check_access("read")
        wizard = self.env["compliance.disposal.wizard"].create({"chain_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispose of Evidence"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------
    # Verification
    # ------------------------------------------------------------
    def action_verify(self):
        """Start a check of these chains; the scheduled job carries it on. Open its progress.

        :raise AccessError: if the user may not read the chains
        """
        self.check_access("read")
        chains = [(chain.register, chain.company_id) for chain in self]
        return self._open_verifications(self._start_verifications(chains))

    @api.model
    def _action_verify_register(self, register):
        """Start a check of all chains of one register in the companies the user works in; see the evidence mixin."""
        self.browse().check_access("read")
        return self._open_verifications(
            self._start_verifications([(register, company) for company in self.env.companies])
        )

    @api.model
    def _start_verifications(self, chains):
        """Start a check for each ``(register, company)``; return them."""
        # sudo: nobody may create checks by hand; the right to read the chains has been checked
        verifications = self.env["compliance.evidence.verification"].sudo()
        for register, company in chains:
            verifications |= verifications._start(register, company)
        self.env.ref("compliance_base.ir_cron_verify_evidence").sudo()._trigger()
        return verifications

    @api.model
    def _open_verifications(self, verifications):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Checks of Evidence Chains"),
            "res_model": "compliance.evidence.verification",
            "view_mode": "list,form",
            "domain": [("id", "in", verifications.ids)],
        }
        if len(verifications) == 1:
            action |= {"view_mode": "form", "res_id": verifications.id}
        return action

    @api.model
    def _cron_verify_all(self):
        """Start a check of every chain; to be run regularly."""
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT register, company_id FROM compliance_evidence_chain
                 UNION SELECT DISTINCT register, company_id FROM compliance_evidence_link
                """
            )
        )
        companies = self.env["res.company"].browse({company_id for _register, company_id in pairs}).exists()
        known = [(register, company_id) for register, company_id in pairs if company_id in companies.ids]
        if len(known) < len(pairs):
            _logger.warning("Evidence chains of companies that do not exist: %s", set(pairs) - set(known))
        self._start_verifications(
            [(register, companies.browse(company_id)) for register, company_id in known]
        )

    # ------------------------------------------------------------
    # Watch
    # ------------------------------------------------------------
    @api.model
    def _get_unsealed_minutes(self):
        """Return after how many minutes a record that is not sealed is reported."""
        # sudo: a plain setting
        value = self.env["ir.config_parameter"].sudo().get_param("compliance_base.unsealed_minutes", "15")
        return int(value)

    @api.model
    def _cron_watch_unsealed(self):
        """Report the chains in which a record has been waiting for its seal too long."""
        limit = fields.Datetime.now() - timedelta(minutes=self._get_unsealed_minutes())
        for register, company_id, count, since in self._get_late(limit):
            self._start_chain(register, company_id)
            chain = self.search([("register", "=", register), ("company_id", "=", company_id)])
            message = self.env._(
                "%(count)s closed records have not been sealed; the oldest was closed on %(since)s (UTC). "
                "See whether the scheduled job that seals evidence is running.",
                count=count,
                since=fields.Datetime.to_string(since),
            )
            _logger.error("Evidence chain %s of company %s: %s", register, company_id, message)
            if chain:
                chain._alert(message)

    @api.model
    def _get_late(self, limit):
        """Return ``[(register, company id, number of records, oldest)]`` closed before ``limit`` and not sealed."""
        return self.env.execute_query(
            SQL(
                """
                SELECT register, company_id, count(*), min(closed_at) FROM compliance_evidence_link
                 WHERE sequence IS NULL AND closed_at < %s GROUP BY register, company_id
                """,
                limit,
            )
        )

    def _alert(self, message):
        """Give each compliance manager of the company an activity that says ``message``, unless one has it already."""
        self.ensure_one()
        managers = self.env.ref("compliance_base.compliance_base_group_manager").sudo().all_user_ids
        managers = managers.filtered(lambda user: user.active and self.company_id in user.company_ids)
        for user in managers - self.activity_ids.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Evidence chain needs attention"),
                note=message,
                user_id=user.id,
            )
