"""The pyramid preview: what each policy shows of a band when the map zooms out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.classes import Classes
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.session.fixes import OVERRIDES
from ee_export_widget.session.present.parts import doing, option, said
from ee_export_widget.session.present.pyramid_pictures import NO_PICTURE, drawn, ground_size
from ee_export_widget.session.pyramid import kind_of

if TYPE_CHECKING:
    from ee_export_widget.core.pyramid.judgement import Judgement
    from ee_export_widget.session import views
    from ee_export_widget.session.present.pyramid_pictures import Drawn
    from ee_export_widget.session.pyramid import PyramidPreview, Window
    from ee_export_widget.session.snapshot import Snapshot

_NOTES_OF_CODES = {
    PyramidingPolicy.MEAN: "averages codes",
    PyramidingPolicy.MODE: "majority class",
    PyramidingPolicy.SAMPLE: "upper-left pixel",
    PyramidingPolicy.MIN: "lowest code",
    PyramidingPolicy.MAX: "highest code",
    PyramidingPolicy.MEDIAN: "middle code",
}
_NOTES = {
    PyramidingPolicy.MEAN: "averages",
    PyramidingPolicy.MODE: "majority value",
    PyramidingPolicy.SAMPLE: "upper-left pixel",
    PyramidingPolicy.MIN: "lowest value",
    PyramidingPolicy.MAX: "highest value",
    PyramidingPolicy.MEDIAN: "middle value",
}
_WHAT = "What each policy shows when the map zooms out."
_PICKING = "Click a place on the map, or move there with the arrows and press Enter. Esc cancels."


def pyramid(snapshot: Snapshot) -> views.PyramidView:
    """Six columns, one for each policy, beside the window that they are made of."""
    preview = snapshot.pyramid
    window, kind = preview.window, kind_of(snapshot, preview.band)
    codes = kind not in {"", "measured"}
    shown = _drawn(snapshot, window, codes=codes) if window is not None else None
    columns = [_column(policy, snapshot, shown, codes=codes) for policy in PyramidingPolicy] if preview.band else []
    noun = _noun(kind)
    return {
        "band": preview.band,
        "path": f"{OVERRIDES}.{preview.band}",
        "text": _PICKING if snapshot.map_mode == "pick" else _text(window),
        "windows": _windows(preview) if preview.band else [],
        "window": "pick" if preview.chosen < 0 else str(preview.chosen),
        "message": _message(preview),
        "source": shown.source if shown is not None else NO_PICTURE,
        "legend": shown.legend if shown is not None else [],
        "columns": columns,
        "key": f"Hatched: the pixel shows a {noun} that none of its source pixels had." if codes else "",
        "said": _said(preview, columns),
    }


def _noun(kind: str) -> str:
    return "class" if kind in {"class", "mask"} else "value"


def _text(window: Window | None) -> str:
    if window is None:
        return _WHAT
    grid = window.grid
    return f"{_WHAT} Computed from a {ground_size(grid, grid.width, grid.height)} window of your image."


def _windows(preview: PyramidPreview) -> list[views.Option]:
    count = max(1, len(preview.mixed))
    found = [option(str(number), f"Window {number + 1}", note=_place(preview, number)) for number in range(count)]
    return [*found, option("pick", "Pick on map")]


def _place(preview: PyramidPreview, number: int) -> str:
    if number >= len(preview.mixed):
        return ""
    column, row = preview.mixed[number]
    return f"At column {column:,}, row {row:,} of the export"


def _message(preview: PyramidPreview) -> views.Message | None:
    if preview.state == "missing":
        return said("info", "", preview.message)
    if preview.state != "failed":
        return None
    again = doing("pyramid_again", "Try again")
    return said("warning", "Could not read the preview window:", preview.message, again)


def _said(preview: PyramidPreview, columns: list[views.PolicyColumn]) -> str:
    if preview.state == "reading":
        return "Reading the preview window…"
    chosen = next((column for column in columns if column["checked"] and column["verdict"]), None)
    if chosen is None:
        return preview.message
    lines = (" ".join(filter(None, line)) for line in chosen["verdict"])
    return f"Pyramid preview of {preview.band}. {chosen['policy']}: {', '.join(lines)}."


def _drawn(snapshot: Snapshot, window: Window, *, codes: bool) -> Drawn:
    info = snapshot.image.info
    classes = Classes.of(info.properties if info is not None else {}, snapshot.pyramid.band)
    return drawn(window, classes, codes=codes)


def _column(policy: PyramidingPolicy, snapshot: Snapshot, shown: Drawn | None, *, codes: bool) -> views.PolicyColumn:
    band, draft = snapshot.pyramid.band, snapshot.draft
    window = snapshot.pyramid.window
    tone: views.Tone = "muted"
    verdict: list[tuple[str, str]] = []
    if window is not None:
        tone, verdict = _verdict(policy, window.judgements[policy], snapshot, codes=codes)
    return {
        "policy": policy.value,
        "note": (_NOTES_OF_CODES if codes else _NOTES)[policy],
        "checked": draft.overrides.get(band, draft.default_policy) == policy,
        "pictures": shown.levels[policy] if shown is not None else [NO_PICTURE, NO_PICTURE, NO_PICTURE],
        "tone": tone,
        "verdict": verdict,
    }


def _verdict(
    policy: PyramidingPolicy, judgement: Judgement, snapshot: Snapshot, *, codes: bool
) -> tuple[views.Tone, list[tuple[str, str]]]:
    info, kind = snapshot.image.info, kind_of(snapshot, snapshot.pyramid.band)
    pairs = zip(info.bands if info else (), snapshot.image.suggestions, strict=False)
    wanted = any(band.id == snapshot.pyramid.band and found.policy == policy for band, found in pairs)
    tone: views.Tone = "ok" if wanted else "info"
    if not codes:
        return tone, [("", f"mean error {judgement.error:,.3g}")]
    lines = [(_percent(judgement.keeps), f"keep the main {_noun(kind)}")]
    if judgement.invents > 0:
        return "error", [*lines, (_percent(judgement.invents), "invented")]
    return tone, lines


def _percent(share: float) -> str:
    """Give a share so that only nothing is 0 % and only all is 100 %."""
    if 0 < share < 0.01:  # noqa: PLR2004 - one percent
        return "< 1 %"
    return f"{min(round(share * 100), 99) if share < 1 else 100} %"
