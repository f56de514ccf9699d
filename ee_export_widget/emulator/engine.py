"""The emulator without its web face: a data directory and everything that works on it."""

from __future__ import annotations

import os
import shutil
import threading
from typing import TYPE_CHECKING, Any

from .assets import AssetTree
from .clock import Clock
from .errors import EmulatorError, invalid
from .evaluate import evaluate
from .export import Exporter
from .faults import Faults
from .image import Image
from .operations import Operations
from .quota import Quota
from .raster.files import limit_cache
from .sample import PROJECT, seed
from .store import Store

if TYPE_CHECKING:
    from pathlib import Path


class Engine:
    """Assets, operations and computing over one data directory.

    Parameters
    ----------
    data_dir
        Where everything is kept; made when missing, and locked against a second emulator.
    clock
        Stamps and paces.
    faults
        What is to go wrong.
    quota
        What the assets of a project may take.

    Raises
    ------
    EmulatorError
        When the directory cannot be used.
    """

    project = PROJECT

    def __init__(
        self,
        data_dir: Path,
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        quota: Quota | None = None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.clock = clock or Clock()
        self.faults = faults or Faults()
        self.closing = threading.Event()
        limit_cache()
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            if not os.access(self.data_dir, os.W_OK | os.X_OK):
                raise EmulatorError(f"The data directory {self.data_dir} cannot be written to; choose another one.")
            for path in self.data_dir.iterdir():
                if path.is_symlink():
                    raise EmulatorError(f"{path} is a link, which the local Earth Engine does not follow; remove it.")
            self.store = Store(self.data_dir / "emulator.sqlite")
            self.assets = AssetTree(self.data_dir, self.clock, quota or Quota())
            self.assets.recover()
            work = self.data_dir / "work"
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            seed(AssetTree(self.data_dir, self.clock, Quota()), self.data_dir)
        except OSError as error:
            reason = error.strerror or str(error)
            raise EmulatorError(f"The data directory {self.data_dir} cannot be used: {reason}.") from error
        exporter = Exporter(self.data_dir, self.assets, self.image)
        self.operations = Operations(self.store, self.clock, self.faults, exporter.run)
        self.operations.recover()

    def close(self) -> None:
        """Stop working and let go of the directory; a running export is taken up by the next engine on it."""
        self.closing.set()
        self.operations.close()
        self.store.close()

    def value(self, expression: dict[str, Any]) -> object:
        """Return what an expression evaluates to."""
        return evaluate(expression, self.assets)

    def image(self, expression: dict[str, Any]) -> Image:
        """Return the image that an expression evaluates to.

        Raises
        ------
        ServiceError
            When it is something else.
        """
        value = self.value(expression)
        if not isinstance(value, Image):
            raise invalid("The expression must evaluate to an image.")
        return value
