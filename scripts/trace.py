#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which test proves which requirement.

A test says what it proves in its docstring: ``Covers: P-17301-R6, GSP-02.`` (a test function, or a class whose tests
prove it together). The requirements are the rows of docs/requirements.csv. This script joins the two:

    python scripts/trace.py                                every requirement with its tests, then the gaps and counts
    python scripts/trace.py --quiet                        only the counts and what is wrong
    python scripts/trace.py --capability ground            the same, and a gap in "ground" is an error

It ends with 1 when a test names an id that does not exist, when a docstring cannot be read, when the list of
requirements has an id twice, or when a capability named by --capability has a requirement without a test.
"""

import argparse
import ast
import csv
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COVERS = re.compile(r"\bCovers:\s*(?P<ids>[^.]*)(?P<stop>\.?)")
ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Requirement:
    id: str
    capability: str
    priority: str
    text: str


@dataclass(frozen=True)
class Claim:
    """A test (``path::Class::function`` or ``path::Class``) that says it covers one requirement."""

    requirement: str
    test: str
    line: int


def read_requirements(path):
    """The requirements by id, in the order of the file, and a list of what is wrong with the file."""
    requirements, problems = {}, []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            key = (row["id"] or "").strip()
            if not ID.fullmatch(key):
                problems.append(f"{path.name}, row {number}: {key!r} is not a requirement id")
            elif key in requirements:
                problems.append(f"{path.name}, row {number}: {key} stands in the list twice")
            else:
                requirements[key] = Requirement(key, row["built_in"], row["priority"], row["requirement"])
    return requirements, problems


def find_test_files(root):
    """The test files of the addons and those that cross addons."""
    return sorted({*root.glob("addons/*/tests/**/test_*.py"), *root.glob("tests/**/test_*.py")})


def read_claims(path, root):
    """What the tests of one file say they cover, and a list of what is wrong with it."""
    name = path.relative_to(root).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=name)
    claims, problems = [], []
    for node, owners in _walk(tree):
        docstring = ast.get_docstring(node) or ""
        test = "::".join([name, *(owner.name for owner in owners), node.name])
        for match in COVERS.finditer(docstring):
            ids = [word for word in re.split(r"[,\s]+", match["ids"]) if word]
            if not _is_test(node, owners):
                problems.append(f"{test}: says «Covers:» but is no test")
            elif not match["stop"] or not ids:
                problems.append(
                    f"{test}: «Covers:» needs ids, commas between them and a full stop at the end"
                )
            else:
                claims += [Claim(word, test, node.lineno) for word in dict.fromkeys(ids)]
    return claims, problems


def _walk(node, owners=()):
    """Every class and function below a node, each with the classes and functions around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, *FUNCTIONS)):
            yield child, owners
            yield from _walk(child, (*owners, child))


def _is_test(node, owners):
    """Whether pytest would run it: a test function, or a class that has one."""
    if isinstance(node, ast.ClassDef):
        return any(isinstance(child, FUNCTIONS) and child.name.startswith("test") for child in node.body)
    return node.name.startswith("test") and all(isinstance(owner, ast.ClassDef) for owner in owners)


def trace(root, requirements_path):
    """Join requirements and tests: (requirements, tests by requirement id, problems)."""
    requirements, problems = read_requirements(requirements_path)
    tests = defaultdict(list)
    for path in find_test_files(root):
        claims, found = read_claims(path, root)
        problems += found
        for claim in claims:
            if claim.requirement in requirements:
                tests[claim.requirement].append(claim.test)
            else:
                problems.append(
                    f"{claim.test} (line {claim.line}): there is no requirement {claim.requirement}"
                )
    return requirements, tests, problems


def _shorten(text, width=96):
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def print_requirements(requirements, tests):
    """Every requirement that has a test, with its tests; then those that have none, by capability."""
    by_capability = defaultdict(list)
    for requirement in requirements.values():
        by_capability[requirement.capability].append(requirement)
    for capability, rows in by_capability.items():
        print(f"\n{capability}\n{'=' * len(capability)}")
        for requirement in (row for row in rows if row.id in tests):
            print(f"{requirement.id}  {_shorten(requirement.text)}")
            print("".join(f"    {test}\n" for test in tests[requirement.id]), end="")
        without = [row for row in rows if row.id not in tests]
        if without:
            print(f"\n  without a test ({len(without)}):")
            for requirement in without:
                print(f"  {requirement.id:<12} {requirement.priority:<2} {_shorten(requirement.text)}")


def print_counts(requirements, tests):
    """Requirements, those with a test, and the share, per capability."""
    total = Counter(row.capability for row in requirements.values())
    covered = Counter(requirements[key].capability for key in tests)
    print(f"\n{'capability':<14}{'requirements':>13}{'with a test':>13}{'share':>8}")
    for capability, count in total.items():
        print(f"{capability:<14}{count:>13}{covered[capability]:>13}{covered[capability] / count:>8.0%}")
    print(
        f"{'all':<14}{total.total():>13}{covered.total():>13}{len(tests) / max(len(requirements), 1):>8.0%}"
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--capability",
        action="append",
        default=[],
        metavar="NAME",
        help="every requirement built in this capability must have a test (may be given more than once)",
    )
    parser.add_argument("--quiet", action="store_true", help="only the counts and what is wrong")
    parser.add_argument(
        "--root", type=Path, default=ROOT, help="the checkout (default: the one of this script)"
    )
    options = parser.parse_args(arguments)

    requirements, tests, problems = trace(options.root, options.root / "docs" / "requirements.csv")
    known = {row.capability for row in requirements.values()}
    problems += [f"there is no capability {name}" for name in options.capability if name not in known]
    problems += [
        f"{row.id} ({row.capability}) has no test: {_shorten(row.text)}"
        for row in requirements.values()
        if row.capability in options.capability and row.id not in tests
    ]
    if not options.quiet:
        print_requirements(requirements, tests)
    print_counts(requirements, tests)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
