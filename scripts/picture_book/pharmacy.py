# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A lawful sale, and one that is refused."""

from .shot import Shot, press, tab

SHOTS = [
    Shot(
        "drug",
        "pharmacy_clerk",
        "pharmacy_gsp.product_template_action_drug",
        "product.template",
        [("gsp_drug_class", "=", "rx")],
        then=tab("gsp"),
    ),
    Shot(
        "prescription",
        "pharmacy_pharmacist",
        "pharmacy_gsp.gsp_prescription_action",
        "gsp.prescription",
        [("state", "=", "reviewing"), ("diagnosis", "!=", False), ("finding_ids", "=", False)],
    ),
    Shot(
        "sale-refused",
        "pharmacy_clerk",
        "sale.action_quotations",
        "sale.order",
        [("gsp_prescription_id.state", "=", "reviewing")],
        then=press("action_confirm"),
        refused=True,
    ),
    Shot(
        "signature",
        "pharmacy_pharmacist",
        "pharmacy_gsp.gsp_prescription_action",
        "gsp.prescription",
        [("state", "=", "reviewing"), ("diagnosis", "!=", False), ("finding_ids", "=", False)],
        then=press("action_review"),
    ),
    Shot("sale-register", "pharmacy_quality", "pharmacy_gsp.gsp_sale_record_action"),
    Shot("sale-record", "pharmacy_quality", "pharmacy_gsp.gsp_sale_record_action", "gsp.sale.record"),
]
