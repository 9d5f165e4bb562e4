# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

SCAN = b"JVBERi0xLjQgc2NhbiBvZiBhIHBhcGVy"


class WeighingHelpers:
    """How a store weighs decoction pieces: with a scale that may be used, by the people of the store."""

    @classmethod
    def _get_scale(cls):
        """A verified scale, checked for zero today; made once (again after a rollback)."""
        scales = cls.env["gsp.scale"].search([("company_id", "=", cls.company.id)])
        ready = scales.filtered(lambda scale: scale.status == "ready")[:1]
        if not ready:
            ready = cls._create_scale("Test Balance 1")
            cls._verify(ready)
            cls._zero(ready)
        return ready

    @classmethod
    def _create_scale(cls, name):
        return (
            cls.env["gsp.scale"].with_user(cls.quality).create({"name": name, "company_id": cls.company.id})
        )

    @classmethod
    def _verify(cls, scale, days_ago=10, **vals):
        verification = (
            cls.env["gsp.scale.verification"]
            .with_user(cls.quality)
            .create(
                {
                    "scale_id": scale.id,
                    "company_id": cls.company.id,
                    "name": "TEST-CERT",
                    "institution": "Test Institute of Metrology",
                    "date": cls.today - timedelta(days=days_ago),
                    "result": "passed",
                    "scan": SCAN,
                    **vals,
                }
            )
        )
        verification.action_confirm()
        return verification

    @classmethod
    def _zero(cls, scale, result="ok", user=None):
        return (
            cls.env["gsp.scale.check"]
            .with_user(user or cls.dispenser)
            .create({"scale_id": scale.id, "result": result})
        )

    @classmethod
    def _start_weighing(cls, prescription, fill=True, **vals):
        """Weighing of the doses, with what the scale should show; each line as its ticks ask."""
        action = prescription.with_user(cls.dispenser).action_weigh()
        dispensing = cls.env["gsp.dispensing"].with_user(cls.dispenser).browse(action["res_id"])
        if not fill:
            return dispensing
        dispensing.scale_id = cls._get_scale()
        for line in dispensing.line_ids:
            line.write(
                {
                    "weighed_weight": line.target_weight,
                    "reweighed": True,
                    "packed_apart": line._needs_own_pack(),
                    "external_mark": line.footnote == "external",
                }
            )
        dispensing.dose_ids.weight = dispensing.dose_target
        return dispensing

    @classmethod
    def _weigh(cls, prescription):
        dispensing = cls._start_weighing(prescription)
        dispensing.action_weigh()
        cls._dispense(prescription)
        return dispensing

    @classmethod
    def _recheck(cls, dispensing):
        dispensing = dispensing.with_user(cls.checker)
        dispensing.line_ids.filtered("footnote").rechecked = True
        dispensing.write({"name_verified": True, "doses_verified": True})
        dispensing.action_check()
        cls._check(dispensing.prescription_id)

    @classmethod
    def _advise(cls, dispensing):
        dispensing = dispensing.with_user(cls.dispenser)
        dispensing.write(
            {
                "decoction_method": "Soak, decoct twice",
                "precautions": "No cold food",
                "advice_given": True,
            }
        )
        dispensing.action_advise()
