"""Every state of the interface as pictures: light and dark, wide, narrow and as narrow as a new sidebar.

    python -m tests.gallery FOLDER [STATE ...]

Real JupyterLab, real Chromium, the local Earth Engine behind it; each state is reached through the session.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from playwright.sync_api import sync_playwright

from ee_export_widget.emulator import LocalEarthEngine
from ee_export_widget.emulator.faults import out_of_memory
from ee_export_widget.environment import EMULATOR_VARIABLE
from tests.e2e.harness import JupyterServer, LabPage, launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from playwright.sync_api import Browser, Locator

    Capture: TypeAlias = Callable[[Browser, JupyterServer, LocalEarthEngine, str, Path], None]

_TILES_DRAWN = """() => {
  const tiles = [...document.querySelectorAll(".eew-root .leaflet-tile")];
  return tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"));
}"""

WIDTHS_PX = (1100, 360, 250)

OPEN = """
import os, dataclasses
import ipywidgets
from ee_export_widget import ExportWidget, PyramidingPolicy
from ee_export_widget.session import actions
frame = ipywidgets.Box(layout={"width": "1100px"})
form = None
def show(make):
    global form
    if form is not None:
        form.close()
    form = make()
    frame.children = [form]
def s():
    return form.session.snapshot
frame
"""

CONNECTED = "show(ExportWidget)"
SAMPLE = f"{CONNECTED}\nform.session.load_sample()"
A, B = "[-54.58, -25.36]", "[-54.46, -25.47]"
DRAWN = f'form.session.perform("draw", {{"phase": "start", "a": {A}, "b": {B}}})\n'
READY = f'{SAMPLE}\n{DRAWN}form.session.perform("draw", {{"phase": "end", "a": {A}, "b": {B}}})'
MODE = 'form.session.perform("use_suggestions", {})'
CONNECTED_NOW = "s().connection.state == 'connected'"
IMAGE_READ = "bool(s().image.tile_url)"
NAME_CHECKED = "s().target.state in ('free', 'taken', 'refused')"
SUBMITTED = "form.session.submit_in_background()"
MANY_BANDS = """
from ee_export_widget.core.image_info import BandInfo
info = s().image.info
template = info.bands
kinds = ("B2", "B3", "B4", "spectral_class", "QA60", "doy")
bands = tuple(
    dataclasses.replace(template[i % 4], id=f"{kinds[i % 6]}_2024{i // 6 + 1:02}") for i in range(300))
many = dataclasses.replace(info, bands=bands)
form.session.update(image=dataclasses.replace(s().image, info=many, suggestions=many.suggestions))
"""
FOLDERS = """
import contextlib
from ee_export_widget import EarthEngineClient, ExportWidgetError
async with EarthEngineClient("local-demo", base_url=os.environ["EE_EXPORT_WIDGET_EMULATOR"]) as client:
    for name in ("exports", "exports/2024", "exports/2024/monthly"):
        with contextlib.suppress(ExportWidgetError):
            await client.create_folder(f"projects/local-demo/assets/{name}")
"""
PREFLIGHT = "await form.session.preflight()"
TOO_COARSE = """
import json
scene = form.session.draft.expression["values"]["0"]
def call(name, **arguments):
    return {"functionInvocationValue": {"functionName": name, "arguments": arguments}}
def bands(*names):
    return call("Image.select", input=scene, bandSelectors={"constantValue": [*names]})
def take(image):
    form.session.set_image({"result": "0", "values": {"0": call("Image.addBands", dstImg=bands("B3"), srcImg=image)}})
    form.session.edit(pixel_size="300")
take(call("Image.reduceResolution", image=bands("B2"), reducer=call("Reducer.mean"), maxPixels={"constantValue": 4}))
"""
MASKED = f"""{TOO_COARSE}
nothing = call("Image.constant", value={{"constantValue": 0}})
take(call("Image.updateMask", image=bands("B2"), mask=nothing))
"""


def signed(state: str) -> str:
    """Give the steps that show a form of somebody who is signed in, or no longer is."""
    detail = {
        "signed_out": "The sign-in is no longer accepted (invalid_grant): Earth Engine sign-in (~/.config/earthengine/"
        "credentials). Run ee.Authenticate() in Python or “earthengine authenticate” in a terminal, then try again.",
        "refused": "Caller does not have required permission to use project local-demo. Ask an owner of it for "
        "the role Service Usage Consumer, or choose another project.",
    }.get(state, "")
    return f"""
