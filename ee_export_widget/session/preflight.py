"""The dry run: the real expression on the real grid, in small windows, which starts nothing.

What needs memory or time over the whole export cannot be known this way; what fails on 16 x 16 pixels, or gives
pixels that nobody expects, can.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from ee_export_widget.core.grid.windows import Window, windows
from ee_export_widget.core.image_steps import edges, is_filled
from ee_export_widget.core.wrapping import mask_of
from ee_export_widget.errors import (
    BadRequestError,
    ExportWidgetError,
    InvalidRequestError,
    Problem,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import TypeAlias

    import numpy as np
    import numpy.typing as npt

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.image_info import BandInfo, ImageInfo
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

    Array: TypeAlias = npt.NDArray[np.generic]

MOST_BANDS = 500
"""Bands that are computed; a reply has 1024 at most (service reference)."""
NO_DATA = "fileExportOptions.geoTiffOptions.noData"
_MOST_BLAMED = 12
_MOST_NAMES = 3
JOB = "preflight"


@dataclass(frozen=True)
class Preflight:
    """How the dry run of an export went."""

    state: Literal["none", "running", "passed", "failed", "unreachable"] = "none"
    about: Matter | None = None
    """What was run; see `is_current`."""
    windows: tuple[Window, ...] = ()
    bands: int = 0
    """How many were computed."""
    of_bands: int = 0
    at: datetime | None = None
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    """Notes of a run that passed; none of them blocks."""
    occurring: frozenset[float] = frozenset()
    """Numbers at the edges of the bands' types that pixels hold."""
    band: str = ""
    """The band that failed, where that is known."""
    message: str = ""
    hint: str = ""

    @property
    def passed(self) -> bool:
        """Whether every window could be computed."""
        return self.state == "passed"

    def is_current(self, snapshot: Snapshot) -> bool:
        """Tell whether what was run is what would be submitted now."""
        return self.about == Matter.of(snapshot)


@dataclass(frozen=True)
class Matter:
    """What a preflight is about: everything but the request id, which changes by itself."""

    base_url: str
    project: str
    draft: Draft = field(repr=False)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Matter:
        """Give what would be submitted."""
        return cls(snapshot.connection.base_url, snapshot.project, replace(snapshot.draft, request_id=""))


@dataclass(frozen=True)
class _Pixels:
    """Values and masks of one window: band id to an array of shape ``(height, width)``."""

    values: dict[str, Array]
    masks: dict[str, Array]


class _WindowFailedError(Exception):
    """The service could not compute a window."""

    def __init__(self, window: Window, cause: BadRequestError) -> None:
        super().__init__(cause.message)
        self.window = window
        self.cause = cause


async def run(session: ExportSession) -> Preflight:
    """Compute the windows and say what they show; runs on the background loop."""
    from ee_export_widget.session.services import settled

    await settled(session)
    with session.lock:
        snapshot, client = session.snapshot, session.client
        request, grid = snapshot.composed.request, snapshot.composed.grid
        if snapshot.errors or request is None or grid is None:
            raise InvalidRequestError(snapshot.errors)
        if client is None:
            message = "The form is not connected to a service."
            raise ExportWidgetError(message, hint="Choose a project, or the local emulator.")
        begun = session.now()
        running = Preflight("running", Matter.of(snapshot), tuple(windows(grid)), at=begun)
        session.update(preflight=running)
    found = replace(running, state="none")
    try:
        before_filling = snapshot.draft.chosen if is_filled(snapshot.draft) else None
        found = await _judged(running, client, request, snapshot.image.info, before_filling)
    except ExportWidgetError as error:
        found = replace(running, state="unreachable", message=error.message, hint=error.hint)
        raise
    finally:
        ended = session.now()
        found = replace(found, at=ended, seconds=(ended - begun).total_seconds())
        with session.lock:
            if session.snapshot.preflight is running:
                session.update(preflight=found)
    return found


async def _judged(
    running: Preflight,
    client: EarthEngineClient,
    request: ExportImageRequest,
    info: ImageInfo | None,
    before_filling: Mapping[str, Any] | None,
) -> Preflight:
    bands = [band for band in info.bands if not band.is_array][:MOST_BANDS] if info else []
    expression: Any = request.expression
    # A filled image hides where it was masked, and so which pixels have held the value of its own.
    masks = [mask_of(expression), *([mask_of(before_filling)] if before_filling is not None else [])]
    ids = [band.id for band in bands] or None
    try:
        pixels = await asyncio.gather(
            *(_window(client, [expression, *masks], window, ids) for window in running.windows)
        )
    except _WindowFailedError as failed:
        band = await _culprit(client, expression, failed.window, ids or [])
        return replace(running, state="failed", band=band, message=failed.cause.message, hint=failed.cause.hint)
    missing = [band.id for band in bands if any(band.id not in each.values for each in pixels)]
    if missing:
        return replace(running, state="failed", band=missing[0], message="The service gave no pixels of this band.")
    return replace(
        running,
        state="passed",
        bands=len(pixels[0].values),
        of_bands=len(info.bands) if info else len(pixels[0].values),
        problems=tuple(notes(pixels, bands, request)),
        occurring=_occurring(pixels, bands),
    )


