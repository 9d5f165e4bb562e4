# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""scripts/trace.py tells which test proves which requirement: these are its own tests, run on made-up checkouts."""

import contextlib
import io
import runpy
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "id,built_in,priority,requirement,source\n"


class TestTrace(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.add(
            "docs/requirements.csv",
            HEADER + "X-1,ground,M,First,book\nX-2,ground,S,Second,book\nY-1,later,M,Third,book\n",
        )

    def add(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_trace(self, *arguments):
        """Run the script on the made-up checkout: (exit code, what it printed, what it complained of)."""
        main = runpy.run_path(str(ROOT / "scripts" / "trace.py"))["main"]
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = main(["--root", str(self.root), *arguments])
        return code, out.getvalue(), errors.getvalue()

    def test_function_and_class_docstrings_count_in_addons_and_in_tests(self):
        self.add(
            "addons/shop/tests/test_a.py",
            'class TestA:\n    """Things.\n\n    Covers: X-1,\n        X-2.\n    """\n    def test_it(self):\n'
            "        pass\n",
        )
        self.add("tests/test_b.py", 'def test_b():\n    """It works. Covers: Y-1."""\n')
        code, out, errors = self.run_trace()
        self.assertEqual((code, errors), (0, ""))
        self.assertIn("X-1  First\n    addons/shop/tests/test_a.py::TestA\n", out)
        self.assertIn("Y-1  Third\n    tests/test_b.py::test_b\n", out)
        self.assertNotIn("without a test", out)

    def test_gaps_are_listed_and_counted_but_are_no_error_by_themselves(self):
        self.add("tests/test_b.py", 'def test_b():\n    """Covers: X-1."""\n')
        code, out, _errors = self.run_trace()
        self.assertEqual(code, 0)
        self.assertRegex(out, r"without a test \(1\):\n  X-2 +S +Second")
        self.assertRegex(out, r"ground +2 +1 +50%")

    def test_a_gap_in_a_demanded_capability_is_an_error(self):
        self.add("tests/test_b.py", 'def test_b():\n    """Covers: X-1."""\n')
        code, _out, errors = self.run_trace("--quiet", "--capability", "ground")
        self.assertEqual(code, 1)
        self.assertIn("X-2 (ground) has no test", errors)
        self.assertNotIn("X-1", errors)
        self.assertEqual(
            self.run_trace("--capability", "nothing")[0], 1, "an unknown capability is a mistake"
        )

    def test_an_unknown_id_is_an_error_and_names_the_test(self):
        self.add("tests/test_b.py", '\n\ndef test_b():\n    """Covers: X-1, X-9."""\n')
        code, _out, errors = self.run_trace("--quiet")
        self.assertEqual(code, 1)
        self.assertEqual(errors, "error: tests/test_b.py::test_b (line 3): there is no requirement X-9\n")

    def test_an_id_twice_in_the_list_is_an_error(self):
        self.add(
            "docs/requirements.csv",
            HEADER + "X-1,ground,M,First,book\nX-1,later,M,Again,book\nnonsense,x,M,T,b\n",
        )
        code, _out, errors = self.run_trace("--quiet")
        self.assertEqual(code, 1)
        self.assertIn("row 2: X-1 stands in the list twice", errors)
        self.assertIn("row 3: 'nonsense' is not a requirement id", errors)

    def test_only_a_test_can_cover(self):
        self.add(
            "tests/test_b.py",
            'class Common:\n    """Covers: X-1."""\n    def build(self):\n        """Covers: X-2."""\n',
        )
        code, _out, errors = self.run_trace("--quiet")
        self.assertEqual(code, 1)
        self.assertIn("tests/test_b.py::Common: says «Covers:» but is no test", errors)
        self.assertIn("tests/test_b.py::Common::build: says «Covers:» but is no test", errors)

    def test_a_docstring_without_full_stop_is_not_guessed_at(self):
        self.add("tests/test_b.py", 'def test_b():\n    """Covers: X-1 and the rest"""\n')
        code, _out, errors = self.run_trace("--quiet")
        self.assertEqual(code, 1)
        self.assertIn("needs ids, commas between them and a full stop", errors)

    def test_the_project_itself_names_only_requirements_that_exist(self):
        self.root = ROOT
        code, _out, errors = self.run_trace("--quiet")
        self.assertEqual((code, errors), (0, ""))
