"""Front-end modules joined into one source, and style sheets."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.widgets import assets

if TYPE_CHECKING:
    from pathlib import Path

WIDGETS = assets.HERE
PANELS = ("form/form.js", "bands/bands.js", "preview/preview.js", "operations/operations.js")


def write(folder: Path, **files: str) -> Path:
    for name, source in files.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder / "main.js"


def run(source: str, expression: str, folder: Path) -> object:
    """Evaluate an expression over the joined module ``m`` in node."""
    node = shutil.which("node")
    assert node, "node comes with the development requirements"
    alone = folder / "alone"
    alone.mkdir()
    (alone / "joined.mjs").write_text(source, encoding="utf-8")
    script = f'import("./joined.mjs").then((m) => console.log(JSON.stringify({expression})))'
    done = subprocess.run([node, "--eval", script], capture_output=True, text=True, check=True, cwd=alone)
    return json.loads(done.stdout)


def test_a_module_and_what_it_imports_become_one_source_that_runs_alone(tmp_path: Path) -> None:
    """Named, renamed and default imports give the same values as in the files."""
    main = write(
        tmp_path,
        base="export const ONE = 1;\nexport function two() {\n  return 2 * ONE;\n}\nexport default { name: 'base' };\n",
        main='import base from "./base.js";\nimport { ONE, two as double } from "./base.js";\n'
        "export const all = [ONE, double(), base.name];\n",
    )

    assert run(assets.module(main), "m.all", tmp_path) == [1, 2, "base"]


def test_comments_do_not_travel_to_the_page(tmp_path: Path) -> None:
    """Whole lines of them; what stands beside code, or only looks like a comment in a text, stays."""
    main = write(
        tmp_path,
        main="/** Says\n * what it is. */\n  // Why.\nexport const a = 1; // beside\n"
        "export const b = /** @type {any} */ (\n  /** @type {number} */ (2));\n"
        "export const c = 'https://x /** y */';\n",
    )
    source = assets.module(main)
    assert "Says" not in source
    assert "Why" not in source
    assert "// beside" in source
    assert run(source, "[m.a, m.b, m.c]", tmp_path) == [1, 2, "https://x /** y */"]


def test_a_file_that_several_import_is_there_once(tmp_path: Path) -> None:
    """Two importers of one file share it, and its source is not repeated."""
    main = write(
        tmp_path,
        shared="export const list = [];\n",
        a='import { list } from "./shared.js";\nexport const a = list.push("a");\n',
        main='import { a } from "./a.js";\nimport {\n  list,\n} from "./shared.js";\nexport const seen = [a, list];\n',
    )

    source = assets.module(main)

    assert source.count("// shared.js") == 1
    assert run(source, "m.seen", tmp_path) == [1, ["a"]]


def test_names_of_one_file_do_not_meet_those_of_another(tmp_path: Path) -> None:
    """What a file keeps to itself stays its own."""
    main = write(
        tmp_path,
        other="const secret = 'other';\nexport const get = () => secret;\n",
        main='import { get } from "./other.js";\nconst secret = "main";\nexport const both = [secret, get()];\n',
    )

    assert run(assets.module(main), "m.both", tmp_path) == ["main", "other"]


@pytest.mark.parametrize(
    "statement",
    ["export * from './x.js';", 'import "./x.js";', "import { a } from 'https://example.org/a.js';", "export { a };"],
)
def test_a_form_of_import_that_is_not_understood_is_refused(tmp_path: Path, statement: str) -> None:
    """Nothing is left in a module that would fail only in the page."""
    main = write(tmp_path, x="export const a = 1;\n", main=f"{statement}\n")

    with pytest.raises(ValueError, match=r"main\.js: cannot join"):
        assets.module(main)


def test_files_that_import_each_other_are_refused(tmp_path: Path) -> None:
    """A circle is named instead of followed for ever."""
    main = write(
        tmp_path,
        other='import { a } from "./main.js";\nexport const b = a;\n',
        main='import { b } from "./other.js";\nexport const a = b;\n',
    )

    with pytest.raises(ValueError, match=r"main\.js imports itself by way of other\.js"):
        assets.module(main)


def test_a_missing_import_is_named(tmp_path: Path) -> None:
    """An import that leads nowhere fails in Python, not in the page."""
    main = write(tmp_path, main='import { a } from "./gone.js";\nexport const b = a;\n')

    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        assets.module(main)


@pytest.mark.parametrize("path", PANELS)
def test_every_panel_reaches_the_page_small_and_whole(path: str, tmp_path: Path) -> None:
    """Anywidget finds ``render`` without any other file, and a widget of many panels stays light."""
    source = assets.module(path)

    assert run(source, "typeof m.default.render", tmp_path) == "function"
    assert len(source) < 64_000


def test_style_sheets_are_joined_in_order(tmp_path: Path) -> None:
    """Later sheets come later, so that they win where they are equal."""
    for name in "ab":
        (tmp_path / f"{name}.css").write_text(f".eew-{name} {{}}", encoding="utf-8")

    assert assets.style(tmp_path / "b.css", tmp_path / "a.css") == ".eew-b {}\n.eew-a {}"


@pytest.mark.parametrize("sheet", sorted(WIDGETS.rglob("*.css")), ids=lambda path: path.name)
def test_style_sheets_keep_to_our_own_classes_and_the_theme(sheet: Path) -> None:
    """Every selector names a class of ours, nothing is forced, every colour follows the theme."""
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [rule for rule in re.findall(r"([^{};]+)\{", css) if not rule.strip().startswith(("@", "from", "to"))]
    colours = re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", re.sub(r"var\(--jp-[^,()]*,[^;]*;", "", css))
    ground = sheet.parent.name == "map"  # has a palette of its own

    assert [rule.strip() for rule in selectors if ".eew-" not in rule] == []
    assert "!important" not in css
    assert ground or set(colours) <= {"#fff", "#000"}
