# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MAX_ERRORS = 100


class StationClaimImport(models.TransientModel):
    """Files a station's list for the station: for stations that send their claims by mail."""

    _name = "station.claim.import"
    _description = "File a Station's List"

    agreement_id = fields.Many2one(
        "claim.agreement",
        required=True,
        domain="[('direction', '=', 'inbound'), ('state', '=', 'active')]",
        ondelete="cascade",
    )
    file = fields.Binary(string="List (XLSX)", attachment=False)
    file_name = fields.Char()
    partial = fields.Boolean(
        string="File the Good Lines",
        help="Lines that are in order are filed, although others are wrong. Else one wrong line stops all.",
    )
    result = fields.Text(readonly=True)
    template = fields.Binary(string="Empty List", compute="_compute_template")
    template_name = fields.Char(compute="_compute_template")

    @api.depends_context("lang")
    def _compute_template(self):
        content = base64.b64encode(self.env["station.claim.sheet"]._make_template())
        for wizard in self:
            wizard.template = content
            wizard.template_name = "station-claims.xlsx"

    def action_import(self):
        """File the lines of the list. Claims clerks only."""
        self.ensure_one()
        if not self.env.user.has_group("parts_claims.parts_claims_group_clerk"):
            raise AccessError(self.env._("Claims of stations are filed by claims clerks."))
        agreement = self.agreement_id
        agreement.check_access("read")
        # A list is filed for a station whose agreement the clerk may read; nobody makes claims by hand.
        agreements = agreement.sudo()._get_station_agreements(agreement.supplier_id, agreement.company_id)
        if not agreements:
            raise UserError(self.env._("%(agreement)s is not in force.", agreement=agreement.name))
        try:
            content = base64.b64decode(self.file or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env["station.claim.sheet"]._get_unreadable(self.file_name)) from error
        claims, errors = (
            self.env["station.claim.sheet"]
            .sudo()
            ._file_sheet(agreement.supplier_id, agreement.company_id, content, self.file_name, self.partial)
        )
        claims = claims.sudo(False)
        if errors:
            return self._show(claims, errors)
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.parts_claim_action_station")
        return action | {"domain": [("id", "in", claims.ids)], "context": {}}

    def _show(self, claims, errors):
        shown = [
            self.env._("Row %(number)s: %(errors)s", number=number, errors=" ".join(messages))
            for number, messages in list(errors.items())[:MAX_ERRORS]
        ]
        more = len(errors) - MAX_ERRORS
        if more > 0:
            shown.append(self.env._("… and %(count)s more rows.", count=more))
        if claims:
            shown.insert(
                0,
                self.env._(
                    "%(count)s lines are filed with %(claims)s. The others are not:",
                    count=len(claims.line_ids),
                    claims=claims._get_names(),
                ),
            )
        self.result = "\n".join(shown)
        return self._get_records_action(name=self.env._("File a Station's List"), target="new")
