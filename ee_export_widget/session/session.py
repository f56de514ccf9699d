"""`ExportSession`: all that one export form knows and can do, with or without a screen."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import traitlets

from ee_export_widget.client.images import expression_of
from ee_export_widget.core.draft.draft import FIRST_NAME, Draft, draft_from, with_image
from ee_export_widget.core.draft.fields import field_value
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session import actions, confirming, doors, entering, local, preflight, reading, services, target
from ee_export_widget.session.confirming import Preferences
from ee_export_widget.session.connecting import Connecting
from ee_export_widget.session.habits import DECIDED_BY, Habits
from ee_export_widget.session.hand import Hand
from ee_export_widget.session.history import History
from ee_export_widget.session.jobs import Jobs
from ee_export_widget.session.runtime import kernel_runtime
from ee_export_widget.session.sent import Sent
from ee_export_widget.session.snapshot import Connection, Snapshot, Submission
from ee_export_widget.session.splitting import submit_parts
from ee_export_widget.session.submitting import submit
from ee_export_widget.session.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.client.images import ImageLike
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.journal import Journal
    from ee_export_widget.session.preflight import Preflight
    from ee_export_widget.session.runtime import Runtime

T = TypeVar("T")

log = logging.getLogger("ee_export_widget")

_GRID_FIELDS = frozenset({"region", "crs", "pixel_size", "snap", "reference", "source_band"})


class ExportSession(traitlets.HasTraits):
    """State and commands of one export form.

    ``snapshot`` is the one thing to observe: a frozen value that is replaced as a whole. Methods may be
    called from any thread. What takes time runs on the kernel's background loop and shows up in the
    snapshot; the few coroutines here can be awaited on any loop.

    Parameters
    ----------
    journal
        Where submissions are noted before they are sent; None notes nothing.
    runtime
        The background loop; replaced in tests.
    new_id
        Makes a request id.
    clock
        Gives the time, aware and in UTC.
    emulator
        The local Earth Engine that is started when it is asked for.
    quiet_s
        Pause after the last keystroke before a name is looked up, in seconds.
    variables
        The notebook's, among which images can be chosen.
    habits, preferences
        What was chosen last in each project, and in all of them; None keeps nothing.
    place
        The notebook around the form, by which its earlier submissions are known again; empty where there is none.
    """

    snapshot = traitlets.Instance(Snapshot)

    def __init__(  # noqa: PLR0913 - all but the journal are for tests
        self,
        *,
        journal: Journal | None = None,
        runtime: Runtime = kernel_runtime,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        emulator: local.LocalEmulator = local.kernel_emulator,
        quiet_s: float = 0.4,
        variables: Variables | None = None,
        habits: Habits | None = None,
        preferences: Preferences | None = None,
        place: str = "",
    ) -> None:
        self.lock = threading.RLock()
        """Held while several members of the snapshot change together."""
        self.new_id = new_id
        self.now = clock
        self.quiet_s = quiet_s
        self.sent = Sent(self, journal, new_id)
        self.habits = habits or Habits()
        self.preferences = preferences or Preferences()
        self.place = place
        self._history = History()
        self.jobs = Jobs(runtime, self.failed)
        self.connecting = Connecting(self, runtime=runtime, clock=self.now, emulator=emulator)
        self.hand = Hand(self)
        self._closed = False
        self._in_hand, self._scripted = False, False
        self.named = ""
        self.variables = variables or Variables()
        first = Draft(request_id=new_id(), asset_path=FIRST_NAME)
        skips = self.preferences.skips_question()
        super().__init__(snapshot=Snapshot(draft=first, variables=self.variables.names(), skips_question=skips))

    # What there is to know

    @property
    def draft(self) -> Draft:
        """What has been typed and drawn."""
        return self.snapshot.draft

    @property
    def request(self) -> ExportImageRequest | None:
        """The request that would be sent, problems or not; None without expression or destination."""
        return self.snapshot.composed.request

    @property
    def problems(self) -> list[Problem]:
        """All problems of the draft; errors block submitting."""
        return self.snapshot.problems

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Operations that this form follows, newest first."""
        return self.snapshot.operations

    @property
    def client(self) -> EarthEngineClient | None:
        """The connection to the service, while there is one; its methods belong on the background loop."""
        return self.connecting.client

    # Editing

    def edit(self, **changes: Any) -> None:  # noqa: ANN401 - each field of a draft has its own type
        """Change fields of the draft, as one step that can be undone.

        Texts stay as typed, and numbers may be given as numbers; ``region`` may be GeoJSON.

        Raises
        ------
        TypeError, ValueError
            For a name that is not a field of ``Draft``, with the nearest one, or a value that the field cannot hold.
        InvalidRequestError
            Where a region is none.
        """
        self._scripted = self._scripted or not DECIDED_BY.isdisjoint(changes)
        self.enter(changes)

    def change(self, step: Callable[[Draft], Draft], *, gesture: str = "") -> None:
        """Replace the draft by what a pure function makes of it, as one step that can be undone.

        Steps of the same non-empty gesture that follow each other quickly are undone together.
        """
        with self.lock:
            before = self.draft
            after = step(before)
            if after == before:
                return
            self._history.remember(before, gesture, self.now())
            self._take(after)

    def set_image(self, image: ImageLike, *, name: str = "") -> None:
        """Take an ``ee.Image``, an asset id, or an expression.

        Raises
        ------
        InvalidRequestError
            Where it is none of these.
        """
        expression = Expression.of(expression_of(image))
        own = entering.name_of(image) if isinstance(image, str) else self.variables.name_of(image)
        text = name or own
        self.change(lambda draft: with_image(draft, text, expression))

    def choose_image(self, text: str) -> None:
        """Take the notebook's variable of this name, the image with this asset id, or an expression in JSON.

        An empty text takes none.
        """
        text = text.strip()
        expression = entering.image_of(self.variables.image(text) or text)
        name = text if expression is None else entering.name_of(text)
        self.change(lambda draft: with_image(draft, name, expression), gesture="image_text")

    def load(self, body: ExportImageRequest | Mapping[str, Any]) -> None:
        """Fill the form from a request, as one step that can be undone; waits for no network.

        Raises
        ------
        InvalidRequestError
            Where the body is no export of an image.
        """
        request = body if isinstance(body, ExportImageRequest) else ExportImageRequest.from_json(body)
        self.change(lambda draft: draft_from(request, project=self.snapshot.project, before=draft))

    def undo(self) -> None:
        """Take back the last change of the draft."""
        with self.lock:
            if (draft := self._history.undo(self.draft)) is not None:
                self._take(draft)

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        with self.lock:
            if (draft := self._history.redo(self.draft)) is not None:
                self._take(draft)

    def begin_here(self) -> None:
        """Forget the steps so far: what a form begins with is not to be undone."""
        with self.lock:
            self._history = History()
            self.update(can_undo=False, can_redo=False)

    # The service

    def use_emulator(self) -> None:
        """Work with the local emulator, started if need be; the draft is kept."""
        self.connecting.use_emulator()

    def use_project(self, project: str) -> None:
        """Work with a project at Earth Engine; the draft is kept."""
        self.connecting.use_project(project)

    def connect(self, client: EarthEngineClient, connection: Connection) -> None:
        """Work with a service; the draft is kept.

        Parameters
        ----------
        client
            Not yet entered; the session enters it on the background loop and closes it.
        connection
            What the bar says of it.
        """
        self.connecting.connect(client, connection)

    def reconnect(self) -> None:
        """Ask the service again, now."""
        self.connecting.reconnect()

    def load_sample(self) -> None:
        """Take the sample image of the local emulator."""
        self.set_image(doors.SAMPLE)

    # Submitting

    def ask_to_submit(self) -> None:
        """Show what would be written, to be confirmed; where the person skips that, submit it."""
        confirming.ask(self)

    def stop_asking(self) -> None:
        """Go back to the form."""
        with self.lock:
            if self.snapshot.submission.state == "confirming":
                self.update(submission=Submission())

    def submit_in_background(self) -> None:
        """Submit without waiting; how it went shows in the snapshot."""
        submission = self.snapshot.submission
        confirmed = self.draft if submission.state == "confirming" else None
        work = submit_parts if submission.parts else submit
        self.jobs.start(work(self, confirmed=confirmed), self._submit_failed)

    async def submit(self) -> Operation:
        """Submit the request and give the operation that was started.

        The request id keeps a repeated call from starting a second operation.

        Raises
        ------
        InvalidRequestError
            Where the draft has problems that block it; nothing was sent.
        ExportWidgetError
            Where the service refused it or could not be reached.
        """
        return await self._result_of(submit(self))

    async def preflight(self) -> Preflight:
        """Compute small windows of the export as it would be submitted; starts nothing.

        Returns
        -------
        Preflight
            Whether the windows could be computed, and what they show. A refusal by the service is a result, too.

        Raises
        ------
        InvalidRequestError
            Where the draft has problems that block it.
        ExportWidgetError
            Where the service could not be reached.
        """
        return await self._result_of(preflight.run(self))

    async def _result_of(self, work: Coroutine[Any, Any, T]) -> T:
        running = self.jobs.start(work, self._submit_failed)
        if running is None:
            raise ExportWidgetError("The form has been closed.", hint="Run its cell again.")
        return await asyncio.wrap_future(running)

    def _submit_failed(self, error: BaseException) -> None:
        # What the service or the form refuses is shown where it was submitted.
        if not isinstance(error, ExportWidgetError):
            self.failed(error)

    # Operations

    def follow(self, *operations: Operation, here: bool = True) -> None:
        """Show operations and keep them up to date until they end."""
        with self.lock:
            names = frozenset(item.name for item in operations)
            self.update(
                operations=services.seen(self.operations, *operations),
                started_here=self.snapshot.started_here | names if here else self.snapshot.started_here,
                lost=self.snapshot.lost - names,
            )
            self.watch()

    def watch(self) -> None:
        """See to it that running operations are being asked for, at once."""
        self.connecting.watch()

    def cancel(self, name: str) -> None:
        """Ask the service to stop an operation; it may take a while, or come too late."""
        self.update(asking_to_cancel="")
        self.run(f"cancel {name}", services.cancel(self, name))

    # What comes from the page

    def typed(self, name: str, value: str | bool) -> None:  # noqa: FBT001 - what a check box gives
        """Take in what was typed into a field of the form."""
        with self.lock:
            self._take_in_hand()
            entering.typed(self, name, value)

    def perform(self, name: str, args: Mapping[str, Any]) -> None:
        """Do what a button, a menu or a gesture in the page stands for."""
        with self.lock:
            self._take_in_hand()
            actions.perform(self, name, args)

    def _take_in_hand(self) -> None:
        """Let a person find the last values of the project in what is still open."""
        if not self._in_hand:
            self._in_hand = True
            self._fill_by_habit()

    def _fill_by_habit(self) -> None:
        if self._in_hand and not self._scripted:
            snapshot = self.snapshot
            draft, filled = self.habits.fill(self.draft, snapshot.project, before=snapshot.habitual)
            if (draft, filled) != (snapshot.draft, snapshot.habitual):
                self.update(draft=draft, habitual=filled)

    # For the parts of the session

    def update(self, **changes: Any) -> None:  # noqa: ANN401 - each member has its own type
        """Replace members of the snapshot; for the parts of the session, not for users."""
        with self.lock:
            before = self.snapshot
            if "entry" in changes and before.submission.state == "confirming" and before.submission.parts:
                changes.setdefault("submission", Submission())  # other parts than those that are being confirmed
            after = replace(before, **changes).with_chosen_band()
            if "composed" in before.__dict__ and after.composes_as(before):
                after.__dict__["composed"] = before.__dict__["composed"]
            if not self._closed:
                self.snapshot = after

    def enter(self, changes: Mapping[str, Any], *, gesture: str = "") -> None:
        """Do as `edit`, together with earlier changes of the same gesture."""
        values = {name: field_value(name, value) for name, value in changes.items()}
        if values.keys() & _GRID_FIELDS:
            values.setdefault("grid", None)
        if "image_text" in values and "expression" not in values:
            text = values["image_text"]
            values["expression"] = entering.image_of(text)
            values["image_text"] = text if values["expression"] is None else entering.name_of(text)
        if "asset_path" in values:
            self.named = values["asset_path"]
        if "expression" in values:
            values = {"chosen": None, "image_steps": (), **values}
        self.change(lambda draft: replace(draft, **values), gesture=gesture)

    def undo_gesture(self, gesture: str) -> None:
        """Take back the last change if it belongs to a gesture; it cannot be made again."""
        with self.lock:
            if (draft := self._history.give_up(gesture)) is not None:
                self._take(draft)

    def _take(self, draft: Draft) -> None:
        before = self.draft
        draft = self.sent.with_own_id(draft)
        submission = self.snapshot.submission
        if submission.state != "submitting":
            submission = Submission()
        self.update(
            draft=draft, submission=submission, can_undo=self._history.can_undo, can_redo=self._history.can_redo
        )
        if draft.expression is not before.expression:
            reading.read_image(self)
        if (draft.asset_path, draft.destination) != (before.asset_path, before.destination):
            target.check_target(self)
        else:
            target.propose(self)

    def change_service(self) -> None:
        """Take in that the request would go elsewhere, where nothing has been submitted or confirmed yet."""
        with self.lock:
            self._fill_by_habit()
            draft = self.sent.with_own_id(self.draft)
            submission = self.snapshot.submission
            open_still = submission.state in {"submitting", "unsure"}
            self.update(draft=draft, submission=submission if open_still else Submission())

    def run(self, job: str, work: Coroutine[Any, Any, None]) -> None:
        """Start background work; work of the same name that is still under way is given up."""
        self.jobs.run(job, work)

    def give_up(self, job: str) -> None:
        """Stop background work of a name, if there is any."""
        self.jobs.give_up(job)

    def failed(self, error: BaseException) -> None:
        """Show a failure of background work that nothing else shows."""
        log.error("%s", error, exc_info=error)
        words = services.in_words(error) if isinstance(error, ExportWidgetError) else f"Something went wrong: {error}"
        services.stop_waiting(self, words)

    # The end

    def close(self) -> None:
        """Stop all background work and let go of the connection; operations at the service go on."""
        with self.lock:
            self._closed = True
            self.jobs.close()
            self.connecting.drop()
