# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii
from collections import namedtuple
from datetime import date, datetime
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mimetypes import guess_mimetype

from .parts_claim_line_station import RETURN_CAUSES, STATION_KINDS

FILE_TYPES = ("image/jpeg", "image/png", "image/webp", "application/pdf")
MAX_FILES = 10
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_QUANTITY = 100_000
MAX_PRICE = 100_000_000
TEXTS = ("document", "serial", "kind", "part", "operation", "description", "symptom", "return_cause", "note")
LONGEST = {"document": 64, "serial": 64, "description": 200, "symptom": 500, "note": 500}

# One line as it will be filed: records and values instead of what somebody typed.
StationLine = namedtuple(
    "StationLine",
    "agreement unit product operation uom kind quantity price repair_date report_date meter texts files",
)


class StationClaimReader(models.AbstractModel):
    """Reads lines as stations send them, whatever the door, and names everything wrong with each line.

    A line is a dict: document, serial, kind, part, operation, description, quantity, price, repair_date, report_date,
    meter, symptom, return_cause, note, files. Dates are ISO texts or dates; ``files`` is a list of dicts with
    ``name`` and ``content`` (bytes, or base64 text).
    """

    _name = "station.claim.reader"
    _description = "Reader of Station Claims"

    @api.model
    def _read(self, station, company, lines):
        """Read the lines of a station for one of our companies; the number of queries does not grow with the lines.

        :return: (dict index -> StationLine, dict index -> list of what is wrong); each index is in one of the two
        """
        errors, parsed = {}, {}
        for index, line in enumerate(lines):
            messages = []
            parsed[index] = self._parse(line, company, messages)
            errors[index] = messages
        found = self._find_records(company, parsed.values())
        good = {}
        for index, values in parsed.items():
            if values is not None:
                good[index] = self._match(values, company, found, errors[index])
        self._match_agreements(station, company, good, errors)
        self._check_once(station, company, good, errors)
        return (
            {index: line for index, line in good.items() if not errors[index]},
            {index: messages for index, messages in errors.items() if messages},
        )

    # What was typed

    @api.model
    def _parse(self, line, company, messages):
        """Values of the right kind; None if nothing can be made of the line."""
        if not isinstance(line, dict):
            messages.append(self.env._("A line is a set of named values."))
            return None
        texts = {name: self._to_text(line.get(name))[: LONGEST.get(name, 100)] for name in TEXTS}
        labels = self._get_labels()
        for name in ("document", "serial", "kind"):
            if not texts[name]:
                messages.append(self.env._("%(field)s is missing.", field=labels[name]))
        texts["kind"] = texts["kind"].lower()
        if texts["kind"] and texts["kind"] not in STATION_KINDS:
            messages.append(
                self.env._(
                    "“%(kind)s” is no kind of cost. Use: %(kinds)s.",
                    kind=texts["kind"],
                    kinds=", ".join(STATION_KINDS),
                )
            )
        causes = dict(RETURN_CAUSES)
        if texts["return_cause"] and texts["return_cause"] not in causes:
            messages.append(
                self.env._(
                    "“%(cause)s” is no cause of return. Use: %(causes)s.",
                    cause=texts["return_cause"],
                    causes=", ".join(causes),
                )
            )
        values = {"texts": texts, "files": self._parse_files(line.get("files") or [], messages)}
        values["quantity"] = self._parse_number(line, "quantity", MAX_QUANTITY, messages)
        values["price"] = self._parse_number(line, "price", MAX_PRICE, messages)
        values["meter"] = self._parse_meter(line, messages)
        values["repair_date"] = self._parse_date(line, "repair_date", company, messages)
        values["report_date"] = (
            self._parse_date(line, "report_date", company, messages)
            if line.get("report_date")
            else values["repair_date"]
        )
        if values["repair_date"] and values["report_date"] and values["report_date"] > values["repair_date"]:
            messages.append(self.env._("The fault was reported after the repair."))
        return values

    @api.model
    def _get_labels(self):
        return {
            "description": self.env._("Description"),
            "document": self.env._("Document"),
            "kind": self.env._("Kind"),
            "meter": self.env._("Meter"),
            "price": self.env._("Price"),
            "quantity": self.env._("Quantity"),
            "repair_date": self.env._("Repair Date"),
            "report_date": self.env._("Report Date"),
            "serial": self.env._("Serial"),
        }

    @api.model
    def _to_text(self, value):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None or value is False else " ".join(str(value).split())

    @api.model
    def _parse_number(self, line, name, most, messages):
        """A figure above 0 and below what can be meant; 0 if it is none."""
        label = self._get_labels()[name]
        value = self._to_number(line.get(name))
        if value is None:
            messages.append(
                self.env._("%(field)s: “%(value)s” is no number.", field=label, value=line.get(name))
            )
        elif not 0 < value <= most:
            messages.append(
                self.env._(
                    "%(field)s: %(value)s is not between 0 and %(most)s.",
                    field=label,
                    value=self._to_text(line.get(name)),
                    most=f"{most:,}",
                )
            )
        else:
            return value
        return 0.0

    @api.model
    def _parse_meter(self, line, messages):
        if line.get("meter") in (None, False, ""):
            return 0.0
        value = self._to_number(line["meter"])
        if value is not None and 0 <= value <= MAX_PRICE:
            return value
        messages.append(
            self.env._(
                "%(field)s: “%(value)s” is no reading.",
                field=self._get_labels()["meter"],
                value=line["meter"],
            )
        )
        return 0.0

    @api.model
    def _to_number(self, value):
        if isinstance(value, bool) or value is None:
            return None
        try:
            number = float(value.strip() if isinstance(value, str) else value)
        except (TypeError, ValueError):
            return None
        return number if isfinite(number) else None

    @api.model
    def _parse_date(self, line, name, company, messages):
        label, value = self._get_labels()[name], line.get(name)
        if isinstance(value, datetime):
            value = value.date()
        if not isinstance(value, date):
            try:
                value = fields.Date.from_string(self._to_text(value)) if value else None
            except ValueError:
                value = None
        if not value:
            messages.append(self.env._("%(field)s: write a day as 2026-01-31.", field=label))
            return None
        if value > company._get_law_date():
            messages.append(self.env._("%(field)s: %(date)s is in the future.", field=label, date=value))
            return None
        return value

    # Files

    @api.model
    def _parse_files(self, files, messages):
        """List of (name, bytes) of files of the allowed kinds; by what they hold, not by their names."""
        if not isinstance(files, list) or len(files) > MAX_FILES:
            messages.append(self.env._("Send at most %(most)s files with a line.", most=MAX_FILES))
            return []
        read = []
        for file in files:
            try:
                read.append(self._read_file(file))
            except UserError as error:
                messages.append(error.args[0])
        return read

    @api.model
    def _read_file(self, file):
        """(name, bytes) of a file that was sent.

        :raise UserError: it is too large, or neither a picture nor a PDF
        """
        name = self._to_text(file.get("name") if isinstance(file, dict) else "")[:200] or self.env._("File")
        content = file.get("content") if isinstance(file, dict) else None
        if isinstance(content, str):
            try:
                content = base64.b64decode(content, validate=True)
            except (binascii.Error, ValueError):
                content = None
        if not isinstance(content, bytes) or not content:
            raise UserError(self.env._("“%(name)s” cannot be read.", name=name))
        if len(content) > MAX_FILE_BYTES:
            raise UserError(
                self.env._(
                    "“%(name)s” is larger than %(size)s MB.", name=name, size=MAX_FILE_BYTES // 1024 // 1024
                )
            )
        if guess_mimetype(content) not in FILE_TYPES:
            raise UserError(
                self.env._("“%(name)s” is neither a picture (JPEG, PNG, WebP) nor a PDF.", name=name)
            )
        return name, content

    # What it means in our records

    @api.model
    def _find_records(self, company, parsed):
        """Units, parts and operations that the lines name: dicts of upper-case text -> records."""
        texts = [values["texts"] for values in parsed if values is not None]
        return {
            "serial": self._find("stock.lot", ("name", "vin", "license_plate"), texts, "serial", company),
            "part": self._find("product.product", ("default_code", "barcode"), texts, "part", company),
            "operation": self._find("repair.operation", ("code",), texts, "operation", company),
        }

    @api.model
    def _find(self, model, names, texts, key, company):
        wanted = {variant for text in texts if text[key] for variant in (text[key], text[key].upper())}
        if not wanted:
            return {}
        domain = Domain.OR(Domain(name, "in", list(wanted)) for name in names)
        records = self.env[model].search(domain & Domain("company_id", "in", [company.id, False]))
        found = {}
        for record in records:
            for value in {record[name].upper() for name in names if record[name]}:
                found[value] = found.get(value, records.browse()) | record
        return found

    @api.model
    def _match(self, values, company, found, messages):
        """The line with the records it names; what cannot be found is added to the messages."""
        texts = values["texts"]
        unit = self._pick(found["serial"], texts["serial"], self._get_labels()["serial"], messages)
        part = self._pick(found["part"], texts["part"], self.env._("Part"), messages)
        operation = self._pick(found["operation"], texts["operation"], self.env._("Operation"), messages)
        if texts["kind"] == "part" and not texts["part"]:
            messages.append(self.env._("Part is missing: write its number."))
        lines = self.env["parts.claim.line"]
        product, uom = part or self.env["product.product"], part.uom_id if part else self.env["uom.uom"]
        if texts["kind"] == "labor":
            default = lines._get_constant("product.product", "aftersales_service.product_labor")
            product = operation.product_id if operation else default
            product = product or company.service_labor_product_id or default
            uom = lines._get_constant("uom.uom", "uom.product_uom_hour")
        elif texts["kind"] != "part":
            product = lines._get_constant("product.product", "parts_claims.product_expense")
            distance = texts["kind"] == "mileage"
            uom = lines._get_constant("uom.uom", "uom.product_uom_km") if distance else product.uom_id
        return StationLine(
            agreement=self.env["claim.agreement"],
            unit=unit or self.env["stock.lot"],
            product=product,
            operation=operation or self.env["repair.operation"],
            uom=uom,
            kind=texts["kind"],
            quantity=values["quantity"],
            price=values["price"],
            repair_date=values["repair_date"],
            report_date=values["report_date"],
            meter=values["meter"],
            texts=texts,
            files=values["files"],
        )

    @api.model
    def _pick(self, found, text, label, messages):
        """The one record of a text; None if the text is empty or does not name exactly one."""
        if not text:
            return None
        records = found.get(text.upper())
        if not records:
            messages.append(self.env._("%(field)s “%(value)s” is not known to us.", field=label, value=text))
            return None
        if len(records) > 1:
            messages.append(
                self.env._(
                    "%(field)s “%(value)s” is not unique. Ask us which to write.", field=label, value=text
                )
            )
            return None
        return records

    @api.model
    def _match_agreements(self, station, company, good, errors):
        """Add to each line its agreement, and check whether it may still be filed."""
        parts = {}
        for index, line in good.items():
            if line.kind == "part" and not errors[index]:
                parts.setdefault((line.unit, line.texts["document"]), line.product)
        keys = {}
        for index, line in good.items():
            if not errors[index]:
                subject = (
                    line.product if line.kind == "part" else parts.get((line.unit, line.texts["document"]))
                )
                keys[index] = (company, station, subject or line.unit.product_id, line.repair_date)
        found = self.env["claim.agreement"]._find(keys.values(), direction="inbound")
        today = company._get_law_date()
        for index, key in keys.items():
            fits = found[key]
            if len(fits) != 1:
                errors[index].append(
                    self.env._(
                        "No agreement with you covers %(part)s on %(date)s.",
                        part=key[2].display_name,
                        date=key[3],
                    )
                    if not fits
                    else self.env._(
                        "Several agreements with you fit %(part)s. Ask us.", part=key[2].display_name
                    )
                )
                continue
            agreement = fits[0][0]
            good[index] = good[index]._replace(agreement=agreement)
            deadline = agreement._get_filing_deadline(key[3])
            if deadline and deadline < today:
                errors[index].append(
                    self.env._(
                        "Repairs of %(date)s had to be filed by %(deadline)s.", date=key[3], deadline=deadline
                    )
                )

    @api.model
    def _check_once(self, station, company, good, errors):
        """Nothing is filed twice: neither in the same list nor in an earlier claim."""
        lines = self.env["parts.claim.line"]
        keys = {
            index: lines._get_station_key(
                company, station, line.unit, line.texts["document"], line.kind, line.product, line.operation
            )
            for index, line in good.items()
            if not errors[index]
        }
        known = lines.search(
            Domain("source_key", "in", list(set(keys.values())))
            & Domain("decision", "!=", "returned")
            & lines._get_live_domain()
        ).grouped("source_key")
        seen = {}
        for index, key in keys.items():
            if key in known:
                errors[index].append(
                    self.env._("Filed already with claim %(claim)s.", claim=known[key][:1].claim_id.name)
                )
            elif key in seen:
                errors[index].append(
                    self.env._("Filed twice: the same as line %(line)s.", line=seen[key] + 1)
                )
            seen.setdefault(key, index)
