# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_access
from . import test_agreement
from . import test_amount_in_words
from . import test_claim
from . import test_claim_answer
from . import test_claim_histories
from . import test_claim_portal
from . import test_claim_slice
from . import test_collect
from . import test_old_part
from . import test_recovery_report
from . import test_settlement
from . import test_settlement_way
from . import test_statement
from . import test_two_at_once
