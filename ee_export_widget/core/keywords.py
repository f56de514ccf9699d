"""A misspelt keyword is told with the one that was probably meant."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ee_export_widget.core.naming import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def names_nearest_keyword(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function name the nearest keyword when it is called with one that it does not have."""
    known = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not inspect.Parameter.POSITIONAL_ONLY and name not in {"self", "cls"}
    ]
    owner = function.__qualname__.removesuffix(".__init__")

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in known:
                guess = nearest(name.lower(), known)
                advice = f". Did you mean {guess!r}?" if guess else ""
                raise TypeError(f"{owner}() got an unexpected keyword argument {name!r}{advice}")
        return function(*args, **kwargs)

    return checked


def constructor_names_nearest_keyword(made: type[T]) -> type[T]:
    """Have a class whose ``__init__`` is generated do the same when it is called."""
    made.__init__ = names_nearest_keyword(made.__init__)  # type: ignore[method-assign] # there is no subclass to surprise
    return made
