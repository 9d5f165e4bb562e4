# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, fields, models

from .. import evidence

HEADS_KIND = "answerable.evidence.heads"


class ComplianceEvidenceChain(models.Model):
    """The heads, to be kept outside the database.

    Whoever rules the database can rewrite a chain from some link on to its end. Nobody can make such a chain end with
    the hash that was written down elsewhere before.
    """

    _inherit = "compliance.evidence.chain"

    def _get_heads(self):
        """Return the heads of the chains as plain values, to be written down elsewhere."""
        self.invalidate_recordset(flush=False)
        return {
            "kind": HEADS_KIND,
            # sudo: the identifier of the database is no secret
            "database": self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
            "exported_at": fields.Datetime.to_string(fields.Datetime.now()),
            "heads": [
                {
                    "register": chain.register,
                    "company_id": chain.company_id.id,
                    "company": chain.sudo().company_id.name,
                    "sequence": chain.last_sequence,
                    "hash": chain.last_hash,
                }
                for chain in self
            ],
        }

    def _make_heads_file(self):
        name = f"evidence-heads-{fields.Datetime.now():%Y%m%d-%H%M%S}.json"
        raw = json.dumps(self._get_heads(), ensure_ascii=False, indent=2).encode()
        return self.env["ir.attachment"].create({"name": name, "raw": raw, "mimetype": "application/json"})

    def action_export_heads(self):
        """Download the heads of these chains as a file to be kept outside the database."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._make_heads_file().id}?download=true",
            "target": "download",
        }

    @api.model
    def _compare_head(self, head):
        """Compare one head of an exported file with the link it stood for; return ``None`` or what is wrong.

        :param dict head: as in ``_get_heads()``
        """
        if head.get("sequence") == 0:
            return None if head.get("hash") == evidence.GENESIS else self.env._("the file was changed")
        link = self.env["compliance.evidence.link"].search(
            [
                ("register", "=", head.get("register")),
                ("company_id", "=", head.get("company_id")),
                ("sequence", "=", head.get("sequence")),
            ]
        )
        if not link:
            return self.env._("link No. %(number)s is missing", number=head.get("sequence"))
        if link.evidence_hash != head.get("hash"):
            return self.env._("link No. %(number)s has another hash", number=head["sequence"])
        return None

    @api.model
    def _cron_mail_heads(self):
        """Mail the heads of all chains to the address of the setting ``compliance_base.heads_email``, if it is set."""
        # sudo: a plain setting
        address = self.env["ir.config_parameter"].sudo().get_param("compliance_base.heads_email")
        chains = self.search([])
        if not address or not chains:
            return
        self.env["mail.mail"].create(
            {
                "subject": self.env._("Heads of the evidence chains"),
                "body_html": self.env._(
                    "<p>Keep the file attached. It proves later that the records closed up to now were not changed.</p>"
                ),
                "email_to": address,
                "attachment_ids": chains._make_heads_file().ids,
            }
        ).send()
