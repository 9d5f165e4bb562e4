# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import compliance_edition_wizard
from . import compliance_figure_lookup
from . import compliance_signature_wizard
from . import compliance_disposal_wizard
from . import compliance_head_wizard
from . import base_partner_merge
