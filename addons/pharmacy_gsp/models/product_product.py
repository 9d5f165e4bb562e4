# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        """Master data belong together: pass them to the template in one go, not field by field."""
        names = {name for name in vals if name.startswith("gsp_") and self._fields[name].inherited}
        if names:
            self.product_tmpl_id.write({name: vals[name] for name in names})
        return super().write({name: value for name, value in vals.items() if name not in names})

    def action_view_gsp_sale_records(self):
        """Open the sale register of these variants."""
        return self.product_tmpl_id.action_view_gsp_sale_records()

    def _gsp_prepare_register_vals(self):
        """Product facts as they are at the moment, for a register that is never changed again."""
        self.ensure_one()
        return {
            "product_id": self.id,
            "product_name": f"[{self.default_code}] {self.name}" if self.default_code else self.name,
            "generic_name": self.gsp_generic_name or self.name,
            "dosage_form": self.gsp_dosage_form,
            "strength": self.gsp_strength,
            "approval_number": self.gsp_approval_number,
            "holder_name": self.gsp_holder_id.name,
            "manufacturer_name": self.gsp_manufacturer_id.name,
            "kind": self._gsp_get_register_kind(),
        }

    def _gsp_get_register_kind(self):
        self.ensure_one()
        if self.gsp_kind == "device":
            return "device"
        if self.gsp_special_class:
            return "special"
        return "prescription" if self.gsp_prescription_required else "retail"
