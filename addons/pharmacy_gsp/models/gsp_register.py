# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import datetime

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import formatLang

from ..register import Column

BATCH = 1000


class GspRegister(models.AbstractModel):
    """The registers of the pharmacy: one declaration each, from which spreadsheet and print are made.

    Rows are read in batches and forgotten, so that memory does not grow with the period. Add a register by extending
    ``_get_registers``.
    """

    _name = "gsp.register"
    _description = "GSP Register"

    @api.model
    def _get_registers(self):
        """All ``Register`` declarations, in the order in which they are offered; titles in the user's language."""
        return []

    @api.model
    def _get_register(self, code):
        """Declaration of this code, if the user may print it."""
        register = next((item for item in self._get_registers() if item.code == code), None)
        if not register:
            raise UserError(self.env._("There is no such register: %(code)s.", code=code))
        if not self.env.user.has_groups(register.groups):
            raise AccessError(self.env._("You may not print the register “%(title)s”.", title=register.title))
        return register

    # -- rows ---------------------------------------------------------------------------------------------------

    @api.model
    def _get_domain(self, register, company, date_from=None, date_to=None, parent_id=None):
        """Domain of the rows of a register; whoever prints sees no more than in the screens."""
        model = self.env[register.model]
        domain = Domain(list(register.domain))
        if register.parent:
            self.env[register.parent[0]].browse(parent_id).check_access("read")
            domain &= Domain(register.parent[1], "=", parent_id)
        elif "company_id" in model._fields:
            domain &= Domain("company_id", "=", company.id)
        if register.period:
            if self._is_datetime(register):
                start = company._get_law_day_bounds(date_from)[0]
                stop = company._get_law_day_bounds(date_to)[1]
                domain &= Domain(register.period, ">=", start) & Domain(register.period, "<", stop)
            else:
                domain &= Domain(register.period, ">=", date_from) & Domain(register.period, "<=", date_to)
        return domain

    @api.model
    def _is_datetime(self, register):
        return self._get_field(register.model, register.period).type == "datetime"

    @api.model
    def _get_field(self, model, path):
        """Field at the end of a path such as ``product_id.gsp_strength``."""
        *steps, last = path.split(".")
        for step in steps:
            model = self.env[model]._fields[step].comodel_name
        return self.env[model]._fields[last]

    @api.model
    def _iterate(self, register, domain):
        """Yield the records one by one, in the order of the register, keeping no more than a batch in memory."""
        model = self.env[register.model]
        if not register.period or "." in register.period:
            yield from self._iterate_ids(model, domain, register.order)
            return
        key, last = register.period, None
        while True:
            rest = Domain.TRUE
            if last:
                rest = Domain(key, ">", last[0]) | (Domain(key, "=", last[0]) & Domain("id", ">", last[1]))
            batch = model.search(domain & rest, order=f"{key}, id", limit=BATCH)
            yield from batch
            if len(batch) < BATCH:
                return
            last = batch[-1][key], batch[-1].id
            self._forget()

    @api.model
    def _iterate_ids(self, model, domain, order):
        ids = model._search(domain, order=order).get_result_ids()
        for start in range(0, len(ids), BATCH):
            yield from model.browse(ids[start : start + BATCH])
            self._forget()

    @api.model
    def _forget(self):
        self.env.flush_all()
        self.env.invalidate_all(flush=False)

    # -- columns ------------------------------------------------------------------------------------------------

    @api.model
    def _get_columns(self, register, full_identity=False):
        """Columns, with the buyer's name and number in full where the print was asked for that way."""
        columns = list(register.columns)
        if full_identity and register.identity:
            columns += [
                # sudo: whoever asked may see them in full, and each look has been kept
                Column(
                    register.identity,
                    12,
                    self.env._("Name in Full"),
                    value=lambda record: record[register.identity].sudo().name or "",
                ),
                Column(
                    register.identity,
                    20,
                    self.env._("Number in Full"),
                    value=lambda record: record[register.identity].sudo().number or "",
                ),
            ]
        return columns

    @api.model
    def _get_labels(self, register, columns):
        """Headings of the columns, in the language of the environment."""
        return [
            column.label or self._get_field(register.model, column.name)._description_string(self.env)
            for column in columns
        ]

    @api.model
    def _get_readers(self, register, columns):
        """Functions that take a record and give the value of each column: text, number, date, datetime or ''."""
        return [column.value or self._get_reader(register.model, column.name) for column in columns]

    @api.model
    def _get_reader(self, model, path):
        field, names = self._get_field(model, path), path.split(".")
        labels = dict(field._description_selection(self.env)) if field.type == "selection" else {}

        def read(record):
            value = record
            for name in names:
                value = value[name]
            if field.relational:
                return ", ".join(value.mapped("display_name"))
            if field.type == "selection":
                return labels.get(value, "")
            if field.type == "boolean":
                return self.env._("yes") if value else ""
            if field.type in ("float", "integer", "monetary"):
                return value
            return value or ""

        return read

    @api.model
    def _get_totals(self, columns, values, totals=None):
        """Add the values of one row to the sums, by number of the column."""
        totals = defaultdict(float) if totals is None else totals
        for index, column in enumerate(columns):
            if column.total:
                totals[index] += values[index] or 0.0
        return totals

    @api.model
    def _to_local(self, value, company):
        """A moment as the clock on the wall of the company shows it."""
        return company._get_law_datetime(value).replace(tzinfo=None) if isinstance(value, datetime) else value

    @api.model
    def _to_text(self, value, company):
        """A value as it is printed."""
        if isinstance(value, datetime):
            zone = str(company._get_law_timezone())
            return format_datetime(self.env, value, tz=zone, dt_format="yyyy-MM-dd HH:mm")
        if isinstance(value, bool) or value in ("", None):
            return ""
        if isinstance(value, float):
            digits = next((n for n in range(5) if abs(round(value, n) - value) < 0.000005), 4)
            return formatLang(self.env, value, digits=digits)
        if hasattr(value, "year"):
            return format_date(self.env, value, date_format="yyyy-MM-dd")
        return str(value)