async def _window(
    client: EarthEngineClient, images: Sequence[Any], window: Window, ids: Sequence[str] | None
) -> _Pixels:  # fmt: skip
    """Compute an image and its masks, of which each can mask a pixel."""
    try:
        contents = await asyncio.gather(
            *(client.compute_pixels(image, grid=window.grid, file_format="NPY", band_ids=ids) for image in images)
        )
    except BadRequestError as error:
        raise _WindowFailedError(window, error) from error
    values, *masks = (_bands(content, window) for content in contents)
    return _Pixels(values, {band: reduce(_both, (mask[band] for mask in masks)) for band in masks[0]})


def _both(mask: Array, other: Array) -> Array:
    import numpy as np

    return np.minimum(mask, other)


def _occurring(pixels: Sequence[_Pixels], bands: Sequence[BandInfo]) -> frozenset[float]:
    """Give the numbers at the edges of the bands' types that unmasked pixels hold."""
    return frozenset(
        edge
        for band in bands
        for edge in edges(band.pixel_type)
        for each in pixels
        if bool(((each.values[band.id] == edge) & (each.masks[band.id] > 0)).any())  # type: ignore[operator] # as above
    )


def _bands(content: bytes, window: Window) -> dict[str, Array]:
    """Read a NumPy file with one field for each band."""
    import numpy as np

    path = "image:computePixels"
    try:
        array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except ValueError as error:
        raise UnexpectedResponseError("The pixels cannot be read.", method="POST", path=path) from error
    if array.shape != (window.grid.height, window.grid.width):
        message = f"The service gave an array of shape {array.shape} for {window.grid.width} × {window.grid.height} px."
        raise UnexpectedResponseError(message, method="POST", path=path)
    return {name: array[name] for name in array.dtype.names or ()}


async def _culprit(client: EarthEngineClient, expression: Any, window: Window, ids: Sequence[str]) -> str:  # noqa: ANN401
    """Find the band that cannot be computed, where it is one of the first; empty where it is none of them alone."""
    for band in ids[:_MOST_BLAMED]:
        try:
            await client.compute_pixels(expression, grid=window.grid, file_format="NPY", band_ids=[band])
        except BadRequestError:
            return band if len(ids) > 1 else ""
    return ""


def notes(pixels: Sequence[_Pixels], bands: Sequence[BandInfo], request: ExportImageRequest) -> list[Problem]:
    """Say what the windows show that only computing can show, in one sentence for all bands alike."""
    import numpy as np

    names = list(pixels[0].values)
    seen = {band: [each.masks[band] > 0 for each in pixels] for band in names}  # type: ignore[operator] # masks are numbers
    valid = {
        band: np.concatenate([each.values[band][mask] for each, mask in zip(pixels, seen[band], strict=True)])
        for band in names
    }
    unseen = [band for band in names if valid[band].size == 0]
    if len(unseen) == len(names):
        message = "Every pixel of the windows is masked."
        hint = "See whether the region lies on data."
        return [Problem("expression", "windows-masked", "warning", message, hint)]
    number = no_data(request)
    described = {band.id: band.pixel_type.is_integer for band in bands}
    floating = {band for band in names if valid[band].dtype.kind == "f"}
    strange = [band for band in names if band in floating and not np.isfinite(valid[band]).all()]
    other = [band for band in names if band in described and (band in floating) == described[band]]
    lost = [band for band in names if number is not None and bool((valid[band] == number).any())]
    return [
        *_note("band-masked", "Fully masked in these windows", unseen),
        *_note("not-finite", "Values that are no numbers", strange, "Mask them, or replace them."),
        *_note("type-differs", "Pixels of another type than the description says", other),
        *_note("no-data-occurs", f"Pixels with the no-data value {number} that are not masked", lost, path=NO_DATA),
        *_zeros(pixels, request),
    ]


def _note(
    code: str, words: str, band_ids: Sequence[str], hint: str = "", *, path: str = "expression"
) -> Iterator[Problem]:
    if band_ids:
        yield Problem(path, code, "warning", f"{words}: {_some(band_ids)}.", hint)


def _some(names: Sequence[str]) -> str:
    """Name the first few, and say how many there are."""
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown}, … ({len(names):,} bands)" if len(names) > _MOST_NAMES else shown


def _zeros(pixels: Sequence[_Pixels], request: ExportImageRequest) -> Iterator[Problem]:
    files = request.file_export_options
    if files is None or files.file_format != "GEO_TIFF" or no_data(request) is not None:
        return
    masked = sum(int((mask == 0).sum()) for each in pixels for mask in each.masks.values())
    total = sum(mask.size for each in pixels for mask in each.masks.values())
    if 0 < masked < total:
        message = f"{masked / total:.0%} of these pixels are masked; without a no-data value they become 0 in the file."
        yield Problem(NO_DATA, "masked-become-zero", "warning", message)


def no_data(request: ExportImageRequest) -> float | None:
    """Give the no-data value of a GeoTIFF."""
    files = request.file_export_options
    value = files.geo_tiff_options.no_data if files and files.geo_tiff_options else None
    return None if value is None else value.float_value


def start(session: ExportSession) -> None:
    """Run in the background; how it went shows in the snapshot."""

    async def shown() -> None:
        with contextlib.suppress(ExportWidgetError):
            await run(session)

    session.run(JOB, shown())


def stop(session: ExportSession) -> None:
    """Give up the preflight that was started last."""
    session.give_up(JOB)
