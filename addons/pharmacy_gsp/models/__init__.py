# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import gsp_storage_condition
from . import product_template
from . import product_product
from . import gsp_gate
from . import gsp_prescription
from . import gsp_prescription_review
from . import gsp_prescription_dispensing
from . import gsp_prescription_line
from . import gsp_sale_record
from . import stock_location
from . import stock_lot
from . import stock_quant
from . import stock_move
from . import stock_move_line
from . import stock_picking
from . import sale_order
from . import sale_order_line
