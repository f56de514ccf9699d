"""What every source file keeps to, beyond what the linters see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.repository import PACKAGE, ROOT, TESTS, files, files_in, name

MAX_LINES = 500

# Written in pieces, so that this file does not contain what it looks for.
FOREIGN = [
    f"/{'work'}/",
    f"/{'root'}/",
    f"/{'farm'}/",
    f"pypi.{'org'}",
    f"pythonhosted.{'org'}",
    f"registry.npmjs.{'org'}",
    f"registry.yarnpkg.{'com'}",
]


def _python() -> list[Path]:
    return files_in(PACKAGE, ".py") + files_in(TESTS, ".py")


@pytest.mark.parametrize("path", _python(), ids=name)
def test_module_says_what_it_is(path: Path) -> None:
    """Every module begins with a docstring, so that a reader knows why it exists."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", files_in(PACKAGE, ".py", ".js"), ids=name)
def test_module_stays_readable_in_one_sitting(path: Path) -> None:
    """No source file outgrows the size at which it should have been two."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", [path for path in files_in(TESTS, ".py") if path.name.startswith("test_")], ids=name)
def test_tests_say_what_must_hold(path: Path) -> None:
    """Every test function carries a docstring and can fail: it asserts, expects, or waits for an error."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert [test.name for test in tests if not ast.get_docstring(test)] == []
    assert [test.name for test in tests if not _can_fail(test)] == []


def _can_fail(test: ast.AST) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rsplit(".", 1)[-1]
            if called in {"raises", "warns", "fail"} or called.startswith(("expect", "assert", "check_", "_assert")):
                return True
    return False


def test_nothing_points_at_one_machine() -> None:
    """No file names a path of the machine it was written on, or the host of a package registry."""
    foreign = [*FOREIGN, str(ROOT)]
    if Path.home() != Path("/"):
        foreign.append(f"{Path.home()}/")
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name(path)}: {word}" for word in foreign if word in text]
    assert found == []
