# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspSaleRecord(models.Model):
    """What the register keeps of a device, of the voucher, and of where the buyer is found; how long it is kept."""

    _inherit = "gsp.sale.record"

    voucher_number = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="Number of the sales voucher: that of the transfer which handed the goods over.",
    )
    service_life_end = fields.Date(
        string="End of Service Life", readonly=True, help="Of a device without expiry date."
    )
    is_implant = fields.Boolean(string="Implant", readonly=True)
    buyer_contact = fields.Char(
        string="Contact of the Buyer",
        readonly=True,
        groups="pharmacy_gsp.pharmacy_gsp_group_pharmacist,pharmacy_gsp.pharmacy_gsp_group_quality,"
        "pharmacy_gsp.pharmacy_gsp_group_identity",
        help="Phone and address as they were at the sale, to find the buyer again.",
    )

    _company_date_idx = models.Index("(company_id, date, id)")

    def _get_retain_until(self):
        """The latest day any rule asks for; records of implants are kept for good (no day).

        Drugs: years after the sale (GSP 17101), class II psychotropics also years after their expiry. Devices: years
        after expiry or service life, or after the sale where neither is known.
        """
        return {record.id: max(record._get_retention_ends(), default=False) for record in self}

    def _get_retention_ends(self):
        """Days until which single rules ask for the record; empty: without end."""
        self.ensure_one()
        life_end = self.expiry_date or self.service_life_end
        if self.kind != "device":
            ends = [self._add_years(self.date, "drug.record.retention_years")]
            if self.special_class == "psychotropic_2" and life_end:
                ends.append(self._add_years(life_end, "drug.psychotropic2.ledger_retention_years"))
            return ends
        if self.is_implant and self._get_figure("device.record.retention.implant") == "permanent":
            return []
        if life_end:
            return [self._add_years(life_end, "device.record.retention_years.after_expiry")]
        return [self._add_years(self.date, "device.record.retention_years.no_expiry")]

    def _get_figure(self, code):
        return self.env["compliance.parameter"]._value(code, on=self.date, company=self.company_id)

    def _add_years(self, day, code):
        return fields.Date.add(day, years=int(self._get_figure(code)))
