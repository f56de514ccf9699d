"""Front-end modules and style sheets in the form in which they reach the page.

anywidget loads a module from an address of its own making, from which a relative import leads nowhere, and
sends its source once for every widget. So a module is joined with what it imports: each file once, as a
function that gives its exports. The files themselves stay plain ES modules, which node and the type check
read as they are; of the language's import and export forms they use the few that are understood here.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent

_IMPORT = re.compile(
    r"""^import\s*(?P<names>\{[^}]*\}|\w+)\s*from\s*(["'])(?P<path>\.{1,2}/[^"']+)\2;?$""", re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) (?P<name>\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)[ \t]*\n", re.MULTILINE | re.DOTALL)
"""Whole lines of comment: a quarter of every source, which every panel would send to the page."""

_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@cache
def module(path: str | Path) -> str:
    """Give the source of an ES module that needs no other file.

    Parameters
    ----------
    path
        A ``.js`` file, relative to this folder or absolute.

    Returns
    -------
    str
        A module with the same default and named exports.

    Raises
    ------
    FileNotFoundError
        The file, or one that it imports, is not there.
    ValueError
        A form of import or export that is not understood, or files that import each other.
    """
    parts: dict[Path, str] = {}
    entry = (HERE / path).resolve()
    exports = _join(entry, parts, ())
    last = len(parts) - 1
    named = [f"export const {name} = _{last}.{name};" for name in exports if name != "default"]
    default = [f"export default _{last}.default;"] if "default" in exports else []
    return "\n".join([*parts.values(), *named, *default, ""])


@cache
def style(*paths: str | Path) -> str:
    """Join style sheets, relative to this folder or absolute, in the given order."""
    return "\n".join((HERE / path).read_text(encoding="utf-8") for path in paths)


def _join(file: Path, parts: dict[Path, str], above: tuple[Path, ...]) -> list[str]:
    """Add a file to ``parts``, after everything it imports; return the names that it exports."""
    if file in above:
        raise ValueError(f"{file.name} imports itself by way of {above[-1].name}")
    source = _COMMENT.sub("", file.read_text(encoding="utf-8"))

    def imported(match: re.Match[str]) -> str:
        other = (file.parent / match["path"]).resolve()
        if other not in parts:
            _join(other, parts, (*above, file))
        names = re.sub(r"\s+as\s+", ": ", match["names"])
        names = names if names.startswith("{") else f"{{ default: {names} }}"
        return f"const {names} = _{list(parts).index(other)};"

    exports = [match["name"] for match in _EXPORT.finditer(source)]
    body = _EXPORT.sub("", _IMPORT.sub(imported, source))
    if _DEFAULT.search(body):
        body = _DEFAULT.sub("const _default = ", body)
        exports.append("default")
    if odd := _LEFT.search(body):
        raise ValueError(f"{file.name}: cannot join {odd.group()!r}")
    given = ", ".join("default: _default" if name == "default" else name for name in exports)
    parts[file] = f"// {file.name}\nconst _{len(parts)} = (() => {{\n{body.rstrip()}\nreturn {{ {given} }};\n}})();\n"
    return exports
