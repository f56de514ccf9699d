"""The band table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import Head, Note, Option


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
    previewed: str
    """The band whose pyramid is previewed, or empty."""
    arrays: list[bool]
    """True where pixels hold arrays, which have no pyramid to preview."""
    pixels: list[str]
    """Size of each band's own pixels."""
    values: list[str]
    """What values of each band were seen; empty where none were read."""
    harms: list[str]
    """Why the policy in force spoils a band; empty where it does not, or in no way that has a name."""
    notes: list[Note]
    foot: str
    ack: int
