"""What generated code is made of: lines, each of which knows what of the request it states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ee_export_widget.core import addresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.core.expression import Expression


@dataclass(frozen=True, slots=True)
class Address:
    """Where code sends a request."""

    project: str
    base_url: str

    @property
    def is_local(self) -> bool:
        """Whether it is a service on this machine, which asks for no credentials."""
        return addresses.is_local(self.base_url)

    @property
    def is_google(self) -> bool:
        """Whether a token that was found on this machine may go there: to Google's hosts over https only."""
        return addresses.is_google(self.base_url)

    @property
    def is_usual(self) -> bool:
        """Whether it is where clients go unasked."""
        return self.base_url.rstrip("/") == addresses.GOOGLE


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code."""

    text: str
    path: str = ""
    """JSON path of what it states; what belongs to the bar is ``project``."""

    expression: Expression | None = None
    """What stands between `text` and `after`, and is written out only where somebody asks for it."""

    after: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Code, and how it writes an expression."""

    lines: tuple[Line, ...]
    write: Callable[[Expression], str]

    @property
    def text(self) -> str:
        """The whole code."""
        return "".join(f"{line.text}{self._inside(line)}{line.after}\n" for line in self.lines)

    def _inside(self, line: Line) -> str:
        return self.write(line.expression) if line.expression is not None else ""


def plain(text: str) -> list[Line]:
    """Give the lines of a text that states nothing."""
    return [Line(line) for line in text.splitlines()]
