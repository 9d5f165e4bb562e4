# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import claim_settlement_xlsx
from . import claim_recovery_report
from . import claim_rule_report
