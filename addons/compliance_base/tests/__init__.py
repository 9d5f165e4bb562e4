# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_law_date
from . import test_parameter_change
from . import test_parameter_data
from . import test_parameter_value
from . import test_checklist
from . import test_checklist_mixin
from . import test_evidence_lock
from . import test_evidence_chain
from . import test_evidence_parallel
from . import test_refusal
from . import test_signature
from . import test_evidence_disposal
from . import test_evidence_volume
