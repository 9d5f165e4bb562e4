# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import gsp_staff_reports
from . import gsp_split_reports
from . import gsp_sale_voucher
from . import gsp_register_reports
