# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import ClaimsCommon


class StationCommon(ClaimsCommon):
    """A service station that repairs our units, with an agreement and a portal user; another one beside it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.default_code = "COMP-1"
        cls.fan.default_code = "FAN-1"
        cls.operation = cls.env["repair.operation"].create(
            {"code": "OP-1", "name": "Change the compressor", "hours": 2, "company_id": cls.company.id}
        )
        cls.station = cls.env["res.partner"].create({"name": "North Service", "is_company": True})
        cls.other_station = cls.env["res.partner"].create({"name": "South Service", "is_company": True})
        cls.terms = cls._make_station_agreement(cls.station)
        cls._make_station_agreement(cls.other_station)
        cls.station_user = cls._make_station_user("north.service", cls.station)
        cls.other_user = cls._make_station_user("south.service", cls.other_station)
        cls.lot = cls._make_unit("UNIT-0001")
        cls.today = cls.company._get_law_date()

    @classmethod
    def _make_station_agreement(cls, station, activate=True, **vals):
        """Parts at cost plus 10 %, 80 an hour, 2.5 hours for the operation, 1.50 a kilometer, freight as it costs."""
        covers = [
            {"kind": "labor", "method": "hourly", "amount": 80},
            {"kind": "mileage", "method": "distance", "amount": 1.5, "cap": 120},
            {"kind": "travel", "method": "fixed", "amount": 100},
            {"kind": "freight", "method": "percent", "percent": 100},
        ]
        return cls._make_agreement(
            activate=activate,
            **{
                "name": f"Terms of {station.name}",
                "supplier_id": station.id,
                "direction": "inbound",
                "settlement_way": "bill",
                "price_basis": "standard_cost",
                "markup_percent": 10,
                "days_to_file": 60,
                "days_to_answer": 10,
                "cover_ids": [Command.create(cover) for cover in covers],
                "hours_ids": [Command.create({"operation_id": cls.operation.id, "hours": 2.5})],
                **vals,
            },
        )

    @classmethod
    def _make_station_user(cls, login, company):
        contact = cls.env["res.partner"].create({"name": f"Contact {login}", "parent_id": company.id})
        return cls.env["res.users"].create(
            {
                "name": contact.name,
                "login": login,
                "password": login,
                "partner_id": contact.id,
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )

    def _line(self, **values):
        """One line as a station sends it: a compressor put in ten days ago for 400."""
        return {
            "document": "R-1",
            "serial": "UNIT-0001",
            "kind": "part",
            "part": "COMP-1",
            "quantity": 1,
            "price": 400,
            "repair_date": self._day(10),
            "report_date": self._day(11),
            **values,
        }

    def _day(self, ago):
        return fields.Date.to_string(self.today - timedelta(days=ago))

    def _labor(self, **values):
        return self._line(
            **{"kind": "labor", "part": "", "operation": "OP-1", "quantity": 3, "price": 80} | values
        )

    def _file(self, *lines, user=None, partial=False):
        """File as a station's user does through the API. Gives (claim, errors: index -> text)."""
        claims = self.env["parts.claim"].with_user(user or self.station_user)
        result = claims.file_station_claims(list(lines), partial=partial)
        found = self.env["parts.claim"].search([("name", "in", result["claims"])])
        errors = {error["line"]: " ".join(error["messages"]) for error in result["errors"]}
        return found.with_user(self.clerk), errors

    def _filed(self, *lines, **options):
        claim, errors = self._file(*lines, **options)
        self.assertFalse(errors)
        return claim

    def _answered(self, *lines):
        """A claim answered by the terms."""
        claim = self._filed(*(lines or (self._line(),)))
        claim.action_accept_rest()
        claim.action_answer()
        return claim

    def _agreed(self, *lines):
        """A claim whose answer the station has agreed to."""
        claim = self._answered(*lines)
        claim.with_user(self.station_user).sudo()._station_agrees(self.station_user.partner_id)
        return claim

    def _notice(self, claim=None, way="bill"):
        """A settlement whose write-off notice is with the station."""
        claim = claim or self._agreed()
        claim.with_user(self.accountant).action_settle()
        settlement = claim.line_ids.settlement_id.with_user(self.accountant)
        settlement.settlement_way = way
        settlement.action_issue_notice()
        return settlement

    def _confirmed(self, **options):
        settlement = self._notice(**options)
        settlement.with_user(self.station_user).sudo()._confirm_notice("Han Mei")
        return settlement
