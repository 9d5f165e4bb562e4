# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged
from odoo.tools import mute_logger, split_every

from .. import evidence
from .common_evidence import EvidenceCase

REGISTER = "compliance.refusal"
RECORDS = 100_000
VERIFICATION_LOGGER = "odoo.addons.compliance_base.models.compliance_evidence_verification"


def resident_megabytes():
    """Return how much memory this process holds now."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@tagged("post_install", "-at_install")
class TestEvidenceVolume(EvidenceCase):
    """A chain of 100,000 records is checked in the memory of one batch, with progress, up to the first broken one."""

    def fill(self):
        """Close ``RECORDS`` records: what many tills do in years, done here in a few statements."""
        self.env.cr.execute(
            """
            INSERT INTO compliance_refusal
                   (refused_at, company_id, user_id, user_name, rule, message, attempt_key, evidence_closed_at)
            SELECT '2026-03-12', %s, 1, 'Till ' || n %% 40, 'test.volume', 'Pack ' || n || ' is on hold.',
                   'volume ' || n, '2026-03-12'
              FROM generate_series(1, %s) AS n RETURNING id
            """,
            [self.company.id, RECORDS],
        )
        refusals = self.env[REGISTER]
        tag, schema = refusals._get_evidence_schema()
        ids = [row[0] for row in self.env.cr.fetchall()]
        for batch in split_every(5000, ids):
            contents, files = evidence.read_contents(self.env, schema, batch)
            self.Link._queue(refusals.browse(batch), tag, contents, files)
        self.assertEqual(refusals._seal_evidence(), RECORDS)
        self.env.invalidate_all()
        return ids

    def test_hundred_thousand_records_are_checked_in_bounded_memory(self):
        ids = self.fill()
        verification = self.Verification._start(REGISTER, self.company)
        memory, progress = [], []
        while verification.state == "running":
            verification._run_batch()
            memory.append(resident_megabytes())
            progress.append(verification.progress)
        self.assertEqual((verification.state, verification.processed), ("ok", RECORDS))
        self.assertGreater(len(memory), 40, "checked in many batches")
        self.assertLess(max(memory) - memory[2], 32, "memory does not grow with the number of records")
        self.assertEqual(progress, sorted(progress))
        self.assertTrue(any(10 < value < 20 for value in progress), "progress is shown on the way")

        broken = self.env[REGISTER].browse(ids[RECORDS - 777])
        self.sql("UPDATE compliance_refusal SET message = 'forged' WHERE id = %s", broken.id)
        with mute_logger(VERIFICATION_LOGGER):
            self.assertBroken(self.verify(REGISTER), "content", broken, RECORDS - 776)
