# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import gsp_prescription_refuse
from . import gsp_product_import
from . import gsp_product_import_line
from . import gsp_step_reason
from . import gsp_trace_scan
from . import gsp_buyer_register
from . import stock_return_picking
from . import gsp_decoction_scan
from . import gsp_register_wizard
from . import gsp_lot_trace
from . import gsp_lot_trace_step
from . import gsp_lot_trace_buyer
