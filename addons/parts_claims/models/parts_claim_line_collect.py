# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .parts_claim_line_kind import SOURCE_FIELDS
from .repair_labor_claim import CLAIMED_COVERAGES

# One share of one cost: the document (``record``), what was used and when, and whom to ask. ``subject`` is the part
# by which the agreement is found; ``party`` is empty for the supplier of that part; ``problem`` says why nobody can
# be asked.
ClaimSource = namedtuple(
    "ClaimSource",
    "record kind company party share product subject quantity uom when repair move origin_kind problem",
)


class PartsClaimLine(models.Model):
    """How lines come about: from each document of a cost, once, with a line for each supplier who answers for it."""

    _inherit = "parts.claim.line"

    @api.model
    def _collect(self, moves):
        """Make the claim lines of each covered part move that has none; called by the system only.

        Nothing is lost: a move without supplier, agreement or price gets a blocked line that names the problem.

        :param moves: done ``stock.move`` for which ``_is_claimable()`` holds
        :return: the new lines
        """
        return self._collect_records(moves)

    @api.model
    def _collect_records(self, records):
        """Make the claim lines of documents that have none yet; called by the system only.

        :param records: ``stock.move``, ``repair.labor`` or ``claim.expense``
        :return: the new lines
        """
        if not records:
            return self.browse()
        name = self._get_source_field(records)
        known = self.search(Domain(name, "in", records.ids) & self._get_live_domain())[name]
        fresh = (records - known).sorted("id")
        sources = [source for record in fresh for source in self._get_sources(record)]
        terms = self._get_terms(sources)
        prepared = {source: self._prepare_vals(source) | terms[source] for source in sources}
        for vals in prepared.values():
            # Known beforehand, so that it is not written a second time after the line.
            vals["state"] = self._pick_waiting_state(vals)
        # The first share of a cost carries its key; the others name it as their origin.
        first = {}
        for source in sources:
            first.setdefault(source.record, source)
        lines = self.create([prepared[source] for source in first.values()])
        roots = dict(zip(first, lines, strict=True))
        others = [source for source in sources if source is not first[source.record]]
        lines |= self.create(
            [prepared[source] | {"split_from_id": roots[source.record].id} for source in others]
        )
        lines._attach_old_parts()
        return lines

    @api.model
    def _collect_defect(self, record, quantity, party, origin_kind, reason):
        """Make the claim line of goods that are not from a repair; called by the system only.

        :param record: done ``stock.scrap`` or ``stock.move``
        :param quantity: how many are claimed, in the product's unit
        :param party: ``res.partner`` named as responsible; empty for the supplier of the goods
        :return: the new line
        :raise UserError: the goods are claimed already
        """
        name = self._get_source_field(record)
        if self.search_count(Domain(name, "=", record.id) & self._get_live_domain(), limit=1):
            raise UserError(
                self.env._("%(origin)s is claimed already.", origin=self._get_record_label(record))
            )
        source = self._get_source(
            record, party.commercial_partner_id, 100.0, "", origin_kind=origin_kind, quantity=quantity
        )
        vals = self._prepare_vals(source) | self._get_terms([source])[source]
        return self.create(vals | {"defect_reason": reason})

    @api.model
    def _collect_missed(self, limit=None):
        """Look again for what the repairs' own hook could not claim.

        :param limit: at most so many documents of each kind at once
        :return: number of documents found without a line
        """
        moves = self.env["stock.move"].search(
            Domain("repair_id", "!=", False)
            & Domain("repair_line_type", "=", "add")
            & Domain("coverage", "in", CLAIMED_COVERAGES)
            & Domain("state", "=", "done")
            & Domain("claim_line_ids", "not any", self._get_live_domain()),
            limit=limit,
        )
        labor = self.env["repair.labor"].search(
            self.env["repair.labor"]._get_missed_claim_domain(), limit=limit
        )
        expenses = self.env["claim.expense"].search(
            self.env["claim.expense"]._get_missed_claim_domain(), limit=limit
        )
        moves.repair_id._collect_claims()
        self._collect_records(labor)
        self._collect_records(expenses)
        (moves.repair_id | labor.repair_id | expenses.repair_id)._link_main_lines()
        return len(moves) + len(labor) + len(expenses)

    @api.model
    def _get_source_field(self, records):
        return next(name for name in SOURCE_FIELDS if self._fields[name].comodel_name == records._name)

    @api.model
    def _get_sources(self, record):
        """The shares of a cost, one for each company that answers for it.

        :return: list of ClaimSource, never empty
        """
        parties = record._get_claim_parties()
        if not parties:
            problem = self.env._(
                "No supplier answers for the fault of %(origin)s: it is our own, or the customer's. Let a manager "
                "waive the line, or correct who is responsible.",
                origin=self._get_record_label(record),
            )
            return [self._get_source(record, self.env["res.partner"], 100.0, problem)]
        return [self._get_source(record, party, share, "") for party, share in parties]

    @api.model
    def _get_source(self, record, party, share, problem, **changes):
        """One share of a cost. The document itself says what it is, see ``_prepare_claim_source()``."""
        facts = record._prepare_claim_source() | changes
        return ClaimSource(
            record=record, company=record.company_id, party=party, share=share, problem=problem, **facts
        )

    def _get_own_source(self):
        """The share of a cost that this line stands for, to find its terms anew."""
        self.ensure_one()
        record = self._get_source_record()
        # Of goods that are not from a repair, the user has said how many are claimed.
        changes = (
            {"quantity": self.quantity} if self.scrap_id or (self.move_id and not self.repair_id) else {}
        )
        parties = self._get_sources(record) if not self.party_id and self.split_share == 100 else []
        problem = parties[0].problem if len(parties) == 1 else ""
        return self._get_source(record, self.party_id, self.split_share, problem, **changes)

    @api.model
    def _get_record_label(self, record):
        origin = record.repair_id.name if "repair_id" in record._fields else ""
        ticket = record.sudo().ticket_id.number if record._name == "claim.expense" else ""
        return origin or ticket or record.display_name

    @api.model
    def _prepare_vals(self, source):
        """What was used, where, under which cover: copied, so that it stays as it was."""
        record, repair = source.record, source.repair
        covered = "coverage_reason" in record._fields
        named = record._name in ("repair.labor", "claim.expense")
        ticket = record.ticket_id if record._name == "claim.expense" else self.env["helpdesk.ticket"]
        return {
            "company_id": source.company.id,
            "coverage_reason": record.coverage_reason if covered else False,
            "kind": source.kind,
            "name": record.name if named else False,
            "origin_kind": source.origin_kind,
            "party_id": source.party.id,
            "product_id": source.product.id,
            "quantity": source.quantity,
            "repair_date": source.company._get_law_date(source.when),
            "repair_id": repair.id,
            "split_share": source.share,
            "ticket_id": (repair.ticket_id or ticket).id,
            "unit_lot_id": repair.lot_id.id,
            "unit_product_id": repair.product_id.id,
            "uom_id": source.uom.id,
            "warranty_registration_line_id": record.warranty_registration_line_id.id if covered else False,
            self._get_source_field(record): record.id,
        }

    def _refresh_terms(self):
        """Find supplier, agreement and price again for lines that are in no claim yet."""
        sources = {line: line._get_own_source() for line in self}
        terms = self._get_terms(list(sources.values()), ignored=self)
        for line, source in sources.items():
            line._set(terms[source])
        self._attach_old_parts()

    def _attach_old_parts(self):
        """Take the old parts of the same repair and product as evidence, as many as the line has pieces."""
        goods = self.filtered(lambda line: not line.labor_id)
        if not goods:
            return
        free = self.env["old.part"].search(
            Domain("repair_id", "in", goods.repair_id.ids) & Domain("claim_line_id", "=", False), order="id"
        )
        by_origin = {
            key: list(parts) for key, parts in free.grouped(lambda p: (p.repair_id, p.product_id)).items()
        }
        for line in goods:
            parts = by_origin.get((line.repair_id, line.product_id), [])
            missing = line.quantity - line._get_kept_quantity() if parts else 0.0
            while missing > 0 and parts:
                part = parts.pop(0)
                part._set({"claim_line_id": line.id})
                missing -= part.uom_id._compute_quantity(part.quantity, line.uom_id)

    def _get_kept_quantity(self):
        """How many of the replaced parts can be shown, in the unit of the line; shares of one part show the same."""
        self.ensure_one()
        first = self.split_from_id or self
        parts = first.old_part_ids | first.split_line_ids.old_part_ids
        return sum(part.uom_id._compute_quantity(part.quantity, self.uom_id) for part in parts)
