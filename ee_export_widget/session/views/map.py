"""What is drawn over the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import Button

LonLat: TypeAlias = tuple[float, float]


class MapView(TypedDict):
    """Everything drawn over the map, in longitude and latitude (degrees)."""

    mode: Literal["pan", "draw", "polygon", "pick"]
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
    layers: list[Layer]
    """What can be shown and hidden, in the order of its menu."""
    picture: Picture | None
    """How the preview of the image is coloured; None while there is no image to be seen."""
    exports: list[OtherGrid]
    """What was exported earlier."""
    loupes: list[Loupe]
    """Four places at the edge of the grid, the north-west one first; or none."""
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


class Layer(TypedDict):
    """One entry of the menu of layers."""

    name: str
    label: str
    note: str
    """What there is to say of it; may be empty."""
    shown: bool


class Picture(TypedDict):
    """How the preview of the image is coloured."""

    colour: bool
    """Whether three bands are red, green and blue; one band is grey."""
    channels: list[Colouring]
    hint: str
    """What an empty end of a stretch means."""
    automatic: Button | None
    """Empties the ends of all stretches; None where they are empty."""


class Colouring(TypedDict):
    """One colour of the preview: its band, and the values that are shown darkest and brightest."""

    label: str
    band: str
    low: str
    """As typed; may be empty."""
    low_hint: str
    """The automatic value, once it is known."""
    high: str
    high_hint: str
    message: str
    """What is wrong with the stretch; may be empty."""


class Loupe(TypedDict):
    """One place at the edge of the grid, seen so closely that its pixels can be counted.

    The ring of what is exported, and the stretch of what was drawn, are columns and rows, counted from the corner
    of the pixel at the place, which lies ``left`` and ``top`` pixels inside of what is seen.
    """

    caption: str
    name: str
    place: LonLat
    left: float
    top: float
    exported: list[tuple[float, float]]
    drawn: list[tuple[float, float]]


class Call(TypedDict):
    """The panel over a map without a region."""

    strong: str
    text: str
    buttons: list[Button]
