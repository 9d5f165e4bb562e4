# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from io import BytesIO

from PIL import Image

from odoo.fields import Command

from .common import ClaimsCommon


class OldPartCommon(ClaimsCommon):
    """What people do with old parts, each in the own name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.witness = cls._make_user("witness", "parts_claims.parts_claims_group_clerk")
        cls.witness.password = cls.witness.login
        cls.keeper = cls._make_user("stock keeper", "stock.group_stock_user")
        cls.carrier = cls.env["res.partner"].create({"name": "North Freight", "is_company": True})
        cls.store = cls.warehouse.old_part_location_id

    @classmethod
    def _take_out(cls, parts=None):
        """Old parts of a repair, in the clerk's hands."""
        return cls._make_repair(parts).old_part_ids.with_user(cls.clerk)

    @classmethod
    def _draw(cls):
        picture = BytesIO()
        Image.new("RGB", (40, 30), "gray").save(picture, "PNG")
        return base64.b64encode(picture.getvalue())

    @classmethod
    def _prepare_appraisal(cls, part, **vals):
        return (
            cls.env["old.part.appraisal"]
            .with_user(cls.clerk)
            .create(
                {
                    "part_id": part.id,
                    "verdict": "defect",
                    "finding": "Winding burnt",
                    "picture_ids": [Command.create({"name": "Winding", "image": cls._draw()})],
                    **vals,
                }
            )
        )

    @classmethod
    def _appraise(cls, parts, **vals):
        for part in parts:
            cls._prepare_appraisal(part, **vals).action_give()
        return parts

    @classmethod
    def _pack(cls, parts, **vals):
        """The draft return that holds these parts, ready to be shipped."""
        cls._appraise(parts.filtered(lambda part: part.state == "collected"), **vals)
        parts.action_return()
        batch = parts.return_id
        batch.write({"carrier_id": cls.carrier.id, "tracking_number": "NF-1"})
        return batch

    @classmethod
    def _ship(cls, parts, **vals):
        batch = cls._pack(parts, **vals)
        batch.action_ship()
        return batch

    @classmethod
    def _release(cls, parts):
        """The claims of these parts have been given up and the days for which they are kept are over."""
        lines = parts.sudo().claim_line_id
        lines.with_user(cls.manager).write({"waive_reason": "Not worth it"})
        lines.with_user(cls.manager).action_waive()
        cls.company.old_part_keep_days = 0
        parts.sudo()._set({"date_collected": "2026-01-05 10:00:00"})
        return parts

    @classmethod
    def _propose_scrap(cls, parts):
        parts.action_scrap()
        report = parts.scrap_id
        report.reason = "Claim refused"
        return report

    @classmethod
    def _sign(cls, report, user, password=None):
        action = report.with_user(user).action_sign_witness()
        wizard = cls.env[action["res_model"]].with_user(user).browse(action["res_id"])
        wizard.with_context(password=password or user.login).action_sign()

    def _get_stock(self, part, location=None):
        return self.env["stock.quant"]._get_available_quantity(
            part.product_id,
            location or part.location_id,
            lot_id=part.lot_id,
            owner_id=part.supplier_id,
            strict=True,
        )

    def assertLedgerEqualsStock(self):
        self.assertEqual(self.env["old.part"]._get_ledger_differences(self.company), [])
