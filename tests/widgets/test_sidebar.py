"""The slot that the sidebar's panel draws, without a page."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.widgets import cells, sidebar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget import ExportWidget
    from tests.widgets.conftest import KernelShell, MakeForm


@pytest.fixture
def slot(monkeypatch: pytest.MonkeyPatch, make_form: MakeForm) -> Iterator[sidebar.Slot]:  # noqa: ARG001 - ends after it
    """Give this process a slot of its own."""
    monkeypatch.setattr(sidebar, "_slot", None)
    slot = sidebar.slot()
    yield slot
    while slot.form is not None:
        slot.form.close()


def is_open(form: ExportWidget) -> bool:
    return not form._closed


def flush(slot: sidebar.Slot) -> None:
    """Write at once what the background loop would write soon."""
    assert slot._autosave is not None
    slot._autosave.flush()


def test_panel_gets_one_slot_with_one_form_however_often_it_asks(slot: sidebar.Slot) -> None:
    """A page that is loaded again finds what was there."""
    first = sidebar.open_panel("notebook.ipynb")
    form = slot.form
    assert form is not None
    assert sidebar.open_panel("notebook.ipynb") == first == {"model_id": slot.box.model_id}
    assert slot.box.children == (form,)


def test_shown_form_takes_the_place_of_the_one_before(slot: sidebar.Slot, make_form: MakeForm) -> None:
    """One form is shown; one that the panel had begun by itself is closed, one of a cell stays its cell's."""
    sidebar.open_panel("notebook.ipynb")
    begun = slot.form
    assert begun is not None
    first, second = make_form(), make_form()
    first.show_in_sidebar()
    second.show_in_sidebar()
    assert slot.box.children == (second,)
    assert [is_open(form) for form in (begun, first, second)] == [False, True, True]


def test_work_in_the_panel_outlives_a_form_that_takes_its_place(slot: sidebar.Slot, make_form: MakeForm) -> None:
    """What a person has typed there comes back when the other form is closed."""
    sidebar.open_panel("notebook.ipynb")
    begun = slot.form
    assert begun is not None
    begun.session.edit(crs="EPSG:32621")
    other = make_form()
    other.show_in_sidebar()
    assert slot.form is other
    other.close()
    assert slot.form is begun
    assert is_open(begun)


def test_closing_the_form_leaves_an_offer_to_begin_another(slot: sidebar.Slot, make_form: MakeForm) -> None:
    """`close` removes the form, and the button that stands in its place makes a new one."""
    form = make_form()
    form.show_in_sidebar()
    form.close()
    (offer,) = slot.box.children
    button = offer.children[0].children[0]
    button._handle_custom_msg({"event": "action", "name": "begin", "args": {}}, [])
    assert slot.form is not None
    assert slot.box.children == (slot.form,)


def test_touched_is_what_a_person_would_miss(slot: sidebar.Slot) -> None:
    """A form as it began can be left at once; one with a change in it cannot, also when it was undone."""
    assert sidebar.panel_state() == {"touched": False}
    sidebar.open_panel("notebook.ipynb")
    assert sidebar.panel_state() == {"touched": False}
    assert slot.form is not None
    slot.form.session.edit(crs="EPSG:32621")
    assert sidebar.panel_state() == {"touched": True}
    slot.form.session.undo()
    assert sidebar.panel_state() == {"touched": True}


def test_unknown_side_is_refused(slot: sidebar.Slot, make_form: MakeForm) -> None:
    """Only the two sides that there are can be named, and a wrong one changes nothing."""
    with pytest.raises(ValueError, match="'top'"):
        make_form().show_in_sidebar("top")  # type: ignore[arg-type]
    assert slot.form is None


def test_cell_says_where_the_form_is_and_corrects_itself(
    slot: sidebar.Slot, make_form: MakeForm, shell: KernelShell, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence under the cell is there at once; a page that has no panel takes it back."""
    shell.user_ns["__vsc_ipynb_file__"] = "a.ipynb"
    make_form().show_in_sidebar()
    assert capsys.readouterr().out.strip() == sidebar.ELSEWHERE.format(place="VS Code")
    del shell.user_ns["__vsc_ipynb_file__"]
    form = make_form()
    form.show_in_sidebar()
    assert slot.form is form
    assert sidebar.SHOWN in capsys.readouterr().out


@pytest.mark.parametrize("place", ["Colab", "Voila"])
def test_places_without_a_sidebar_keep_the_form_in_its_cell(
    slot: sidebar.Slot, make_form: MakeForm, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Nothing is taken away from the cell where there is no sidebar."""
    form = make_form()
    if place == "Colab":
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    else:
        monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    form.show_in_sidebar()
    assert slot.form is None
    assert sidebar._without_sidebar() == place


def test_next_kernel_is_offered_what_was_typed_in_the_one_before(
    slot: sidebar.Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft is on disk soon after it was changed, and the form of a fresh kernel offers it; declined, it is gone."""
    sidebar.open_panel("notebook.ipynb")
    assert slot.form is not None
    slot.form.session.edit(asset_path="kept")
    flush(slot)
    monkeypatch.setattr(sidebar, "_slot", None)
    sidebar.open_panel("notebook.ipynb")
    fresh = sidebar.slot().form
    assert fresh is not None
    try:
        kept = fresh.session.snapshot.kept
        assert kept is not None
        assert kept.draft.asset_path == "kept"
        fresh.session.perform("let_go", {})
        assert list((cells.state_folder() / "drafts").iterdir()) == []
    finally:
        fresh.close()


def test_offered_draft_that_cannot_be_written_is_no_reason_to_stop(
    slot: sidebar.Slot, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk that takes nothing is logged; the form goes on."""
    cells.state_folder().parent.mkdir(parents=True, exist_ok=True)
    cells.state_folder().write_text("a file where the folder would be", encoding="utf-8")
    sidebar.open_panel("notebook.ipynb")
    assert slot.form is not None
    slot.form.session.edit(asset_path="kept")
    flush(slot)
    assert "could not be kept" in caplog.text
    assert slot.form.session.draft.asset_path == "kept"
