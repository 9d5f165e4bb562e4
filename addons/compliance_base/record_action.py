# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError


def open_record_action(env, model_name, res_id):
    """Return the action that opens a record named by model and id, which nothing else ties to what names it.

    :raise UserError: if the record does not exist any more
    :raise AccessError: if the user may not read it
    """
    record = env[model_name].browse(res_id).exists() if model_name in env and res_id else None
    if not record:
        raise UserError(
            env._("The record %(model)s,%(id)s does not exist any more.", model=model_name, id=res_id)
        )
    record.check_access("read")
    return {
        "type": "ir.actions.act_window",
        "name": record.display_name,
        "res_model": model_name,
        "res_id": res_id,
        "view_mode": "form",
        "views": [(False, "form")],
    }
