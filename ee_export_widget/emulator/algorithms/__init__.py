"""The algorithms that expressions may call.

Each is declared once, with the name, arguments and types that the service gives it; the list that clients download and
the calls of expressions both come from that declaration.
"""

from __future__ import annotations

from .registry import ALGORITHMS, Algorithm, AlgorithmError, Argument, algorithm, coerce, load_all, offered

__all__ = ["ALGORITHMS", "Algorithm", "AlgorithmError", "Argument", "algorithm", "coerce", "load_all", "offered"]
