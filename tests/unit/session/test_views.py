"""The names that session and front end share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import is_typeddict

import ee_export_widget
from ee_export_widget.session import views

DECLARATIONS = Path(ee_export_widget.__file__).parent / "widgets" / "views.d.ts"


def test_the_front_end_checks_against_the_same_names() -> None:
    """Every view has the same members in Python and in the declarations of the front end."""
    text = DECLARATIONS.read_text(encoding="utf-8")
    declared = {
        name: set(re.findall(r"^  (\w+)\??:", members, re.MULTILINE))
        for name, members in re.findall(r"^export interface (\w+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    }
    ours = {name: set(kind.__annotations__) for name, kind in vars(views).items() if is_typeddict(kind)}
    assert len(ours) > 20
    assert {name: declared.get(name) for name in ours} == ours
