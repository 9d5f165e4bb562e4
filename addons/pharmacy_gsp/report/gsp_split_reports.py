# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation


class ReportSplitLabel(models.AbstractModel):
    """Label of the bag of a split drug: complete, or not at all (GSP 17204)."""

    _name = "report.pharmacy_gsp.report_split_label"
    _description = "Split-Sale Bag Label"

    @api.model
    def _get_report_values(self, docids, data=None):
        records = self.env["gsp.split.record"].browse(docids)
        records.check_access("read")
        self.env["compliance.refusal"]._refuse(
            Violation(
                rule="gsp.split.label",
                record=record,
                message=self.env._(
                    "The label of %(record)s cannot be printed. Missing: %(fields)s.",
                    record=record.display_name,
                    fields=", ".join(missing),
                ),
                remedy=self.env._("Complete the record, or the data of the drug."),
                reference=self.env._("GSP 17204"),
            )
            for record in records
            if (missing := record._get_missing_label_fields())
        )
        return {"doc_ids": docids, "doc_model": "gsp.split.record", "docs": records}
