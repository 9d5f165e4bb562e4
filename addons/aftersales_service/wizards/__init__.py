# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import repair_coverage
from . import service_customer_signature_wizard
from . import warranty_registration_close
from . import warranty_registration_recognize
from . import warranty_registration_replace
from . import warranty_campaign_import
from . import warranty_statute_answer
from . import repair_credit
from . import service_callback_call
from . import repair_rework
from . import service_appointment_late
from . import repair_photo_upload
