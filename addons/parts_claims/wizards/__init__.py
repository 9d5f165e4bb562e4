# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import old_part_difference
from . import old_part_place_wizard
from . import claim_agreement_import
from . import parts_claim_source
from . import parts_claim_split
from . import claim_answer_import
from . import station_claim_import
from . import claim_audit_decision
from . import claim_rule_trial
