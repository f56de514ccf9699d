"""The end of the background loop, while work on it has a last word to say."""

from __future__ import annotations

import asyncio
import threading

from ee_export_widget.session.runtime import Runtime

WAIT_S = 60.0


def test_work_may_ask_for_the_loop_while_it_is_closed() -> None:
    """Neither waits for the other."""
    runtime = Runtime()
    waits = threading.Event()

    async def says_goodbye() -> None:
        waits.set()
        try:
            await asyncio.Event().wait()
        finally:
            runtime.later(0.0, lambda: None)

    runtime.start(says_goodbye())
    assert waits.wait(WAIT_S)
    closing = threading.Thread(target=runtime.close, daemon=True)
    closing.start()
    closing.join(WAIT_S)
    assert not closing.is_alive()
    runtime.close()
