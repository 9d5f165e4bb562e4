# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from ..roles import MANAGER

# (figure, decimals it is reported with); changes are those of the figures as reported.
FIGURES = {
    "mechanical_per_car": 0,
    "cars_per_mechanic": 1,
    "body_per_car": 0,
    "body_per_piece": 0,
    "pieces_per_painter": 0,
    "cars_per_head": 1,
    "daily_cars_per_mechanic": 2,
    "daily_pieces_per_painter": 2,
    "absorption": 1,
}
COMPARED = ("mechanical_per_car", "cars_per_mechanic", "body_per_car", "pieces_per_painter", "cars_per_head")


class ServiceKpi(models.Model):
    """Productivity of a workshop over a period: output per car, piece and head, and how far the margin of after-sales
    pays for the whole house (service absorption)."""

    _name = "service.kpi"
    _description = "Service Figures"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    months = fields.Integer(compute="_compute_months", store=True)
    working_days = fields.Integer(
        string="Working Days per Month",
        required=True,
        default=lambda self: self.env.company.service_working_days,
    )
    # What was counted
    staff_count = fields.Integer(string="Staff")
    mechanic_count = fields.Integer(string="Mechanics")
    painter_count = fields.Integer(string="Painters")
    mechanical_cars = fields.Integer(string="Mechanical: Units")
    mechanical_revenue = fields.Monetary(string="Mechanical: Revenue")
    body_cars = fields.Integer(string="Body and Paint: Units")
    body_pieces = fields.Integer(string="Body and Paint: Pieces")
    body_revenue = fields.Monetary(string="Body and Paint: Revenue")
    margin = fields.Monetary(string="After-Sales Margin")
    store_cost = fields.Monetary(string="Total Cost of the House")
    # What follows
    mechanical_per_car = fields.Float(
        string="Mechanical: Revenue per Unit",
        compute="_compute_figures",
        store=True,
        digits=(16, 0),
        aggregator="avg",
    )
    cars_per_mechanic = fields.Float(
        string="Units per Mechanic and Month",
        compute="_compute_figures",
        store=True,
        digits=(16, 1),
        aggregator="avg",
    )
    body_per_car = fields.Float(
        string="Body and Paint: Revenue per Unit",
        compute="_compute_figures",
        store=True,
        digits=(16, 0),
        aggregator="avg",
    )
    body_per_piece = fields.Float(
        string="Revenue per Piece", compute="_compute_figures", store=True, digits=(16, 0), aggregator="avg"
    )
    pieces_per_painter = fields.Float(
        string="Pieces per Painter and Month",
        compute="_compute_figures",
        store=True,
        digits=(16, 0),
        aggregator="avg",
    )
    cars_per_head = fields.Float(
        string="Units per Head and Month",
        compute="_compute_figures",
        store=True,
        digits=(16, 1),
        aggregator="avg",
    )
    daily_cars_per_mechanic = fields.Float(
        string="Units per Mechanic and Day",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
        aggregator="avg",
    )
    daily_pieces_per_painter = fields.Float(
        string="Pieces per Painter and Day",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
        aggregator="avg",
    )
    absorption = fields.Float(
        string="Service Absorption (%)",
        compute="_compute_figures",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="After-sales margin divided by the total cost of the house.",
    )
    # Against the period before
    previous_id = fields.Many2one("service.kpi", string="Compared With", compute="_compute_changes")
    mechanical_per_car_change = fields.Float(
        string="Revenue per Unit ±%", compute="_compute_changes", digits=(16, 1)
    )
    cars_per_mechanic_change = fields.Float(
        string="Units per Mechanic ±%", compute="_compute_changes", digits=(16, 1)
    )
    body_per_car_change = fields.Float(
        string="Body and Paint: Revenue per Unit ±%", compute="_compute_changes", digits=(16, 1)
    )
    pieces_per_painter_change = fields.Float(
        string="Pieces per Painter ±%", compute="_compute_changes", digits=(16, 1)
    )
    cars_per_head_change = fields.Float(
        string="Units per Head ±%", compute="_compute_changes", digits=(16, 1)
    )

    _dates = models.Constraint("CHECK(date_to >= date_from)", "The period ends before it begins.")
    _working_days = models.Constraint(
        "CHECK(working_days BETWEEN 1 AND 31)", "A month has 1 to 31 working days."
    )
    _period_uniq = models.Constraint(
        "UNIQUE(company_id, date_from, date_to)", "The figures of this period exist already."
    )

    # Compute

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for kpi in self:
            kpi.name = f"{kpi.date_from or ''} – {kpi.date_to or ''}"

    @api.depends("date_from", "date_to")
    def _compute_months(self):
        """Calendar months that the period touches."""
        for kpi in self:
            start, end = kpi.date_from, kpi.date_to
            kpi.months = (end.year - start.year) * 12 + end.month - start.month + 1 if start and end else 0

    @api.depends(
        "months",
        "working_days",
        "staff_count",
        "mechanic_count",
        "painter_count",
        "mechanical_cars",
        "mechanical_revenue",
        "body_cars",
        "body_pieces",
        "body_revenue",
        "margin",
        "store_cost",
    )
    def _compute_figures(self):
        for kpi in self:
            kpi.update(kpi._get_figures())

    def _get_figures(self):
        """Each figure, rounded as it is reported; the daily ones are the reported monthly ones divided by the working
        days. What cannot be divided is 0."""
        self.ensure_one()
        ratios = {
            "mechanical_per_car": (self.mechanical_revenue, self.mechanical_cars),
            "cars_per_mechanic": (self.mechanical_cars, self.months * self.mechanic_count),
            "body_per_car": (self.body_revenue, self.body_cars),
            "body_per_piece": (self.body_revenue, self.body_pieces),
            "pieces_per_painter": (self.body_pieces, self.months * self.painter_count),
            "cars_per_head": (self.mechanical_cars + self.body_cars, self.months * self.staff_count),
            "absorption": (100 * self.margin, self.store_cost),
        }
        figures = {name: self._divide(name, *ratio) for name, ratio in ratios.items()}
        for daily, monthly in (
            ("daily_cars_per_mechanic", "cars_per_mechanic"),
            ("daily_pieces_per_painter", "pieces_per_painter"),
        ):
            figures[daily] = self._divide(daily, figures[monthly], self.working_days)
        return figures

    def _divide(self, name, amount, by):
        return float_round(amount / by, precision_digits=FIGURES[name]) if by else 0.0

    @api.depends(*COMPARED, "date_from", "company_id")
    def _compute_changes(self):
        for kpi in self:
            previous = self.search(
                [("company_id", "=", kpi.company_id.id), ("date_to", "<", kpi.date_from)],
                order="date_to desc",
                limit=1,
            )
            kpi.previous_id = previous
            for name in COMPARED:
                base = previous[name]
                change = 100 * (kpi[name] - base) / base if base else 0.0
                kpi[f"{name}_change"] = float_round(change, precision_digits=1)

    # Actions

    def action_collect(self):
        """Count units, pieces and revenue of the period from the repairs handed over in it. Managers."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise UserError(self.env._("Only an after-sales manager collects the service figures."))
        for kpi in self:
            kpi.write(kpi._collect())
        return True

    def _collect(self):
        """Figures counted from the repairs handed over in the period: values of this record."""
        self.ensure_one()
        start, _end = self.company_id._get_law_day_bounds(self.date_from)
        _start, end = self.company_id._get_law_day_bounds(self.date_to)
        groups = self.env["service.report"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("delivered_on", ">=", start),
                ("delivered_on", "<", end),
            ],
            ["trade"],
            ["__count", "amount_full:sum", "painted_pieces:sum"],
        )
        counted = {trade: values for trade, *values in groups}
        cars, revenue, _pieces = counted.get("mechanical", (0, 0.0, 0))
        body_cars, body_revenue, pieces = counted.get("body", (0, 0.0, 0))
        return {
            "mechanical_cars": cars,
            "mechanical_revenue": revenue,
            "body_cars": body_cars,
            "body_revenue": body_revenue,
            "body_pieces": pieces,
        }
