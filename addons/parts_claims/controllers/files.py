# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.http import content_disposition, request


def send_file(content, name, kind):
    """Answer with a file to be saved; the browser does not guess what it might be.

    :param bytes content: what is in it
    :param name: the name it is saved under
    :param kind: its media type
    """
    headers = [
        ("Content-Type", kind),
        ("Content-Length", len(content)),
        ("Content-Disposition", content_disposition(name)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return request.make_response(content, headers)
