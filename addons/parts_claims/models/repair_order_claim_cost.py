# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

ANSWERING_PARTIES = ("supplier", "carrier", "installer", "station")


class RepairOrder(models.Model):
    """What a finished repair cost besides parts, and who answers for its fault."""

    _inherit = "repair.order"

    claim_expense_ids = fields.One2many(
        "claim.expense",
        "repair_id",
        string="Expenses to Claim",
        groups="parts_claims.parts_claims_group_clerk",
    )
    main_cause_move_id = fields.Many2one(
        "stock.move",
        string="Main-Cause Part",
        copy=False,
        index="btree_not_null",
        check_company=True,
        domain="[('repair_id', '=', id), ('repair_line_type', '=', 'add')]",
        help="The part that caused the fault: labor and expenses are claimed with it, from its supplier. Empty: the "
        "most expensive part covered.",
    )

    def write(self, vals):
        if "main_cause_move_id" in vals and any(repair.state == "done" for repair in self):
            raise UserError(
                self.env._(
                    "The repair is over, and its costs are claimed: the main-cause part stays as it is."
                )
            )
        return super().write(vals)

    def action_repair_done(self):
        """Labor and expenses of a finished repair are claimable at once."""
        result = super().action_repair_done()
        done = self.filtered(lambda repair: repair.state == "done")
        # Technicians finish repairs but have no right on claims: these records are the system's, not theirs.
        done.sudo().with_context(clean_context(self.env.context))._collect_claim_costs()
        return result

    def _collect_claim_costs(self):
        """Make claim lines of covered labor and expenses, and name the main-cause part; repeating changes nothing."""
        lines = self.env["parts.claim.line"]
        lines._collect_records(self.labor_ids.filtered(lambda labor: labor._is_claimable()))
        lines._collect_records(self.claim_expense_ids)
        self._link_main_lines()

    def _link_main_lines(self):
        """Associated parts, labor and expenses name the line of the main-cause part."""
        lines = self.claim_line_ids.filtered(lambda line: line.state != "canceled")
        for repair, some in lines.grouped("repair_id").items():
            move = repair._get_main_cause_move()
            main = some.filtered(lambda line, move=move: line.move_id == move and not line.split_from_id)
            others = (some - main).filtered(lambda line: line._is_editable() and not line.main_line_id)
            if main and others:
                others._set({"main_line_id": main[:1].id})

    def _get_main_cause_move(self):
        """The part to which labor and expenses belong: the one named, else the most expensive covered one."""
        parts = self.move_ids.filtered(lambda move: move.state == "done" and move._is_claimable())
        if self.main_cause_move_id in parts:
            return self.main_cause_move_id
        return parts.sorted(lambda move: (move.list_price_unit * move.quantity, -move.id))[-1:]

    def _get_claim_time(self):
        """When the repair was finished: that of its last part, else now."""
        done = self.move_ids.filtered(lambda move: move.state == "done")
        return max(done.mapped("date"), default=fields.Datetime.now())

    def _get_claim_parties(self):
        """Who answers for the fault, as ``[(res.partner, share)]``.

        An empty partner stands for the supplier of the part; no entry means that the fault is ours or the customer's.
        """
        self.ensure_one()
        nobody = self.env["res.partner"]
        if not self.responsibility_ids:
            return [(nobody, 100.0)]
        shares = {}
        for line in self.responsibility_ids:
            if line.party in ANSWERING_PARTIES and line.kind != "none":
                partner = line.partner_id.commercial_partner_id
                shares[partner] = shares.get(partner, 0.0) + line.share
        return sorted(shares.items(), key=lambda share: -share[1])

    def _get_no_fault_appraisals(self):
        """Closed appraisals that found no defect a supplier would answer for."""
        return self.appraisal_ids.filtered(
            lambda appraisal: appraisal.state == "closed" and appraisal.verdict in ("misuse", "none")
        )
