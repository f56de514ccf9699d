"""The plain data that panels show: one type per kind of thing on the screen.

``present`` makes these from a session, the front end draws them and decides nothing. Every text is
ready to be shown; it is always text, never markup. The same names stand in ``widgets/views.d.ts``
for the front end's type check.

The page answers with small messages (`Edit`, `Action`), each naming what the person did.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

Tone: TypeAlias = Literal["plain", "muted", "ok", "info", "warning", "error", "todo", "busy"]
"""Meaning of a text beside its words; the page gives it an icon and a colour."""

FieldValue: TypeAlias = str | bool


class Fix(TypedDict):
    """A button that changes the draft and says beforehand to what."""

    name: str
    label: str
    note: str


class Message(TypedDict):
    """One problem, beside the field that it is about."""

    severity: Literal["error", "warning", "info"]
    field: str
    """JSON path of the request, as in ``Problem.field``."""
    strong: str
    text: str
    fixes: list[Fix]


class Mark(TypedDict):
    """The state of a step, at the right end of its heading."""

    tone: Literal["ok", "todo", "warning", "error", "plain", "muted"]
    text: str
    """Shown beside the icon; for ``ok`` it is read aloud only."""


class Head(TypedDict):
    """Heading of a step."""

    title: str
    summary: str
    """One line that answers for the step while it is closed."""
    mark: Mark
    opens: Literal["always", "wide", "never"]
    """At which widths the step is open until the person decides otherwise."""
    forced: bool
    """True opens the step once: it holds a problem that was not there before."""


class Option(TypedDict):
    """One entry of a choice."""

    value: str
    label: str
    note: str
    icon: str


class Button(TypedDict):
    """A button; ``reason`` says why it cannot be pressed, empty where it can."""

    name: str
    label: str
    icon: str
    """Name of an icon of ``dom.js``, or empty."""
    primary: bool
    reason: str
    icon_only: bool


class Field(TypedDict):
    """A labelled control. ``name`` is what an `Edit` gives back; ``paths`` are the JSON paths it writes."""

    kind: Literal["field"]
    name: str
    paths: list[str]
    label: str
    aside: str
    """Words beside the label, such as "optional"."""
    control: Literal["text", "select", "combo", "check", "segments"]
    value: FieldValue
    placeholder: str
    prefix: str
    unit: str
    mono: bool
    options: list[Option]
    """Entries of a select or of segments, suggestions of a combo (free text stays possible)."""
    button: NotRequired[Button]
    """A small button inside the field, such as "New request ID"."""
    hint_tone: Tone
    hint: str
    messages: list[Message]
    disabled: bool


class Row(TypedDict):
    """Fields side by side; ``layout`` names a grid of the style sheet."""

    kind: Literal["row"]
    layout: Literal["three", "two", "advanced", "image", "buttons"]
    items: list[Item]


class Fact(TypedDict):
    """One number of the fact list."""

    label: str
    strong: str
    text: str
    exact: str
    """The exact figure, for the tooltip."""
    tone: Tone
    meter: NotRequired[float]
    """Share of a limit, 0 to 1 and beyond; drawn as a bar, hatched above 1."""


class Facts(TypedDict):
    """The facts of the grid and one sentence about its alignment."""

    kind: Literal["facts"]
    label: str
    facts: list[Fact]
    tone: Tone
    strong: str
    text: str
    muted: str
    fixes: list[Fix]


class Note(TypedDict):
    """A message that belongs to a whole step."""

    kind: Literal["note"]
    severity: Literal["error", "warning", "info"]
    field: str
    strong: str
    text: str
    fixes: list[Fix]


class Text(TypedDict):
    """A quiet sentence."""

    kind: Literal["text"]
    tone: Tone
    strong: str
    text: str


class Pairs(TypedDict):
    """Terms and values in one line."""

    kind: Literal["pairs"]
    pairs: list[tuple[str, str]]


class Buttons(TypedDict):
    """Buttons in a line; ``links`` draws them as text links."""

    kind: Literal["buttons"]
    links: bool
    buttons: list[Button]


class Title(TypedDict):
    """The widget's name, at the left end of the bar; what follows ``gap`` goes to the right end."""

    kind: Literal["title"]
    text: str


class Gap(TypedDict):
    """Empty space that pushes what follows to the right."""

    kind: Literal["gap"]


class MenuEntry(TypedDict):
    """One line of a menu."""

    name: str
    label: str
    note: str
    reason: str
    checked: bool


class Menu(TypedDict):
    """A button that opens a list of entries and, where ``entry_label`` is given, a text field below them."""

    kind: Literal["menu"]
    name: str
    label: str
    """Accessible name."""
    prefix: str
    strong: str
    icon: str
    entries: list[MenuEntry]
    entry_label: str
    """Label of a text field; what is typed goes out as action ``name`` with ``{"text": …}``."""
    entry_placeholder: str


