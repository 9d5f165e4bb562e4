# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A model in several files: no file may hide what another file of ours has put there."""

import ast
import unittest
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def class_models(node):
    """Names of the models that a class makes or extends."""
    names = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            names[statement.targets[0].id] = statement.value
    value = names.get("_name") or names.get("_inherit")
    return [value.value] if isinstance(value, ast.Constant) else []


def calls_super(function):
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
        for node in ast.walk(function)
    )


def hidden_methods(root=ROOT):
    """Methods that two files of ours define on one model, the later without asking the earlier: sentences."""
    defined = defaultdict(list)
    for package in sorted(root.glob("addons/*/*/__init__.py")):
        for statement in ast.parse(package.read_text()).body:
            if not isinstance(statement, ast.ImportFrom):
                continue
            file = package.with_name(f"{statement.names[0].name}.py")
            if not file.exists():
                continue
            for node in ast.parse(file.read_text()).body:
                for model in class_models(node) if isinstance(node, ast.ClassDef) else ():
                    for member in node.body:
                        if isinstance(member, ast.FunctionDef):
                            defined[model, member.name].append((file.relative_to(root), calls_super(member)))
    for (model, method), places in defined.items():
        for file, asks in places[1:]:
            if not asks:
                yield f"{model}.{method} in {file} hides that of {places[0][0]}"


class TestModelParts(unittest.TestCase):
    def test_no_file_hides_what_another_file_has_put_on_the_same_model(self):
        self.assertEqual(list(hidden_methods()), [])
