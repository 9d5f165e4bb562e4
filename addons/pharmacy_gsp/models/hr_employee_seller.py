# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model
    def _gsp_find_ready_seller(self, user, company):
        """Employee of ``user`` who plainly may sell: asked at each sale, so in one query.

        Empty as soon as anything is unusual; the entitlement then says what it is.
        """
        day = company._get_law_date()
        counts = Domain("state", "=", "confirmed") & Domain("date", "<=", day)
        valid = counts & Domain("valid_to", ">=", day)
        # sudo: whoever sells need not be allowed to read staff files; only the verdict comes out
        if "sell" in self.env["gsp.license.requirement"]._get_acts():
            return self.browse()
        return self.sudo().search(
            Domain("user_id", "=", user.id)
            & Domain("company_id", "in", company.parent_ids.ids)
            & Domain("gsp_post_ids.may_sell", "=", True)
            & Domain("gsp_health_check_ids", "any", valid & Domain("result", "=", "fit"))
            & ~Domain("gsp_health_check_ids", "any", counts & Domain("result", "=", "unfit"))
            & Domain("gsp_training_ids", "any", valid),
            limit=1,
        )
