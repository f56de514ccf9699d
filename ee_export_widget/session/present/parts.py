"""Shorthand for the pieces of a view: every member that a panel does not care about gets its quiet default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ee_export_widget.errors import Problem, Severity
    from ee_export_widget.session import views
    from ee_export_widget.session.fixes import NamedFix
    from ee_export_widget.session.snapshot import Snapshot

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])")

Control = Literal["text", "area", "select", "combo", "check", "segments"]


def head(
    title: str,
    mark: views.Mark,
    *,
    summary: str = "",
    opens: Literal["always", "wide", "never"] = "always",
    forced: bool = False,
) -> views.Head:
    """Heading of a step."""
    return {"title": title, "summary": summary, "mark": mark, "opens": opens, "forced": forced}


def mark(problems: Sequence[Problem], *, todo: str = "", review: str = "") -> views.Mark:
    """State of a step: what blocks first, then what is missing, then what should be looked at."""
    errors = sum(problem.severity == "error" for problem in problems)
    if todo:
        return {"tone": "todo", "text": todo}
    if errors:
        return {"tone": "error", "text": plural(errors, "problem")}
    if review:
        return {"tone": "warning", "text": review}
    if warnings := sum(problem.severity == "warning" for problem in problems):
        return {"tone": "warning", "text": f"{warnings} to review"}
    return {"tone": "ok", "text": "complete"}


def lacks_region(snapshot: Snapshot) -> bool:
    """Tell whether a region is still to be drawn; one that is folded into the expression need not be."""
    return any(problem.code == "grid-missing" for problem in snapshot.errors)


def option(value: str, label: str = "", *, note: str = "", icon: str = "") -> views.Option:
    """One entry of a choice."""
    return {"value": value, "label": label or value, "note": note, "icon": icon}


def button(  # noqa: PLR0913 - a button has this many faces
    name: str, label: str, *, icon: str = "", primary: bool = False, reason: str = "", icon_only: bool = False
) -> views.Button:
    """Make a button; with a reason it cannot be pressed."""
    return {
        "name": name, "label": label, "icon": icon, "primary": primary, "reason": reason, "icon_only": icon_only,
    }  # fmt: skip


def field(  # noqa: PLR0913 - a form field has this many faces
    name: str,
    label: str,
    value: str | bool,  # noqa: FBT001 - the value of a check box
    *,
    paths: Sequence[str] = (),
    control: Control = "text",
    aside: str = "",
    placeholder: str = "",
    prefix: str = "",
    unit: str = "",
    tip: str = "",
    mono: bool = False,
    options: Iterable[views.Option] = (),
    button: views.Button | None = None,
    hint: str = "",
    hint_tone: views.Tone = "muted",
    messages: Iterable[views.Message] = (),
    disabled: bool = False,
) -> views.Field:
    """Make a labelled control."""
    result: views.Field = {
        "kind": "field", "name": name, "paths": list(paths), "label": label, "aside": aside, "control": control,
        "value": value, "placeholder": placeholder, "prefix": prefix, "unit": unit, "tip": tip, "mono": mono,
        "options": list(options), "hint_tone": hint_tone, "hint": hint, "messages": list(messages),
        "disabled": disabled,
    }  # fmt: skip
    if button is not None:
        result["button"] = button
    return result


def message(problem: Problem, fixes: Sequence[NamedFix] = ()) -> views.Message:
    """Give a problem as it stands beside its field; the hint only where no button says the same."""
    strong, text = words_of(problem, fixes)
    return said(problem.severity, strong, text, *map(fix_button, fixes), field=problem.field)


def note(problem: Problem, fixes: Sequence[NamedFix] = ()) -> views.Note:
    """Give a problem that belongs to a whole step."""
    return {"kind": "note", **message(problem, fixes)}


def said(severity: Severity, strong: str, text: str, *fixes: views.Fix, field: str = "") -> views.Message:
    """Make a message that no problem stands behind."""
    return {"severity": severity, "field": field, "strong": strong, "text": text, "fixes": [*fixes]}


def notice(severity: Severity, strong: str, text: str, *fixes: views.Fix, field: str = "") -> views.Note:
    """Make a note that no problem stands behind."""
    return {"kind": "note", **said(severity, strong, text, *fixes, field=field)}


def words_of(problem: Problem, fixes: Sequence[NamedFix]) -> tuple[str, str]:
    """Split a problem into the sentence that stands out and the rest."""
    strong, *rest = _SENTENCES.split(problem.message, maxsplit=1)
    if problem.hint and not any(fix.solves for fix in fixes):
        rest.append(problem.hint)
    return strong, " ".join(rest)


def fix_button(fix: NamedFix) -> views.Fix:
    """Give a fix as a button."""
    shown: views.Fix = {"name": fix.name, "label": fix.label, "note": fix.note}
    if fix.copies:
        shown["copies"] = fix.copies
    if fix.leads:
        shown["leads"] = fix.leads
    return shown


def doing(action: str, label: str, **args: str) -> views.Fix:
    """Give an action as a button beside a message."""
    return {"name": " ".join([action, *args.values()]), "label": label, "note": "", "does": (action, args)}


def buttons(*pressed: views.Button, links: bool = False) -> views.Buttons:
    """Put buttons into a line."""
    return {"kind": "buttons", "links": links, "buttons": [*pressed]}


def row(*items: views.Item, layout: views.RowLayout = "two") -> views.Row:
    """Put fields side by side."""
    return {"kind": "row", "layout": layout, "items": [*items]}


def text(words: str, *, strong: str = "", tone: views.Tone = "muted") -> views.Text:
    """Make a quiet sentence."""
    return {"kind": "text", "tone": tone, "strong": strong, "text": words}


def size_text(crs: str, width: float, height: float) -> str:
    """Give a width and a height in units of a CRS, once where they are the same, as ``10 × 20 m``."""
    sides = " × ".join(dict.fromkeys(f"{side:,.4g}" for side in (width, height)))
    try:
        system = Crs.from_text(crs)
    except InvalidRequestError:
        return sides
    return f"{sides}°" if system.is_geographic else f"{sides} {system.units}"


def plural(count: int, noun: str) -> str:
    """``1 problem``, ``2 problems``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
