"""Forms and the cells that make them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.widgets import cells
from tests.widgets.conftest import KernelShell, registered

if TYPE_CHECKING:
    from ee_export_widget import ExportWidget
    from tests.widgets.conftest import MakeForm


def is_open(form: ExportWidget) -> bool:
    return not form._closed


def test_running_a_cell_again_closes_its_earlier_form(make_form: MakeForm, shell: KernelShell) -> None:
    """And only that: forms of the same run and of other cells stay."""
    shell.run_of("cell-1", "run-1")
    first, second = make_form(), make_form()
    shell.run_of("cell-2", "run-2")
    other = make_form()
    assert [is_open(form) for form in (first, second, other)] == [True, True, True]
    shell.run_of("cell-1", "run-3")
    again = make_form()
    assert [is_open(form) for form in (first, second, other, again)] == [False, False, True, True]


def test_running_a_cell_ten_times_keeps_one_form(make_form: MakeForm, shell: KernelShell) -> None:
    """Widgets do not pile up."""
    shell.run_of("cell-1", "run-0")
    make_form()
    before = len(registered())
    for number in range(1, 10):
        shell.run_of("cell-1", f"run-{number}")
        make_form()
    assert len(registered()) == before


def test_a_form_that_was_closed_by_hand_is_forgotten(make_form: MakeForm, shell: KernelShell) -> None:
    """Running the cell again has nothing to close."""
    shell.run_of("cell-1", "run-1")
    form = make_form()
    form.close()
    assert not any(cells._forms.get("cell-1", []))
    shell.run_of("cell-1", "run-2")
    assert is_open(make_form())


def test_a_form_that_nobody_holds_is_passed_over(make_form: MakeForm, shell: KernelShell) -> None:
    """A reference that leads nowhere does no harm."""
    shell.run_of("cell-1", "run-1")
    make_form().close()
    cells._forms["cell-1"] = [("run-1", lambda: None)]  # type: ignore[list-item] # as a dead reference
    shell.run_of("cell-1", "run-2")
    assert is_open(make_form())


@pytest.mark.parametrize("parent", [None, {}, {"metadata": {}}, {"metadata": {"cellId": None}}, "x"])
def test_outside_of_a_cell_forms_live_side_by_side(make_form: MakeForm, shell: KernelShell, parent: object) -> None:
    """In a console, a script or another front end nothing is closed."""
    shell.parent = parent
    first, second = make_form(), make_form()
    assert is_open(first)
    assert is_open(second)


def test_without_a_shell_forms_live_side_by_side(make_form: MakeForm) -> None:
    """As in a test."""
    first, second = make_form(), make_form()
    assert is_open(first)
    assert is_open(second)


def test_the_journal_lies_in_the_users_own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the platform wants such files."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = cells.state_folder()
    assert path.name == "ee-export-widget"
    assert Path.home() in path.parents or tmp_path in path.parents


def test_cell_offers_what_its_form_held_before_a_restart(
    make_form: MakeForm, shell: KernelShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart the same cell offers the work again, another cell or a second form of it has its own."""
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/notebook.ipynb")
    shell.run_of("cell-1", "run-1")
    first, second = make_form(), make_form()
    first.session.edit(asset_path="first")
    second.session.edit(asset_path="second")
    first.close()
    second.close()
    cells._forms.clear()  # as in a kernel that begins
    shell.run_of("cell-1", "run-1")
    offered = [make_form().session.snapshot.kept for _ in range(2)]
    assert [kept and kept.draft.asset_path for kept in offered] == ["first", "second"]
    shell.run_of("cell-2", "run-2")
    assert make_form().session.snapshot.kept is None


@pytest.mark.parametrize("place", ["VS Code", "nowhere"])
def test_work_is_kept_where_it_can_be_found_again(
    make_form: MakeForm, shell: KernelShell, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """VS Code names its notebook in a way of its own; where nobody names it, nothing is written."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    if place == "VS Code":
        shell.user_ns["__vsc_ipynb_file__"] = "/home/me/notebook.ipynb"
    shell.run_of("cell-1", "run-1")
    form = make_form()
    form.session.edit(asset_path="mine")
    form.close()
    shell.run_of("cell-1", "run-2")
    assert (make_form().session.snapshot.kept is not None) == (place == "VS Code")
