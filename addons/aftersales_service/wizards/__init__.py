# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import repair_coverage
from . import service_customer_signature_wizard
from . import warranty_registration_close
from . import repair_rework
from . import service_appointment_late
