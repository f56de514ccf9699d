"""The page's side of a form: what it reads, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ipywidgets

    from ee_export_widget import ExportWidget


def parts(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Give a widget and all that stand in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def module_of(form: ExportWidget, name: str) -> Any:  # noqa: ANN401 - a widget
    """Find the module that shows the panel with this accessible name or title."""
    for part in parts(form):
        view = getattr(part, "view", None)
        if isinstance(view, dict) and name in {view.get("label"), (view.get("head") or {}).get("title")}:
            return part
    raise LookupError(name)


def view_of(form: ExportWidget, name: str) -> dict[str, Any]:
    """Give what a panel shows, after everything that waits to be shown."""
    form.flush()
    view: dict[str, Any] = module_of(form, name).view
    return view


def overlay_of(form: ExportWidget) -> Any:  # noqa: ANN401 - a widget
    """Find the drawing over the map."""
    return next(part for part in parts(form) if type(part).__name__ == "MapOverlay")


def say(widget: ipywidgets.Widget, content: object) -> None:
    """Let the page say something."""
    widget._handle_custom_msg(content, [])


def type_into(form: ExportWidget, panel: str, field: str, value: str | bool, seq: int = 1) -> None:
    """Type into a field of a panel."""
    say(module_of(form, panel), {"event": "edit", "field": field, "value": value, "seq": seq})


def press(form: ExportWidget, panel: str, name: str, **args: object) -> None:
    """Press a button of a panel."""
    say(module_of(form, panel), {"event": "action", "name": name, "args": args})


def field_of(form: ExportWidget, panel: str, name: str) -> dict[str, Any]:
    """Give a field as a panel shows it."""
    rows = view_of(form, panel)["items"]
    entries = [entry for row in rows for entry in (row["items"] if row["kind"] == "row" else [row])]
    return next(entry for entry in entries if entry.get("name") == name)
