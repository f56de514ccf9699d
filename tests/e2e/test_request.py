"""The request panel in a real notebook: JSON that is typed over, files that come and go, texts of every size."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.emulator import LocalEarthEngine
    from tests.e2e.form import ExportForm
    from tests.e2e.harness import LabPage


@pytest.fixture
def form(form: ExportForm, lab: LabPage) -> ExportForm:
    """Complete the form that shows the sample."""
    form.tool("Use image footprint").click()
    lab.expect_value("form.request is not None and form.request.grid is not None", expected=True)
    return form


def command_line(*arguments: str) -> str:
    """Give all that the command line says; it must succeed."""
    command = [sys.executable, "-m", "ee_export_widget", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def load(form: ExportForm, file: Path) -> None:
    with form.page.expect_file_chooser() as chooser:
        form.button("Load…").click()
    chooser.value.set_files(file)


def test_the_request_is_edited_as_json(lab: LabPage, form: ExportForm) -> None:
    """A mistake is told and nothing changes; what is right fills the form in one step, and no cell is run or undone."""
    form.button("Edit as JSON").click()
    area = form.field("Request body as JSON")
    text = area.input_value()
    area.fill(text.replace('"priority": 100', '"priority": 7 "x"'))
    lab.page.keyboard.press("Control+Enter")
    expect(form.root.get_by_role("alert")).to_contain_text('a comma is missing after "priority": 7')
    area.fill(text.replace('"priority": 100', '"priority": 7').replace('"MEAN"', '"MAX"'))
    lab.page.keyboard.press("Control+Enter")
    expect(form.root.get_by_text("The form has been filled. Undo takes it back.")).to_be_visible()

    lab.expect_value("[form.request.priority, form.request.asset_export_options.pyramiding_policy]", [7, "MAX"])
    lab.expect_value("form.session.draft.image_text.endswith('itaipu_landsat8')", expected=True)
    form.button("Undo last change").click()
    lab.expect_value("[form.request.priority, form.request.asset_export_options.pyramiding_policy]", [100, "MEAN"])
    assert lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length") == 1


def test_a_saved_request_is_what_the_command_line_reads(
    lab: LabPage, form: ExportForm, emulator: LocalEarthEngine, tmp_path: Path
) -> None:
    """From the form to a file to the command line and back: one request."""
    name = "projects/local-demo/assets/from_a_file"
    lab.run("form.session.edit(asset_path='from_a_file', overwrite=True)")
    form.expect_in_request(name)
    body = lab.value("form.request.to_json()")
    with lab.page.expect_download() as download:
        form.button("Save").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "from_a_file.json"
    assert json.loads(saved.read_text(encoding="utf-8")) == body
    assert command_line("check", str(saved)).startswith("Can be submitted.")
    options = ["--project", "local-demo", "--base-url", emulator.url, "--wait"]
    assert "SUCCEEDED 100%" in command_line("submit", str(saved), *options)
    assert (emulator.data_dir / "assets" / "local-demo" / "from_a_file" / "B2.tif").is_file()
    lab.run("form.session.edit(asset_path='another', priority='5')")
    form.expect_in_request("assets/another")
    load(form, saved)
    form.expect_in_request(name)
    lab.expect_value("form.request.to_json()['grid']", body["grid"])  # type: ignore[index] # it is a body


def test_long_texts_do_not_break_the_connection(lab: LabPage, form: ExportForm, tmp_path: Path) -> None:
    """What is as long as it may be arrives; what is longer never leaves the page, and the kernel still answers."""
    long, longer = tmp_path / "long.json", tmp_path / "longer.json"
    expression = {"result": "0", "values": {"0": {"constantValue": "x" * 9_900_000}}}
    long.write_text(json.dumps({"expression": expression, "priority": 3}), encoding="utf-8")
    longer.write_text(json.dumps({"description": "x" * 50_000_000, "priority": 4}), encoding="utf-8")
    load(form, longer)
    expect(form.root.get_by_role("alert")).to_contain_text("This has 50.0 MB")
    lab.expect_value("form.session.draft.priority", "100")
    load(form, long)
    lab.expect_value("form.session.draft.priority", "3")
    form.expect_in_request("9.9 MB")
    form.button("Undo last change").click()
    lab.expect_value("form.session.draft.priority", "100")
