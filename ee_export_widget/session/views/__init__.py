"""The plain data that panels show: one type per kind of thing on the screen.

``present`` makes these from a session, the front end draws them and decides nothing. Every text is
ready to be shown; it is always text, never markup. The same names stand in ``widgets/views.d.ts``
for the front end's type check.

The page answers with small messages (`Edit`, `Action`), each naming what the person did.
"""

from __future__ import annotations

from ee_export_widget.session.views.bands import (
    BandsView,
)
from ee_export_widget.session.views.form import (
    AssetEntry,
    Assets,
    Button,
    Buttons,
    Confirm,
    Entry,
    Fact,
    Facts,
    Field,
    FieldValue,
    Fix,
    FormView,
    Gap,
    Head,
    Item,
    Mark,
    Menu,
    MenuEntry,
    Message,
    Note,
    Option,
    Pairs,
    Row,
    RowLayout,
    Skip,
    Status,
    Text,
    Title,
    Tone,
)
from ee_export_widget.session.views.map import (
    Call,
    Colouring,
    Layer,
    LonLat,
    Look,
    Loupe,
    MapView,
    Mesh,
    OtherGrid,
    Picture,
)
from ee_export_widget.session.views.messages import (
    Action,
    Edit,
)
from ee_export_widget.session.views.operations import (
    Clock,
    Explanation,
    OperationsView,
    OperationView,
    Stage,
    Verification,
)
from ee_export_widget.session.views.preview import (
    Line,
    PreviewView,
    Refusal,
)
from ee_export_widget.session.views.pyramid import (
    LevelPicture,
    PolicyColumn,
    PyramidView,
)

__all__ = [
    "Action",
    "AssetEntry",
    "Assets",
    "BandsView",
    "Button",
    "Buttons",
    "Call",
    "Clock",
    "Colouring",
    "Confirm",
    "Edit",
    "Entry",
    "Explanation",
    "Fact",
    "Facts",
    "Field",
    "FieldValue",
    "Fix",
    "FormView",
    "Gap",
    "Head",
    "Item",
    "Layer",
    "LevelPicture",
    "Line",
    "LonLat",
    "Look",
    "Loupe",
    "MapView",
    "Mark",
    "Menu",
    "MenuEntry",
    "Mesh",
    "Message",
    "Note",
    "OperationView",
    "OperationsView",
    "Option",
    "OtherGrid",
    "Pairs",
    "Picture",
    "PolicyColumn",
    "PreviewView",
    "PyramidView",
    "Refusal",
    "Row",
    "RowLayout",
    "Skip",
    "Stage",
    "Status",
    "Text",
    "Title",
    "Tone",
    "Verification",
]
