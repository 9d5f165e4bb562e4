# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_warranty_term
from . import test_warranty_registration
from . import test_warranty_frozen
from . import test_repair_coverage
from . import test_repair_state
from . import test_old_part_valuation
from . import test_helpdesk_ticket
from . import test_helpdesk_portal
from . import test_helpdesk_chinese
from . import test_access
from . import test_service_stage
from . import test_customer_signature
