"""Images among a notebook's variables: found by their types alone, never evaluated."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from ee_export_widget.client.images import initialised_ee
from ee_export_widget.session import doors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.client.images import ImageLike
    from ee_export_widget.session.session import ExportSession


class Variables:
    """The variables of a notebook, as far as they hold images.

    Parameters
    ----------
    namespace
        Name to value, as the kernel changes it; only looked at when asked.
    """

    def __init__(self, namespace: Mapping[str, object] = MappingProxyType({})) -> None:
        self._namespace = namespace

    def names(self) -> tuple[str, ...]:
        """Give the names of the images, newest first; names that begin with an underscore are not offered."""
        # A copy: a cell may add variables meanwhile, on another thread.
        found = [name for name, value in [*self._namespace.items()] if not name.startswith("_") and _is_image(value)]
        return tuple(reversed(found))

    def image(self, name: str) -> ImageLike | None:
        """Give the image that a variable holds now, or None."""
        value = self._namespace.get(name)
        return cast("ImageLike", value) if _is_image(value) else None

    def name_of(self, image: object) -> str:
        """Give the name of the variable that holds this very image; empty where none does."""
        return next((name for name in self.names() if self._namespace.get(name) is image), "")


def look_around(session: ExportSession) -> None:
    """Take in what a cell may have changed: images that can be chosen, and an ``ee`` that is initialised now."""
    names = session.variables.names()
    if names != session.snapshot.variables:
        session.update(variables=names)
    if session.snapshot.connection.kind == "none" and (opened := initialised_ee()) is not None and opened.project:
        doors.open_service(session)


def _is_image(value: Any) -> bool:  # noqa: ANN401 - whatever a notebook has
    # By the type: asking an object for an attribute could run code of its own.
    kind = type(value)
    if issubclass(kind, dict):
        return {"result", "values"} <= dict.keys(value)
    return any(base.__name__ == "Image" and base.__module__.split(".")[0] == "ee" for base in kind.__mro__)
