"""The links below the fields of the grid, and the small forms that they open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.draft.typed_grid import COEFFICIENTS, SIDES
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.entry import PREFIX
from ee_export_widget.session.present.parts import Control, button, buttons, field, message, option, plural, row, text
from ee_export_widget.session.splitting import blocking, name_of, parts_of, started

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ee_export_widget.session import views
    from ee_export_widget.session.entry import Entry
    from ee_export_widget.session.snapshot import Snapshot
    from ee_export_widget.session.splitting import Parts

_CLOSE = button("entry_close", "Cancel")
_GEOJSON = '{"type": "Polygon", "coordinates": [[[11.5, 48.0], …]]}'


def links() -> views.Buttons:
    """Give the ways to a grid that need no hand on the map."""
    return buttons(
        button("type_bounds", "Type bounds"),
        button("paste_geojson", "Paste GeoJSON"),
        button("copy_grid", "Copy grid from an asset"),
        button("edit_affine", "Edit affine transform"),
        button("split", "Split into parts"),
        links=True,
    )


def entry(snapshot: Snapshot) -> list[views.Item]:
    """Give the small form that is open, if any."""
    maker = _FORMS.get(snapshot.entry.tool)
    return [maker(snapshot)] if maker is not None else []


def _bounds(snapshot: Snapshot) -> views.Entry:
    state = snapshot.entry
    in_crs = state.texts.get("units") == "crs"
    label = _crs_label(snapshot)
    names = ("Least x", "Least y", "Greatest x", "Greatest y") if in_crs else ("West", "South", "East", "North")
    unit = _units(snapshot) if in_crs else "°"
    sides: list[views.Item] = [_field(state, name, text, unit=unit) for name, text in zip(SIDES, names, strict=True)]
    units = [option("degrees", "Degrees"), option("crs", f"Units of {label}")]
    return _form(
        state, "Type bounds", "",
        [_field(state, "units", "Units", control="segments", options=units), row(*sides)],
        button("entry_apply", "Use these bounds"),
    )  # fmt: skip


def _geojson(snapshot: Snapshot) -> views.Entry:
    hint = "A Polygon or MultiPolygon in longitude and latitude. A file can be dropped on the map too."
    area = _field(snapshot.entry, "geojson", "GeoJSON", control="area", placeholder=_GEOJSON)
    return _form(snapshot.entry, "Paste GeoJSON", hint, [area], button("entry_apply", "Use this region"))


def _copy(snapshot: Snapshot) -> views.Entry:
    state = snapshot.entry
    busy = "Reading the asset." if state.busy else ""
    hint = (
        "Copying takes CRS, pixels and size of the asset. Snapping keeps yours and lines the edges up with its pixels."
    )
    asset = _field(state, "asset", "Image asset", placeholder="projects/my-project/assets/my_image")
    return _form(
        state, "Copy grid from an asset", "Reading the grid…" if busy else hint, [asset],
        button("entry_apply", "Copy grid", reason=busy), button("entry_snap", "Snap edges to it", reason=busy),
    )  # fmt: skip


def _affine(snapshot: Snapshot) -> views.Entry:
    state, unit = snapshot.entry, _units(snapshot)
    units = (unit, unit, unit) * 2
    numbers: list[views.Item] = [
        _field(state, name, name, unit=size) for name, size in zip(COEFFICIENTS, units, strict=True)
    ]
    size = [_field(state, "width", "Width", unit="px"), _field(state, "height", "Height", unit="px")]
    hint = (
        f"x = scaleX · column + shearX · row + translateX, and so for y; in {_crs_label(snapshot)}. "
        "Column 0, row 0 is the outer corner of the first pixel."
    )
    rows: list[views.Item] = [row(*numbers[:3], layout="thirds"), row(*numbers[3:], layout="thirds"), row(*size)]
    return _form(state, "Edit affine transform", hint, rows, button("entry_apply", "Use this grid"))


def _wkt(snapshot: Snapshot) -> views.Entry:
    area = _field(snapshot.entry, "wkt", "WKT of the CRS", control="area", placeholder='PROJCS["…", GEOGCS[…], …]')
    return _form(snapshot.entry, "Paste WKT", "WKT 1 or WKT 2.", [area], button("entry_apply", "Use this CRS"))


def _split(snapshot: Snapshot) -> views.Entry:
    state, parts = snapshot.entry, parts_of(snapshot)
    state = replace(state, problems=(parts.problem,) if parts.problem is not None else ())
    ways = [option("pixels", "By pixels"), option("tile", "By tile"), option("antimeridian", "At 180°")]
    items: list[views.Item] = [_field(state, "by", "Cut", control="segments", options=ways)]
    match state.texts.get("by"):
        case "pixels":
            items.append(_field(state, "size", "Most pixels of a part", unit="px"))
        case "tile":
            sizes = _field(state, "width", "Width", unit="px"), _field(state, "height", "Height", unit="px")
            items.append(row(*sizes))
    items += [text(words) for words in _parts_in_words(parts, started(snapshot, parts))]
    hint = "Parts are cut along the pixels of the whole."
    return _form(state, "Split into parts", hint, items, parts_button(snapshot))


def parts_button(snapshot: Snapshot, *, primary: bool = False) -> views.Button:
    """Make the button that asks whether the parts that are left are to be started."""
    parts = parts_of(snapshot)
    left = len(parts.requests) - started(snapshot, parts)
    busy = "The parts are being submitted." if snapshot.submission.state == "submitting" else ""
    wrong = "Solve the problems of the form first." if blocking(snapshot) else ""
    reason = busy or wrong or _nothing(parts, left)
    label = f"Submit {plural(left, 'export')}…" if left else "Submit exports…"
    return button("submit_parts", label, primary=primary, reason=reason)


def _parts_in_words(parts: Parts, running: int) -> list[str]:
    """Name the parts: all of a few, first and last of many."""
    names = [name_of(request) for request in parts.requests]
    if not names:
        return []
    listed = names if len(names) <= _LISTED else [*names[: _LISTED - 1], "…", names[-1]]
    sizes = sorted({f"{grid.width:,} × {grid.height:,} px" for grid in parts.grids})
    of = sizes[0] if len(sizes) == 1 else f"up to {max(grid.pixel_count for grid in parts.grids):,} px"
    lines = [f"{plural(len(names), 'part')}, {of}: {', '.join(listed)}."]
    return [*lines, f"{running} of {len(names)} are started."] if running else lines


def _nothing(parts: Parts, left: int) -> str:
    if parts.problem is not None:
        return parts.problem.message
    if len(parts.requests) == 1:
        return "There is nothing to cut: the export is one part."
    return "" if left else "All parts are started."


_LISTED = 6

_FORMS = {
    "bounds": _bounds, "geojson": _geojson, "copy": _copy, "affine": _affine, "wkt": _wkt, "split": _split,
}  # fmt: skip


def _form(state: Entry, label: str, hint: str, items: list[views.Item], *buttons: views.Button) -> views.Entry:
    placed = {part["name"].removeprefix(PREFIX) for part in _fields(items)}
    rest = [problem for problem in state.problems if problem.field not in placed]
    return {
        "kind": "entry", "name": state.tool, "label": label, "hint": hint, "items": items,
        "problem": message(rest[0]) if rest else None, "apply": "entry_apply", "buttons": [*buttons, _CLOSE],
    }  # fmt: skip


def _fields(items: Iterable[views.Item]) -> list[views.Field]:
    rows = [part for item in items for part in (item["items"] if item["kind"] == "row" else [item])]
    return [part for part in rows if part["kind"] == "field"]


def _field(  # noqa: PLR0913 - a field has this many faces
    state: Entry,
    name: str,
    label: str,
    *,
    control: Control = "text",
    unit: str = "",
    placeholder: str = "",
    options: Iterable[views.Option] = (),
) -> views.Field:
    wrong = [message(problem) for problem in state.problems if problem.field.rpartition(".")[2] == name]
    return field(
        PREFIX + name, label, state.texts.get(name, ""), control=control, unit=unit, placeholder=placeholder,
        options=options, messages=wrong,
    )  # fmt: skip


def _units(snapshot: Snapshot) -> str:
    try:
        units = Crs.from_text(snapshot.composed.crs).units
    except InvalidRequestError:
        return "°"
    return "°" if units == "degrees" else units


def _crs_label(snapshot: Snapshot) -> str:
    return Crs.from_text(snapshot.composed.crs).label if snapshot.composed.crs_known else "EPSG:4326"
