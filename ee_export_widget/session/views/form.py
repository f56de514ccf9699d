"""Steps made of fields, facts, messages and buttons."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

Tone: TypeAlias = Literal["plain", "muted", "ok", "info", "warning", "error", "todo", "busy"]
"""Meaning of a text beside its words; the page gives it an icon and a colour."""

FieldValue: TypeAlias = str | bool


class Fix(TypedDict):
    """A button beside a message; what it leads to is said beforehand."""

    name: str
    label: str
    note: str
    does: NotRequired[tuple[str, dict[str, str]]]
    """Action that a press asks for, and its arguments; where nothing is said, the fix of this name is applied."""
    copies: NotRequired[str]
    """Text for the clipboard; nothing is changed."""
    leads: NotRequired[str]
    """JSON path of the field that takes the focus; nothing is changed."""


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
    control: Literal["text", "area", "select", "combo", "check", "segments"]
    value: FieldValue
    placeholder: str
    prefix: str
    unit: str
    tip: str
    """What the field is for, in one line: its tooltip."""
    mono: bool
    options: list[Option]
    """Entries of a select or of segments, suggestions of a combo (free text stays possible)."""
    searched: NotRequired[str]
    """The text that a combo's suggestions were looked up for; for any other text they are searched in the page."""
    button: NotRequired[Button]
    """A small button inside the field, such as "New request ID"."""
    hint_tone: Tone
    hint: str
    messages: list[Message]
    disabled: bool


RowLayout: TypeAlias = Literal["three", "thirds", "two", "advanced", "image", "buttons", "checks"]


class Row(TypedDict):
    """Fields side by side; ``layout`` names a grid of the style sheet."""

    kind: Literal["row"]
    layout: RowLayout
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
    copies: NotRequired[bool]
    """Whether the kernel answers with a text for the clipboard; the menu stays open and says so."""
    presses: NotRequired[Literal["load", "save"]]
    """The button of the request panel that the page presses in its place: a page opens files only at a press."""


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
    about: NotRequired[list[tuple[str, str]]]
    """Terms and values that explain what the menu is about, below the entries."""
    path: NotRequired[str]
    """Whoever is led to this path finds the menu open."""


class Status(TypedDict):
    """Readiness, with links to the fields that hold problems."""

    kind: Literal["status"]
    tone: Tone
    strong: str
    pieces: list[str]
    links: list[tuple[str, str]]
    """Label and JSON path; following one moves the focus to the field."""
    part: Literal["connection", "readiness", "preflight"]


class Skip(TypedDict):
    """A box to tick: the question is not to come again."""

    label: str
    hint: str
    checked: bool


class Confirm(TypedDict):
    """The four lines that are read before something is written."""

    kind: Literal["confirm"]
    title: str
    rows: list[tuple[str, str, str]]
    """Term, value, and a muted remark."""
    messages: list[Message]
    back: Button
    go: Button
    skip: NotRequired[Skip]


class Entry(TypedDict):
    """A small form inside of a step, opened by a button and put away again; its first field gets the focus."""

    kind: Literal["entry"]
    name: str
    label: str
    hint: str
    items: list[Item]
    problem: Message | None
    """What is wrong with all of it; what is wrong with a field stands beside the field."""
    apply: str
    """Action for Enter in a line of text."""
    buttons: list[Button]
    """The last one puts the form away, as Escape does."""


class AssetEntry(TypedDict):
    """One asset of a list; ``opens`` tells that others lie in it."""

    name: str
    label: str
    note: str
    opens: bool


class Assets(TypedDict):
    """A list of assets to choose one from: a way from the root, and what lies at its end."""

    kind: Literal["assets"]
    label: str
    way: list[tuple[str, str]]
    """Label and full name of the folder and of all that it lies in, the root first."""
    entries: list[AssetEntry]
    busy: bool
    text: str
    """What to say in place of a list, or below it."""
    more: bool
    """Whether there are further pages."""
    use: Button


Item: TypeAlias = (
    Field | Row | Facts | Note | Text | Pairs | Buttons | Title | Gap | Menu | Status | Confirm | Entry | Assets
)


class FormView(TypedDict):
    """A panel of the generic form: an optional heading and its items in reading order."""

    label: str
    """Accessible name of the region."""
    head: Head | None
    items: list[Item]
    ack: int
    """Highest `Edit.seq` taken in; the page keeps newer text that is still being typed."""
