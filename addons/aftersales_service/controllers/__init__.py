# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import helpdesk
from . import warranty_check
from . import warranty_portal
from . import warranty_return_card
from . import repair
from . import helpdesk_photo
