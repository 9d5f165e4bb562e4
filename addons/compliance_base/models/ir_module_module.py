# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.http import request


class IrModuleModule(models.Model):
    """Uninstalling an addon drops its tables: nobody does that to evidence from the screen."""

    _inherit = "ir.module.module"

    def write(self, vals):
        # without a request it is somebody with a shell on the server, who could drop the tables just as well
        if request and vals.get("state") == "to remove":
            self._check_no_evidence_lost()
        return super().write(vals)

    def _check_no_evidence_lost(self):
        """Raise if the addons keep closed records that have not been disposed of.

        :raise UserError: names the addon and the register
        """
        names = set(self.mapped("name"))
        owners = {
            model_name: model_class._original_module
            for model_name, model_class in self.env.registry.items()
            if hasattr(model_class, "_evidence_register") and model_class._original_module in names
        }
        # sudo: the lock holds for the evidence of all companies
        groups = (
            self.env["compliance.evidence.link"]
            .sudo()
            ._read_group(
                [("res_model", "in", list(owners)), ("disposal_id", "=", False)],
                ["res_model"],
                ["__count"],
                limit=1,
            )
        )
        for model_name, count in groups:
            raise UserError(
                self.env._(
                    "“%(addon)s” cannot be uninstalled: %(count)s closed records of “%(register)s” are evidence and "
                    "would be lost.",
                    addon=owners[model_name],
                    count=count,
                    register=self.env["compliance.evidence.chain"]._get_register_label(model_name),
                )
            )
