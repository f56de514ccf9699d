"""What every source file keeps to, beyond what the linters see."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from tests.architecture.repository import PACKAGE, ROOT, TESTS, files, files_in, name

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def _tests() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Give every test function, with the name by which pytest finds it."""
    for path in files_in(TESTS, ".py"):
        if not path.name.startswith("test_"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{name(path)}::{node.name}", node


def test_every_module_says_what_it_is() -> None:
    """It begins with a docstring, so that a reader knows why it exists."""
    python = files_in(PACKAGE, ".py") + files_in(TESTS, ".py")
    assert len(python) > 100
    assert [name(path) for path in python if not path.read_text(encoding="utf-8").startswith('"""')] == []


def test_every_module_stays_readable_in_one_sitting() -> None:
    """No source file outgrows the size at which it should have been two."""
    sources = files_in(PACKAGE, ".py", ".js")
    assert len(sources) > 100
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


def test_every_test_says_what_must_hold() -> None:
    """It carries a docstring and can fail: it asserts, expects, or waits for an error."""
    tests = list(_tests())
    assert len(tests) > 1000
    assert [test for test, node in tests if not ast.get_docstring(node)] == []
    assert [test for test, node in tests if not _can_fail(node)] == []


def _can_fail(test: ast.AST) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rsplit(".", 1)[-1]
            if called in {"raises", "warns", "fail"} or called.startswith(("expect", "assert", "check_", "_assert")):
                return True
    return False


def test_coverage_is_kept_out_of_a_test_by_our_own_mark() -> None:
    """That of pytest-cov would end the tracing of all later tests; ``untraced`` does not."""
    mark = f"mark.no_{'cover'}"
    python = files_in(TESTS, ".py")
    assert [name(path) for path in python if mark in path.read_text(encoding="utf-8")] == []


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
