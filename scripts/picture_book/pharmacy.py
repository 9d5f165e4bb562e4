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
    Shot("licenses", "pharmacy_quality", "pharmacy_gsp.gsp_license_action"),
    Shot(
        "first-approval", "pharmacy_quality", "pharmacy_gsp.gsp_first_approval_action", "gsp.first.approval"
    ),
    Shot("acceptance", "pharmacy_quality", "pharmacy_gsp.gsp_acceptance_action", "gsp.acceptance"),
    Shot("opened-pack", "pharmacy_splitter", "pharmacy_gsp.gsp_split_pack_action", "gsp.split.pack"),
    Shot("split-record", "pharmacy_splitter", "pharmacy_gsp.gsp_split_record_action", "gsp.split.record"),
    Shot("weighing", "pharmacy_clerk", "pharmacy_gsp.gsp_dispensing_action", "gsp.dispensing"),
    Shot("decoction", "pharmacy_technician", "pharmacy_gsp.gsp_decoction_action", "gsp.decoction"),
    Shot("consistency", "pharmacy_quality", "pharmacy_gsp.gsp_consistency_action", "gsp.consistency"),
]
