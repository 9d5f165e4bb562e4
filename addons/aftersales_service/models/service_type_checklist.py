# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ServiceTypeChecklist(models.Model):
    _name = "service.type.checklist"
    _description = "Checklist of a Service Type"
    _order = "moment, sequence, id"

    service_type_id = fields.Many2one("service.type", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="service_type_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    moment = fields.Selection(
        [("intake", "Before the customer signs the intake"), ("work", "Before the work is finished")],
        string="To Be Done",
        required=True,
        default="intake",
    )
    template_id = fields.Many2one(
        "compliance.checklist.template",
        string="Checklist",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'published'), ('res_model', 'in', ('repair.order', False))]",
        help="Whichever version is published when the checklist is made.",
    )

    _template_uniq = models.Constraint(
        "UNIQUE(service_type_id, template_id)", "A service type names each checklist once."
    )