from ee_export_widget.client.auth import SCOPES, CredentialsSource
person = CredentialsSource("Earth Engine sign-in (~/.config/earthengine/credentials)", project="my-project",
    scopes=frozenset(SCOPES), kind="sign_in")
form.session.update(account=person, connection=dataclasses.replace(
    s().connection, kind="earth_engine", state={state!r}, detail={detail!r}))
"""


@dataclass(frozen=True)
class State:
    """How to bring the form into a state, and when it is there: an expression of the kernel that becomes true."""

    steps: str
    there: str = "True"
    speed: str = "fast"
    then: str = ""


STATES: Mapping[str, State] = {
    "01-choose-a-service": State(
        "address = os.environ.pop('EE_EXPORT_WIDGET_EMULATOR')\nshow(ExportWidget)\n"
        "os.environ['EE_EXPORT_WIDGET_EMULATOR'] = address"
    ),
    "02-empty": State(CONNECTED, CONNECTED_NOW),
    "03-sample": State(SAMPLE, IMAGE_READ),
    "04-drawing": State(f"{SAMPLE}\nform.session.perform('draw', {{}})", IMAGE_READ, then=DRAWN),
    "05-ready-to-review": State(READY, f"{IMAGE_READ} and {NAME_CHECKED}"),
    "06-ready": State(f"{READY}\n{MODE}", f"{IMAGE_READ} and {NAME_CHECKED}", then=MODE),
    "07-problems": State(
        f"{READY}\nform.session.edit(crs='EPSG:32633', pixel_size='1', snap='region', "
        "request_id='lake constance_2024!', priority='12000', asset_path='samples/itaipu_landsat8')",
        f"{IMAGE_READ} and {NAME_CHECKED}",
    ),
    "08-too-many-pixels": State(f"{READY}\nform.session.edit(pixel_size='1')", f"{IMAGE_READ} and {NAME_CHECKED}"),
    "09-drive": State(f"{READY}\nform.session.edit(destination='drive', drive_folder='earthengine', "
                      "drive_prefix='itaipu')", IMAGE_READ),
    "10-cloud-storage": State(f"{READY}\nform.session.edit(destination='cloud_storage', bucket='lake-exports', "
                              "cloud_storage_prefix='2024/itaipu')", IMAGE_READ),
    "60-records": State(
        f"{READY}\nform.session.edit(destination='cloud_storage', bucket='lake-exports', "
        "cloud_storage_prefix='itaipu', file_format='TF_RECORD_IMAGE', patch_dimensions='256')", IMAGE_READ,
    ),
    "61-changed-image": State(
        f"{READY}\nform.session.edit(destination='drive', drive_prefix='itaipu', tile_dimensions='1000', no_data='-1')",
        IMAGE_READ, then="form.session.perform('fix', {'name': 'cast'})",
    ),
    "11-confirm": State(READY, f"{IMAGE_READ} and {NAME_CHECKED}", then=f"{MODE}\nform.session.ask_to_submit()"),
    "12-running": State(
        f"{READY}\nform.session.edit(asset_path='gallery_running')", f"{IMAGE_READ} and {NAME_CHECKED}",
        then=f"{MODE}\n{SUBMITTED}",
    ),
    "13-asking-to-cancel": State(
        f"{READY}\nform.session.edit(asset_path='gallery_cancel')", f"{IMAGE_READ} and {NAME_CHECKED}",
        then=f"{SUBMITTED}",
    ),
    "14-succeeded": State(
        f"{READY}\nform.session.edit(asset_path='gallery_done', overwrite=True)", f"{IMAGE_READ} and {NAME_CHECKED}",
        then=f"{MODE}\n{SUBMITTED}",
    ),
    "15-failed": State(
        f"{READY}\nform.session.edit(asset_path='gallery_failed')", f"{IMAGE_READ} and {NAME_CHECKED}",
        then=SUBMITTED,
    ),
    "16-missing-image": State(f"{CONNECTED}\nform.session.choose_image('projects/local-demo/assets/nothing')",
                              "s().image.state == 'failed'"),
    "17-many-bands": State(READY, IMAGE_READ, then=MANY_BANDS),
    "18-advanced-open": State(READY, IMAGE_READ),
    "19-masked-polygon": State(
        f"{READY}\nform.session.edit(region={{'type': 'Polygon', 'coordinates': [[[-54.6, -25.3], [-54.5, -25.35], "
        "[-54.45, -25.5], [-54.6, -25.45]]]}, mask_outside=True)", IMAGE_READ,
    ),
    "20-split": State(READY, IMAGE_READ, then="form.session.perform('split', {})"),
    "21-affine-transform": State(READY, IMAGE_READ, then="form.session.perform('edit_affine', {})"),
    "62-pyramid-class": State(f"{READY}\n{MODE}", f"{IMAGE_READ} and {NAME_CHECKED}",
                              then="form.session.perform('pyramid', {'band': 'spectral_class'})"),
    "64-bands-expanded": State(READY, IMAGE_READ, then=MANY_BANDS),
    "65-more-actions": State(READY, f"{IMAGE_READ} and {NAME_CHECKED}"),
    "63-pyramid-measured": State(READY, f"{IMAGE_READ} and {NAME_CHECKED}",
                                 then="form.session.perform('pyramid', {'band': 'B4'})"),
    **{
        f"50-request-{tab}": State(f"{READY}\n{MODE}\nform.session.perform('request_tab', {{'tab': '{tab}'}})",
                                   f"{IMAGE_READ} and {NAME_CHECKED}")
        for tab in ("curl", "python", "python_ee")
    },
    "51-request-unfolded": State(f"{READY}\nform.session.perform('unfold', {{'path': 'expression'}})", IMAGE_READ),
    "52-request-editing": State(READY, IMAGE_READ),
    "53-request-mistake": State(READY, IMAGE_READ),
    "40-folder-missing": State(f"{READY}\nform.session.edit(asset_path='exports/2024/itaipu')",
                               f"{IMAGE_READ} and s().target.state == 'homeless'"),
    "41-preflight-passed": State(f"{READY}\n{MODE}", f"{IMAGE_READ} and {NAME_CHECKED}", then=f"{MODE}\n{PREFLIGHT}"),
    "42-preflight-notes": State(f"{READY}\n{MODE}", f"{IMAGE_READ} and {NAME_CHECKED}",
                                then=f"{MASKED}\n{PREFLIGHT}"),
    "43-preflight-failed": State(f"{READY}\n{MODE}", f"{IMAGE_READ} and {NAME_CHECKED}",
                                 then=f"{TOO_COARSE}\n{PREFLIGHT}"),
    "44-preflight-out-of-date": State(f"{READY}\n{MODE}", f"{IMAGE_READ} and {NAME_CHECKED}",
                                      then=f"{PREFLIGHT}\nform.session.edit(pixel_size='60')"),
    "48-assets-to-choose": State(f"{FOLDERS}\n{READY}\nform.session.edit(asset_path='exports/2024/itaipu')", IMAGE_READ,
                                 then="form.session.perform('browse', {})"),
    "45-signed-out": State(f"{READY}\n{signed('signed_out')}", IMAGE_READ, then=signed("signed_out")),
    "46-not-allowed": State(f"{READY}\n{signed('refused')}", IMAGE_READ, then=signed("refused")),
    "47-who-is-signed-in": State(READY, IMAGE_READ, then=signed("connected")),
}  # fmt: skip

SETTLED: Mapping[str, str] = {
    "48-assets-to-choose": "s().browsing.state == 'ready'",
    "62-pyramid-class": "s().pyramid.state == 'ready'",
    "63-pyramid-measured": "s().pyramid.state == 'ready'",
    "12-running": "form.operations and form.operations[0].progress > 0.2",
    "13-asking-to-cancel": "any(o.description == 'gallery_cancel' and o.progress > 0 for o in form.operations)",
    "14-succeeded": "any(o.description == 'gallery_done' and o.state == 'SUCCEEDED' for o in form.operations)",
    "15-failed": "any(o.state == 'FAILED' for o in form.operations)",
}


def main(about: str, names: Iterable[str], capture: Capture) -> None:
    """Capture the states that were asked for, or all."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("folder", type=Path)
    parser.add_argument("states", nargs="*", help="beginnings of the names of states")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    wanted = [name for name in names if not options.states or name.startswith(tuple(options.states))]
    with tempfile.TemporaryDirectory() as home, LocalEarthEngine(speed=1.0) as engine:
        environ = {EMULATOR_VARIABLE: engine.url, "XDG_STATE_HOME": home}
        with JupyterServer(Path(home), environ) as server, sync_playwright() as playwright:
            browser = launch(playwright)
            for name in wanted:
                capture(browser, server, engine, name, options.folder)
            browser.close()


