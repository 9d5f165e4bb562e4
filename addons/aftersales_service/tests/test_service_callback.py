# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, TransactionCase, new_test_user, tagged

from .callback_common import CallbackWorld


@tagged("post_install", "-at_install")
class TestServiceCallback(CallbackWorld, TransactionCase):
    """A call from the due list to its result, and what follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
        with freeze_time("2026-02-02 02:00:00"):
            cls.lot = cls.create_lots(prefix="OLD")
            cls.sell_and_deliver(cls.lot)
        cls.rule = cls.get_rule("3dc")
        cls.survey = cls.rule.survey_id
        cls.department = cls.env["helpdesk.ticket.team"].create(
            {"name": "Workshop", "user_id": cls.technician.id, "company_id": cls.company.id}
        )
        cls.repair = cls.hand_over_at("2026-03-01 04:00:00", cls.lot)
        cls.callback = cls.get_callbacks(cls.rule)

    def setUp(self):
        super().setUp()
        freezer = freeze_time("2026-03-04 02:00:00")  # 10:00 in Shanghai, day 3
        freezer.start()
        self.addCleanup(freezer.stop)
        self.mine = self.callback.with_user(self.caller)

    def answer(self, *choices, words="", answers=None):
        """Fill in the questionnaire: the n-th answer of each question."""
        answers = answers or self.callback.user_input_id
        questions = self.survey.question_ids
        for question, choice in zip(questions, choices, strict=False):
            answers._save_lines(question, question.suggested_answer_ids[choice].id)
        if words:
            answers._save_lines(questions[-1], words)
        answers._mark_done()

    def reach(self, *choices, **vals):
        self.mine._log_attempt("reached")
        self.mine.action_open_questionnaire()
        self.answer(*(choices or (0, 0, 0, 0)))
        self.mine.write({"repair_ok": "yes", "attitude_score": 4, **vals})

    # Calling

    def test_no_calls_early_late_or_at_lunch(self):
        """Covers: S3-R17."""
        for moment, allowed in (
            ("2026-03-04 00:59:00", False),
            ("2026-03-04 01:00:00", True),
            ("2026-03-04 04:30:00", False),
            ("2026-03-04 06:00:00", True),
            ("2026-03-04 11:00:00", False),
        ):
            with freeze_time(moment):
                rules = {violation.rule for violation in self.mine._get_call_violations()}
            self.assertEqual("callback.hours" not in rules, allowed, moment)
        with freeze_time("2026-03-04 04:30:00"):
            with self.assertRaisesRegex(UserError, "not called at this hour"):
                self.mine._log_attempt("reached")
            self.assertFalse(self.callback.attempt_ids)
            self.rule.write({"lunch_from": 13, "lunch_to": 13.5})
            self.mine._log_attempt("no_answer")
        with freeze_time("2026-03-04 12:00:00"):
            self.mine._log_attempt("reached", at_request=True)
        self.assertEqual(self.callback.state, "called")

    def test_attempts_are_kept_and_an_unreachable_customer_is_tried_again(self):
        call = Form(
            self.env["service.callback.call"]
            .with_user(self.caller)
            .with_context(**self.mine.action_call()["context"])
        )
        call.outcome = "no_answer"
        call.note = "Rang for a minute"
        call.save().action_log()
        self.assertEqual((self.callback.state, self.callback.attempt_count), ("unreachable", 1))
        self.mine._log_attempt("reached")
        self.assertEqual(self.callback.state, "called")
        self.assertEqual(self.callback.attempt_ids.mapped("outcome"), ["reached", "no_answer"])
        self.assertEqual(self.callback.user_id, self.caller)
        with self.assertRaises(AccessError):
            self.callback.attempt_ids[0].with_user(self.manager).write({"note": "Never"})

    def test_only_those_the_rule_names_may_call(self):
        self.rule.group_id = self.env.ref("aftersales_service.aftersales_service_group_manager")
        with self.assertRaisesRegex(UserError, "may only be made by"):
            self.mine._log_attempt("reached")
        self.callback.with_user(self.manager)._log_attempt("reached")
        for user in (self.technician, self.portal_user):
            with self.assertRaises(AccessError):
                self.callback.with_user(user).action_call()

    # Result

    def test_nothing_is_left_out_of_a_result(self):
        """Covers: S3-R18."""
        with self.assertRaises(UserError) as caught:
            self.mine.action_done()
        for missing in ("not reached", "satisfied", "repair is in order", "attitude", "questionnaire"):
            self.assertIn(missing, str(caught.exception))
        self.reach(satisfied="no")
        with self.assertRaisesRegex(UserError, "own words"):
            self.mine.action_done()
        self.mine.customer_words = "It still leaks."
        self.mine.action_done()
        self.assertEqual((self.callback.state, self.callback.on_time), ("done", True))

    def test_each_item_of_the_questionnaire_is_scored(self):
        """Covers: AS-11, F-15."""
        choices = self.survey.question_ids.filtered(
            lambda question: question.question_type == "simple_choice"
        )
        self.assertEqual([len(question.suggested_answer_ids) for question in choices], [4, 4, 4, 4])
        self.reach(0, 1, 2, 3)
        self.assertEqual(self.callback.answer_ids.mapped("score"), [3, 2, 1, 0])
        self.assertEqual(self.callback.score, 50)
        self.assertEqual(self.callback.answer_ids.mapped("question"), choices.mapped("title"))
        self.assertTrue(self.callback.questionnaire_done)

    def test_the_result_goes_into_the_file_of_the_repair(self):
        self.reach(satisfied="yes")
        self.mine.action_done()
        self.assertIn(self.callback.name, str(self.repair.message_ids[0].body))

    def test_a_customer_answers_the_questionnaire_by_mail(self):
        """Covers: AS-11."""
        self.customer.email = "customer@example.com"
        self.mine.action_send_questionnaire()
        mail = self.callback.message_ids.filtered(lambda message: "Answer the questions" in str(message.body))
        self.assertEqual(mail.partner_ids | mail.notified_partner_ids, self.customer)
        self.assertIn(self.callback.user_input_id.access_token, str(mail.body))
        self.answer(3, 3, 2, 2, words="Nobody came.")
        self.assertEqual((self.callback.state, self.callback.satisfied), ("done", "no"))
        self.assertEqual(self.callback.customer_words, "Nobody came.")
        self.assertEqual(self.callback.ticket_id.kind, "complaint")

    def test_a_customer_without_mail_address_gets_no_questionnaire(self):
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.mine.action_send_questionnaire()

    def test_dissatisfaction_opens_a_complaint_and_a_rectification_notice_that_is_followed_up(self):
        """Covers: AS-11."""
        self.rule.department_id = self.department
        self.reach(satisfied="no", customer_words="The paint is bad.")
        self.mine.action_done()
        ticket, notice = self.callback.ticket_id, self.callback.rectification_ids
        self.assertEqual(
            (ticket.kind, ticket.partner_id, ticket.lot_id), ("complaint", self.customer, self.lot)
        )
        self.assertEqual((notice.department_id, notice.user_id), (self.department, self.technician))
        self.assertEqual(notice.finding, "The paint is bad.")
        self.assertIn(notice.name, notice.activity_ids.summary)
        with self.assertRaisesRegex(UserError, "measure"):
            notice.with_user(self.manager).action_measure_taken()
        notice.with_user(self.manager).write({"measure": "New paint shop", "deadline": "2026-03-10"})
        notice.with_user(self.manager).action_measure_taken()
        self.assertFalse(notice.activity_ids)
        with self.assertRaises(AccessError):
            notice.with_user(self.reception).action_check()
        notice.with_user(self.manager).action_check()
        self.assertEqual(notice.state, "checked")
        with self.assertRaisesRegex(UserError, "cannot be written"):
            notice.with_user(self.manager).write({"state": "open"})

    def test_whoever_takes_a_measure_does_not_check_it(self):
        notice = self.env["service.rectification"].create(
            {
                "department_id": self.department.id,
                "finding": "Dust",
                "measure": "Clean",
                "deadline": "2026-03-10",
                "user_id": self.manager.id,
            }
        )
        notice.with_user(self.manager).action_measure_taken()
        with self.assertRaisesRegex(UserError, "somebody else"):
            notice.with_user(self.manager).action_check()

    # Getting round it

    def test_states_scores_and_dates_cannot_be_written(self):
        for vals in ({"state": "done"}, {"score": 100}, {"date_to": "2027-01-01"}, {"ticket_id": False}):
            for user in (self.caller, self.manager):
                with self.assertRaisesRegex(UserError, "cannot be written"):
                    self.callback.with_user(user).write(vals)

    def test_a_result_stays_as_it_is(self):
        self.reach(satisfied="yes")
        self.mine.action_done()
        for action in (
            lambda: self.mine.write({"satisfied": "no"}),
            self.mine.action_done,
            self.mine.action_call,
            self.mine.action_open_questionnaire,
            lambda: self.mine._log_attempt("reached"),
        ):
            with self.assertRaisesRegex(UserError, "cannot be changed any more"):
                action()
        with self.assertRaises(AccessError):
            self.callback.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "are kept"):
            self.callback.unlink()

    def test_only_managers_cancel_and_only_with_a_reason(self):
        with self.assertRaises(AccessError):
            self.mine.action_cancel()
        manager = self.callback.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "why"):
            manager.action_cancel()
        manager.cancel_reason = "Company dissolved"
        manager.action_cancel()
        self.assertEqual(self.callback.state, "canceled")

    def test_another_company_and_customers_see_no_calls(self):
        company = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "t_cb_stranger",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertFalse(self.env["service.callback"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.callback.with_user(stranger).action_done()
        with self.assertRaises(AccessError):
            self.env["service.callback"].with_user(self.portal_user).search([])

    def test_a_late_call_nobody_has_is_shown_to_a_manager_once(self):
        with freeze_time("2026-03-07 02:00:00"):
            self.env["service.callback"]._cron_remind()
            self.env["service.callback"]._cron_remind()
        self.assertEqual(len(self.callback.activity_ids), 1)

    # Reports

    def open_reports(self):
        self.env["service.callback.report"]._cron_open()
        return self.env["service.callback.report"].search(
            [("rule_id", "=", self.rule.id), ("company_id", "=", self.company.id)]
        )

    def test_day_week_and_month_reports_are_separate_for_each_kind_of_call_and_due_on_their_day(self):
        """Covers: AS-11, S3-R18."""
        new = self.get_rule("7dc")
        self.deliver_at("2026-02-25 02:00:00", partner=self.other_customer)
        reports = self.open_reports()
        due = {report.period: report.due_on for report in reports}
        self.assertEqual(due, {"day": date(2026, 3, 4), "week": date(2026, 3, 7), "month": date(2026, 3, 31)})
        self.assertEqual(date(2026, 3, 7).weekday(), 5, "a Saturday")
        self.assertEqual(self.open_reports(), reports)
        others = self.env["service.callback.report"].search(
            [("rule_id", "=", new.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(set(others.mapped("period")), {"day", "week", "month"})

    def test_a_report_is_handed_in_only_when_no_call_is_missing(self):
        """Covers: S3-R18."""
        report = self.open_reports().filtered(lambda report: report.period == "day").with_user(self.caller)
        with self.assertRaisesRegex(UserError, f"lacks call-back {self.callback.name}"):
            report.action_hand_in()
        self.reach(satisfied="no", customer_words="Late", serious=False)
        self.mine.action_done()
        report.action_hand_in()
        self.assertTrue(report.on_time)
        self.assertEqual(
            (report.planned_count, report.done_count, report.dissatisfied_count, report.satisfaction_rate),
            (1, 1, 1, 0),
        )
        self.assertEqual((report.average_score, report.warranty_rate), (100, 100))
        for vals in ({"done_count": 5}, {"on_time": False}, {"comment": "Later"}):
            with self.assertRaises(UserError):
                report.write(vals)

    def test_a_report_handed_in_the_next_day_is_late(self):
        report = self.open_reports().filtered(lambda report: report.period == "day").with_user(self.caller)
        self.mine._log_attempt("no_answer")
        with freeze_time("2026-03-05 02:00:00"):
            report.action_hand_in()
        self.assertFalse(report.on_time)

    def test_the_printed_report_names_figures_items_and_words(self):
        self.reach(0, 1, 1, 1, satisfied="no", customer_words="Nobody called me.")
        self.mine.action_done()
        report = self.open_reports().filtered(lambda report: report.period == "week")
        for lang, heading in (("en_US", "Call-Back Report"),):
            html = (
                self.env["ir.actions.report"]
                .with_context(lang=lang)
                ._render_qweb_html("aftersales_service.report_service_callback", report.ids)[0]
                .decode()
            )
            self.assertIn(heading, html)
        for text in ("Nobody called me.", self.callback.name, self.survey.question_ids[0].title):
            self.assertIn(text, html)


@tagged("post_install", "-at_install")
class TestServiceCallbackQuestionnaire(CallbackWorld, HttpCase):
    """The questionnaire opens for the caller and, from the mail, for a customer without an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
        cls.rule = cls.get_rule("7dc")
        cls.sell_and_deliver(cls.create_lots())
        cls.run_rules()
        cls.callback = cls.get_callbacks(cls.rule, partner_id=cls.customer.id)
        cls.customer.email = "customer@example.com"

    def test_the_caller_opens_it(self):
        self.callback.with_user(self.caller)._log_attempt("reached", at_request=True)
        action = self.callback.with_user(self.caller).action_open_questionnaire()
        self.authenticate("t_reception", "t_reception")
        page = self.url_open(action["url"])
        self.assertEqual(page.status_code, 200)
        self.assertIn("How was our service?", page.text)

    def test_a_customer_opens_it_from_the_mail_and_nobody_without_its_token(self):
        self.callback.with_user(self.caller).action_send_questionnaire()
        self.authenticate(None, None)
        url = self.callback._get_questionnaire_url()
        self.assertIn("How was our service?", self.url_open(url).text)
        bare = self.url_open(url.split("?")[0])
        self.assertNotIn("How was our service?", bare.text)
