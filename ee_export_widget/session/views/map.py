"""What is drawn over the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import Button

LonLat: TypeAlias = tuple[float, float]


class MapView(TypedDict):
    """Everything drawn over the map, in longitude and latitude (degrees)."""

    mode: Literal["pan", "draw", "polygon"]
    tools: list[Button]
    revision: str
    """Names what is drawn; a `Look` at something else is out of date."""
    lattice: bool
    """Whether the lines between pixels are shown where they are far enough apart."""
    footprint: list[LonLat]
    """Outline of the grid that will be exported, closed; empty while there is none."""
    drawn: list[list[LonLat]]
    """What the person drew: rings, each closed."""
    handles: list[LonLat]
    """North-west, north, north-east, east, south-east, south, south-west, west of the grid; or empty."""
    parts: list[list[LonLat]]
    """Outlines of the parts into which the export would be split, closed."""
    other: OtherGrid | None
    """What an operation writes, shown beside what will be exported."""
    tone: Literal["plain", "error"]
    width_label: str
    height_label: str
    edge_label: str
    """What stands beside the edge of the grid where its pixels are seen."""
    drawn_label: str
    """The same for the edge that was drawn."""
    source: list[LonLat]
    """Outline of the source image, closed; what lies outside is shaded."""
    source_label: str
    loupe: Loupe | None
    tip: list[str]
    """Lines beside the pointer while drawing: the first is strong, the last muted."""
    tip_by_keys: list[str]
    """The same for whoever draws by keys."""
    call: Call | None
    graticule: bool
    """True draws longitude and latitude lines, for a map without a base layer."""
    ground: str
    """Sentence in the corner, such as "Base map not reachable. Drawing still works."."""


class OtherGrid(TypedDict):
    """The grid of an operation."""

    outline: list[LonLat]
    """Closed."""
    label: str


class Mesh(TypedDict):
    """A window of the grid in whole pixels, and a net of places over it, row by row from its first pixel."""

    column: int
    row: int
    columns: int
    rows: int
    places: list[list[LonLat]]


class Look(TypedDict):
    """What one view of the map is told of its own: outlines as finely as it shows them, and the pixels there."""

    revision: str
    footprint: list[LonLat]
    source: list[LonLat]
    mesh: Mesh | None


class Loupe(TypedDict):
    """The corner where the drawn edge meets the pixel edge, in pixels of the grid.

    ``corner`` is the corner shown; ``dx`` and ``dy`` in [0, 1) say how far inside of the exported
    corner the drawn one lies, in pixels.
    """

    corner: str
    dx: float
    dy: float


class Call(TypedDict):
    """The panel over a map without a region."""

    strong: str
    text: str
    buttons: list[Button]