class Status(TypedDict):
    """Readiness, with links to the fields that hold problems."""

    kind: Literal["status"]
    tone: Tone
    strong: str
    pieces: list[str]
    links: list[tuple[str, str]]
    """Label and JSON path; following one moves the focus to the field."""
    part: Literal["connection", "readiness", "preflight"]


class Confirm(TypedDict):
    """The four lines that are read before something is written."""

    kind: Literal["confirm"]
    title: str
    rows: list[tuple[str, str, str]]
    """Term, value, and a muted remark."""
    messages: list[Message]
    back: Button
    go: Button


Item: TypeAlias = Field | Row | Facts | Note | Text | Pairs | Buttons | Title | Gap | Menu | Status | Confirm


class FormView(TypedDict):
    """A panel of the generic form: an optional heading and its items in reading order."""

    label: str
    """Accessible name of the region."""
    head: Head | None
    items: list[Item]
    ack: int
    """Highest `Edit.seq` taken in; the page keeps newer text that is still being typed."""


class BandsView(TypedDict):
    """The band table, column by column, so that 5,000 rows stay small."""

    head: Head
    empty: str
    """Sentence shown in place of the table while there are no bands."""
    default: str
    policies: list[Option]
    ids: list[str]
    types: list[str]
    policy: list[str]
    """Policy in force for each band."""
    written: list[bool]
    """True where the policy is an override that will be written."""
    why: list[str]
    suggests: list[str]
    """A differing suggested policy, or empty."""
    agrees: list[bool]
    """True where a band is a code and its policy is the suggested one."""
    kinds: list[str]
    """class, bitmask, date, mask or measured; for the filter ``kind:``."""
    notes: list[Note]
    foot: str
    ack: int


class Line(TypedDict):
    """One line of the request: pieces with a class each, and what it belongs to."""

    depth: int
    pieces: list[tuple[Literal["key", "string", "number", "word", "punct", "comment", "fold"], str]]
    path: str
    """JSON path of the member on this line, or empty."""
    message: str
    """The problem on this line, or empty."""


class PreviewView(TypedDict):
    """The request as it will be sent."""

    head: Head
    lines: list[Line]
    size: str
    """Size of the whole body, for example ``1.9 KB``."""
    note: str
    """Said when only a part is shown."""
    text: str
    """The whole body for the copy button where it is small, else empty: the page then asks for it."""


class Stage(TypedDict):
    """One stage of an operation."""

    label: str
    count: str
    tone: Literal["ok", "busy", "todo", "error", "muted"]


class Clock(TypedDict):
    """Running time that the page counts by itself: seconds since ``since_ms``, or ``text`` when it stands still."""

    since_ms: float
    running: bool
    text: str
    suffix: str


class Explanation(TypedDict):
    """Why an operation failed, in words, and the service's own message."""

    strong: str
    text: str
    hint: str
    raw: str


class OperationView(TypedDict):
    """One row of the operations panel."""

    name: str
    state: str
    """The API's state name."""
    pill: str
    tone: Tone
    icon: str
    title: str
    target: str
    clock: Clock
    progress: float
    """0 to 1; below 0 there is no bar."""
    progress_text: str
    stages: list[Stage]
    facts: list[tuple[str, str]]
    buttons: list[Button]
    asking: bool
    """True while "Cancel this export?" is being asked."""
    explanation: Explanation | None
    files: list[str]
    """Where the results are."""


class OperationsView(TypedDict):
    """Operations, newest first."""

    head: Head
    tabs: list[Option]
    tab: str
    rows: list[OperationView]
    empty: str
    notice: Message | None
    announce: str
    """Said aloud once when it changes."""
    beat_s: float
    """The page marks the panel as out of touch when nothing has come for this long; 0 switches that off."""


LonLat: TypeAlias = tuple[float, float]


class MapView(TypedDict):
    """Everything drawn over the map, in longitude and latitude (degrees)."""

    mode: Literal["pan", "draw"]
    tools: list[Button]
    footprint: list[LonLat]
    """Outline of the grid that will be exported, closed; empty while there is none."""
    drawn: list[LonLat]
    """What the person drew, closed."""
    handles: list[LonLat]
    """North-west, north, north-east, east, south-east, south, south-west, west of the grid; or empty."""
    tone: Literal["plain", "error"]
    width_label: str
    height_label: str
    source: list[LonLat]
    """Outline of the source image, closed; what lies outside is shaded."""
    source_label: str
    loupe: Loupe | None
    tip: list[str]
    """Lines beside the pointer while drawing: the first is strong, the last muted."""
    call: Call | None
    graticule: bool
    """True draws longitude and latitude lines, for a map without a base layer."""
    ground: str
    """Sentence in the corner, such as "Base map not reachable. Drawing still works."."""


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


class Edit(TypedDict):
    """From the page: a field got a new value."""

    event: Literal["edit"]
    field: str
    value: FieldValue
    seq: int


class Action(TypedDict):
    """From the page: a button, fix, menu entry or gesture."""

    event: Literal["action"]
    name: str
    args: dict[str, object]
