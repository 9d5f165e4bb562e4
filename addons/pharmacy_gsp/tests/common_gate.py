# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from .common_master import MasterCommon

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_character(number):
    """The 17 digits of ``number`` and their check character, computed the way the standard's table gives it."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return number[:17] + "10X98765432"[total % 11]


# People who do not exist, at a place that does not exist
ADULT = with_check_character("99999919900101123")
OTHER_ADULT = with_check_character("99999919850505234")
MINOR = with_check_character("99999920200101121")


class GateCommon(MasterCommon):
    """A licensed store with special drugs, a quarantine, and people who show their identity cards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gsp.license"].browse(cls.drug_license.id).with_user(cls.quality)._cancel("Issued again")
        cls.drug_license = cls._license("drug_business", scope_ids=["drug", "special"])
        cls._license("toxic_permit")
        cls._license("psychotropic_2_permit")
        employee = cls._staff(cls.pharmacist, "pharmacist")
        cls._license("pharmacist", employee, registered_unit_id=cls.company.partner_id.id)
        cls.quarantine = cls.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": cls.stock.location_id.id,
                "company_id": cls.company.id,
                "gsp_is_quarantine": True,
            }
        )
        cls.company.gsp_quarantine_location_id = cls.quarantine
        cls.ephedrine = cls._create_special("Test Ephedrine Compound", "ephedrine")
        cls.compound = cls._create_special("Test Codeine Compound", "special_compound")

    @classmethod
    def _create_special(cls, name, special_class, drug_class="otc_a", **vals):
        drug = cls._create_drug(name, drug_class, gsp_special_class=special_class, **vals)
        cls._create_lot(drug, f"{special_class}-1", 400)
        return drug

    @classmethod
    def _identity(cls, number=ADULT, name="Test Buyer", company=None):
        return cls.env["gsp.buyer.identity"]._register_person(
            company or cls.company, "resident", name, number
        )

    @classmethod
    def _order_of(cls, *lines, identity=None, **vals):
        return cls._create_order(*lines, gsp_identity_id=identity.id if identity else False, **vals)

    @classmethod
    def _hold(cls, lot=None, product=None, user=None, kind="quality", release=False):
        user = user or cls.quality
        hold = (
            cls.env["gsp.hold"]
            .with_user(user)
            .create(
                {
                    "company_id": cls.company.id,
                    "product_id": (product or lot.product_id).id,
                    "lot_id": lot.id if lot else False,
                    "kind": kind,
                    "reason": "Stains on several tablets",
                }
            )
        )
        cls._sign(hold, "hold", user)
        if release:
            hold.with_user(cls.quality).release_reason = "Laboratory found nothing"
            cls._sign(hold, "release", cls.quality)
        return hold

    @classmethod
    def _make_chain_store(cls):
        headquarters = cls.env["res.company"].create(
            {"name": "Test Headquarters", "gsp_company_kind": "headquarters"}
        )
        cls.env.cr.execute(
            "UPDATE res_company SET parent_id = %s, parent_path = %s || parent_path WHERE id = %s",
            [headquarters.id, headquarters.parent_path, cls.company.id],
        )
        cls.company.invalidate_recordset(["parent_id", "parent_path"])
        return headquarters

    def _return(self, picking, quantity=1, reason="packaging", verify=True, place=None):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id, "gsp_return_reason": reason, "gsp_return_note": "Torn"})
        )
        wizard.product_return_moves.quantity = quantity
        returned = (
            self.env["stock.picking"].with_user(self.clerk).browse(wizard.action_create_returns()["res_id"])
        )
        if place:
            returned.move_ids.location_dest_id = place
            returned.move_line_ids.location_dest_id = place
        returned.move_ids.picked = True
        if verify:
            returned.with_user(self.quality).action_gsp_verify_return()
        return returned

    @classmethod
    def _lot_of(cls, product):
        return cls.env["stock.lot"].search([("product_id", "=", product.id)], limit=1, order="id")