def press(root: Locator, lab: LabPage, name: str) -> None:
    """Open what only a press opens."""
    if name == "47-who-is-signed-in":
        _opened(root.get_by_role("button", name="Project local-demo, change"))
    if name == "64-bands-expanded" and (expand := root.get_by_role("button", name="Expand table")).count():
        expand.click()
    if name == "65-more-actions" and (more := root.get_by_role("button", name="More actions")).is_visible():
        _opened(more)
    if name == "18-advanced-open":
        _open_step(lab, "Advanced")
    if "-request-" in name:
        _open_step(lab, "Request")
        _edit(lab, name)


def capture(browser: Browser, server: JupyterServer, engine: LocalEarthEngine, name: str, folder: Path) -> None:
    """Bring a fresh notebook's form into a state and take its six pictures."""
    context = browser.new_context(viewport={"width": 1700, "height": 3600}, reduced_motion="reduce")
    lab = LabPage(context.new_page(), server)
    state = STATES[name]
    lab.open(server.add_notebook([OPEN])).run_all()
    lab.run(state.steps)
    lab.expect_value(f"bool({state.there})", expected=True)
    if name == "15-failed":
        engine.faults.add(out_of_memory())
    if state.then:
        lab.run(state.then)
    if name in SETTLED:
        lab.expect_value(f"bool({SETTLED[name]})", expected=True)
    if name == "13-asking-to-cancel":
        lab.run("form.session.perform('cancel', {'operation': form.operations[0].name})")
    lab.run("form.flush()")
    for theme in ("light", "dark"):
        lab.use_theme(theme)
        for width in WIDTHS_PX:
            lab.run(f"frame.layout.width = '{width}px'")
            root = lab.page.locator(".eew-root").first
            root.wait_for()
            press(root, lab, name)
            lab.page.wait_for_function(
                "(width) => Math.abs(document.querySelector('.eew-root').getBoundingClientRect().width - width) < 8",
                arg=width,
            )
            lab.page.wait_for_function(_TILES_DRAWN)
            root.screenshot(path=folder / f"{name}-{theme}-{width}.png", animations="disabled")
    for complaint in lab.complaints:
        sys.stderr.write(f"{name}: {complaint}\n")
    sys.stdout.write(f"{name}\n")
    lab.close()


def _opened(button: Locator) -> None:
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def _open_step(lab: LabPage, title: str) -> None:
    head = lab.page.locator(".eew-root").get_by_role("button", name=title, exact=True)
    if head.get_attribute("aria-expanded") == "false":
        head.click()


def _edit(lab: LabPage, name: str) -> None:
    """Open the editor, or type a mistake into it, unless it is there already."""
    area = lab.page.get_by_label("Request body as JSON")
    if name in {"52-request-editing", "53-request-mistake"} and area.count() == 0:
        lab.page.get_by_role("button", name="Edit as JSON").click()
        area.wait_for()
        if name == "53-request-mistake":
            area.fill(area.input_value().replace('"priority": 100,', '"priority": 100'))
            lab.page.get_by_role("button", name="Apply", exact=True).click()
            lab.page.get_by_role("alert").get_by_text("a comma is missing").wait_for()


if __name__ == "__main__":
    main(str(__doc__), STATES, capture)
