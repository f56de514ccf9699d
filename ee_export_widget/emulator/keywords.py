"""A misspelt keyword is told with the one that was probably meant."""

from __future__ import annotations

import difflib
import functools
import inspect
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def guesses_keyword(function: Callable[P, R]) -> Callable[P, R]:
    """Have a constructor name the nearest keyword when it is called with one that it does not have."""
    known = [name for name in inspect.signature(function).parameters if name != "self"]

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in known:
                guess = difflib.get_close_matches(name, known, n=1)
                owner = function.__qualname__.removesuffix(".__init__")
                advice = f". Did you mean {guess[0]!r}?" if guess else ""
                raise TypeError(f"{owner}() got an unexpected keyword argument {name!r}{advice}")
        return function(*args, **kwargs)

    return checked
