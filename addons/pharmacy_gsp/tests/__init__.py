# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_concurrency
from . import test_delivery_gate
from . import test_prescription
from . import test_product
from . import test_query_budget
from . import test_sale_gate
from . import test_sale_record
from . import test_first_approval
from . import test_license
from . import test_staff
from . import test_product_master
from . import test_master_reports
from . import test_prescription_writing
from . import test_prescription_handling
