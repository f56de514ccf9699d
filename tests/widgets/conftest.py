"""What the tests of the widgets share: forms that are closed again, and a page that can speak."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from typing import TYPE_CHECKING, Any, TypeAlias

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from ee_export_widget import ExportWidget
from ee_export_widget.session.runtime import kernel_runtime
from tests.unit.session.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

MakeForm: TypeAlias = Callable[..., ExportWidget]


def registered() -> set[str]:
    """Ids of all widgets that this process keeps."""
    return {*ipywidgets.widgets.widget._instances}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def make_form() -> Iterator[MakeForm]:
    """Make forms, and end them with their background loop."""
    made: list[ExportWidget] = []

    def make(*args: Any, **options: Any) -> ExportWidget:  # noqa: ANN401 - arguments of the widget
        form = ExportWidget(*args, **options)
        form.session.quiet_s = 0.0
        made.append(form)
        return form

    yield make
    for form in made:
        form.close()
    wait([*kernel_runtime._work], 60)  # connections are closed in the background
    kernel_runtime.close()


@pytest.fixture
def form(make_form: MakeForm) -> ExportWidget:
    """Give a form that is not connected to anything."""
    return make_form()


class KernelShell(InteractiveShell):
    """A shell that knows which cell it is running, as that of a notebook's kernel does."""

    parent: Any = None

    def get_parent(self) -> Any:  # noqa: ANN401 - as the kernel's shell has it
        """Give the message that asked for the run."""
        return self.parent

    def run_of(self, cell: str, run: str) -> None:
        """Begin a run of a cell."""
        self.parent = {"metadata": {"cellId": cell}, "header": {"msg_id": run}}


@pytest.fixture
def shell() -> Iterator[KernelShell]:
    """Give this process a notebook's shell."""
    shell = KernelShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    yield shell
    KernelShell.clear_instance()
