# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

MAX_LINES = 5_000
MAX_API_LINES = 500
# States in which the station does not know yet, or no longer, how its lines are decided.
UNTOLD_STATES = ("draft", "submitted", "disputed", "canceled")


class PartsClaim(models.Model):
    """How claims of service stations come in: one method for the portal's form, lists and the JSON-2 API."""

    _inherit = "parts.claim"

    filing_channel = fields.Selection(
        [("portal", "Portal"), ("list", "List"), ("api", "API")],
        string="Filed Through",
        readonly=True,
        copy=False,
    )

    @api.model
    def file_station_claims(self, lines, partial=False, company_id=False):
        """File warranty work of the calling user's own service station.

        Over HTTP: ``POST /json/2/parts.claim/file_station_claims``.

        The caller is a portal user of a station with an agreement in force; nobody files for somebody else.

        :param lines: at most 500 dicts, see ``station.claim.reader``; dates as ISO texts, files as base64
        :param partial: file the good lines although others are wrong; else one wrong line stops all
        :param company_id: which of our companies, where the station works for several
        :return: dict: ``claims`` (list of numbers), ``filed`` (count of lines), ``errors`` (list of dicts with
            ``line``, counted from 0, and ``messages``)
        :raise AccessError: the caller is no station's portal user
        """
        agreements = self._check_station_user()
        if not isinstance(lines, list) or len(lines) > MAX_API_LINES:
            raise UserError(self.env._("Send a list of at most %(most)s lines at once.", most=MAX_API_LINES))
        company = self._get_station_company(agreements, company_id)
        # sudo: stations have no right on claims; whose claim it is was checked above
        claims, errors = self.sudo()._file_inbound(
            self.env.user.partner_id, lines, "api", company=company, partial=bool(partial)
        )
        return {
            "claims": claims.mapped("name"),
            "filed": len(claims.line_ids),
            "errors": [{"line": index, "messages": messages} for index, messages in errors.items()],
        }

    @api.model
    def get_station_claims(self, names=None, limit=100):
        """What became of the calling user's own station's claims, as ``POST /json/2/parts.claim/get_station_claims``.

        Answers to lines are told once the answer to the claim is closed.

        :param names: numbers of claims; the newest if empty
        :return: list of dicts: name, state, submit_date, lines (document, serial, kind, asked, decision, agreed,
            reason)
        :raise AccessError: the caller is no station's portal user
        """
        self._check_station_user()
        domain = self._get_own_station_domain(self.env.user.partner_id)
        if names:
            domain &= Domain("name", "in", names if isinstance(names, list) else [str(names)])
        # sudo: stations have no right on claims; the domain allows one's own
        claims = self.sudo().search(domain, limit=max(1, min(int(limit or 0), 500)))
        return [claim._prepare_station_claim() for claim in claims]

    @api.model
    def _check_station_user(self):
        """The agreements in force of the calling portal user's company.

        :raise AccessError: there is none, or the caller is no portal user
        """
        user = self.env.user
        # sudo: stations cannot read agreements; only whether there is one counts here
        agreements = self.env["claim.agreement"].sudo()._get_station_agreements(user.partner_id)
        if not agreements or not user._is_portal():
            raise AccessError(
                self.env._("Claims are filed by portal users of service stations with an agreement.")
            )
        return agreements

    @api.model
    def _get_station_company(self, agreements, company_id=False):
        """Which of our companies a station files with.

        :raise UserError: there are several, and none of them was named
        """
        companies = agreements.company_id
        if company_id:
            companies = companies.filtered(lambda company: company.id == company_id)
        if len(companies) != 1:
            raise UserError(
                self.env._(
                    "Say with which of our companies you file: %(companies)s.",
                    companies=", ".join(f"{one.name} ({one.id})" for one in agreements.company_id),
                )
            )
        return companies

    @api.model
    def _get_own_station_domain(self, partner):
        return Domain("direction", "=", "inbound") & Domain(
            "supplier_id", "=", partner.commercial_partner_id.id
        )

    def _prepare_station_claim(self):
        """A claim as its station may know it."""
        self.ensure_one()
        told = self.state not in UNTOLD_STATES
        return {
            "name": self.name,
            "state": self.state,
            "submit_date": fields.Date.to_string(self.submit_date),
            "lines": [
                {
                    "document": line.station_document,
                    "serial": line.unit_lot_id.name,
                    "kind": line.kind,
                    "asked": line.amount_claimed,
                    "decision": line.decision if told else False,
                    "agreed": line.amount_agreed if told else 0.0,
                    "reason": line.decision_reason if told else False,
                }
                for line in self._get_line_numbers()
            ],
        }

    @api.model
    def _file_inbound(self, partner, lines, channel, company, partial=False):
        """File lines of a station's warranty work; called by the system only, after whose station it is was checked.

        :param partner: who files; the station is its commercial partner
        :param lines: list of dicts, see ``station.claim.reader``
        :param channel: portal, list or api
        :param company: ``res.company`` that is asked to pay
        :param partial: file the good lines although others are wrong
        :return: (claims, dict index -> list of what is wrong); no claims where nothing was filed
        """
        station = partner.commercial_partner_id
        claims = self.browse()
        if not lines or len(lines) > MAX_LINES:
            message = self.env._("File between 1 and %(most)s lines at once.", most=MAX_LINES)
            return claims, {0: [message]}
        model = self.with_company(company)
        good, errors = model.env["station.claim.reader"]._read(station, company, lines)
        if not good or (errors and not partial):
            return claims, errors
        today = company._get_law_date()
        groups = {}
        for line in good.values():
            groups.setdefault((line.agreement.currency_id, line.agreement._get_period(today)), []).append(
                line
            )
        try:
            with self.env.cr.savepoint():
                for (currency, period), some in groups.items():
                    claims |= model._make_station_claim(station, company, currency, period, some, channel)
        except UniqueViolation:
            # Only two users at the same moment come here: what was filed before has been found already.
            message = self.env._(
                "Somebody of your station filed at the same moment. Look at your claims, then try again."
            )
            return self.browse(), {0: [message]}
        return claims, errors

    @api.model
    def _make_station_claim(self, station, company, currency, period, lines, channel):
        """One submitted claim, closed as evidence, with all its lines, proofs and what the terms allow."""
        # What is still to be written of closed claims is not written together with this one.
        self.env.flush_all()
        agreements = lines[0].agreement.union(*(line.agreement for line in lines))
        today = company._get_law_date()
        claim = self.create(
            {
                "company_id": company.id,
                "currency_id": currency.id,
                "date_from": period[0],
                "date_to": period[1],
                "direction": "inbound",
                "filing_channel": channel,
                "supplier_id": station.id,
                "user_id": agreements.user_id[:1].id,
            }
        )
        made = self.env["parts.claim.line"].create(
            [
                claim._prepare_station_line_vals(line) | {"sequence": number}
                for number, line in enumerate(lines, 1)
            ]
        )
        made._keep_station_files([line.files for line in lines])
        made._set_station_terms()
        deadlines = [agreement._get_answer_deadline(today) for agreement in agreements]
        claim._set(
            {
                "answer_deadline": min(filter(None, deadlines), default=False),
                "state": "submitted",
                "submit_date": today,
                "submit_user_id": self.env.uid,
            }
        )
        claim.flush_recordset()
        claim._close_evidence()
        claim._audit_filed_lines()
        return claim

    def _prepare_station_line_vals(self, line):
        self.ensure_one()
        texts = line.texts
        registration = self._find_station_registration(line)
        return {
            "agreement_id": line.agreement.id,
            "amount_claimed": self.currency_id.round(line.quantity * line.price),
            "claim_id": self.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "deadline": line.agreement._get_filing_deadline(line.repair_date),
            "direction": "inbound",
            "kind": line.kind,
            "meter_reading": line.meter,
            "name": texts["description"] or False,
            "note": texts["note"] or False,
            "operation_id": line.operation.id,
            "origin_kind": "station",
            "product_id": line.product.id,
            "quantity": line.quantity,
            "repair_date": line.repair_date,
            "report_date": line.report_date,
            "return_cause": texts["return_cause"] or False,
            "station_document": texts["document"],
            "supplier_id": self.supplier_id.id,
            "symptom": texts["symptom"] or False,
            "unit_lot_id": line.unit.id,
            "unit_price": line.price,
            "unit_product_id": line.unit.product_id.id,
            "uom_id": line.uom.id,
            "warranty_registration_line_id": registration.line_ids._match_part(line.product).id,
        }

    def _find_station_registration(self, line):
        """Our registration of the unit on the day the fault was reported; may be empty."""
        registrations = line.unit.warranty_registration_ids.filtered(
            lambda registration: registration.company_id == self.company_id
        )
        return registrations._pick_for_date(line.report_date)

    def _audit_filed_lines(self):
        """Judge freshly filed lines by the live rules; the responsible person is told, and closes the answer.

        The one place where filed lines meet the rules of the audit.
        """
        self.line_ids._audit_if_live()
        todo = self.env.ref("mail.mail_activity_data_todo")
        for claim in self:
            claim.activity_schedule(
                activity_type_id=todo.id,
                date_deadline=claim.answer_deadline or claim.company_id._get_law_date(),
                summary=claim.env._("%(station)s filed a claim", station=claim.supplier_id.display_name),
                user_id=(claim.user_id or claim.env.ref("base.user_root")).id,
            )


class PartsClaimLine(models.Model):
    _inherit = "parts.claim.line"

    def _keep_station_files(self, files):
        """Attach what a station sent as proof.

        :param files: for each of these lines, its list of (name, bytes)
        """
        for line, sent in zip(self, files, strict=True):
            if sent:
                attachments = self.env["ir.attachment"].create(
                    [
                        {"name": name, "raw": content, "res_model": line._name, "res_id": line.id}
                        for name, content in sent
                    ]
                )
                line._set({"attachment_ids": [Command.set(attachments.ids)]})
