"""Moving time: due steps are done as they come due, and all of them on the way when somebody moves the clock."""

import sys
import threading
import time
import traceback

from newsroom.embedded.stripe import webhooks
from newsroom.embedded.stripe.clock import Clock
from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.store import Document, Store
from newsroom.embedded.stripe.timeline import Step, next_step, take
from newsroom.embedded.stripe.turn import Turn

FURTHEST = 5 * 366 * 86400
MOST_STEPS = 20_000
_DRAIN_FOR = 5.0
_DRAIN_IN_ALL = 30.0
_CLOCK = "test_helpers.test_clock"


class Mover(threading.Thread):
    """The only one who does steps: every second those that are due, and on :meth:`advance` those on the way."""

    def __init__(self, store: Store, clock: Clock, base_url: str, sender: webhooks.Sender) -> None:
        super().__init__(name="mover", daemon=True)
        self._store = store
        self._clock = clock
        self._base_url = base_url
        self._sender = sender
        self._moving = threading.Lock()
        self._woken = threading.Event()
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True
        self._woken.set()

    def wake(self) -> None:
        """Look at once, rather than within a second, whether something is due."""
        self._woken.set()

    def run(self) -> None:
        while not self._stopped:
            try:
                with self._moving:
                    self._do_due(self._clock.now())
                    self._advance_test_clocks()
            except Exception:
                traceback.print_exc(file=sys.stderr)
            self._woken.wait(timeout=1.0)
            self._woken.clear()

    def advance(self, to: int, settle: float = 0.0) -> list[Step]:
        """Move the clock to a later moment, stopping at each step that is due on the way.

        Before the clock goes on, and before this returns, every event so far is offered to its endpoints once; after
        each step ``settle`` seconds are left for the product to act on them.

        Raises:
            StripeError: for a moment that is not ahead, or too far.
        """
        with self._moving:
            now = self._clock.now()
            if not now < to <= now + FURTHEST:
                raise StripeError("The clock moves forward only, by up to five years at a time.", param="to")
            done = self._do_due(to, moves_clock=True, settle=settle)
            if to > self._clock.now():
                self._clock.move_to(to)
            self._drain(_DRAIN_FOR)
            return done

    def _do_due(self, until: int, *, moves_clock: bool = False, settle: float = 0.0) -> list[Step]:
        done: list[Step] = []
        patience = _DRAIN_IN_ALL
        while len(done) < MOST_STEPS and not self._stopped:
            step = next_step(self._store, until)
            if step is None:
                break
            if moves_clock and step.due > self._clock.now():
                self._clock.move_to(step.due)
            take(self._store, step, self._base_url)
            self._sender.wake()
            done.append(step)
            if moves_clock:
                patience -= self._drain(min(_DRAIN_FOR, patience))
                time.sleep(settle)
        return done

    def _drain(self, longest: float) -> float:
        """Wait until every event that is due was offered once; how long that took."""
        start = time.monotonic()
        while time.monotonic() - start < longest and webhooks.untried(self._store):
            time.sleep(0.01)
        return time.monotonic() - start

    def _advance_test_clocks(self) -> None:
        for clock in list(self._store.select(_CLOCK)):
            if clock["status"] == "advancing":
                self._advance_test_clock(clock)

    def _advance_test_clock(self, clock: Document) -> None:
        target = clock["status_details"]["advancing"]["target_frozen_time"]
        for _ in range(MOST_STEPS):
            step = next_step(self._store, target, clock["id"])
            if step is None:
                break
            with self._store.transaction():
                self._store.put({**clock, "frozen_time": max(step.due, clock["frozen_time"])})
                take(self._store, step, self._base_url)
        with self._store.transaction():
            clock |= {"frozen_time": target, "status": "ready", "status_details": {}}
            turn = Turn(self._store, self._clock.now(), self._base_url)
            turn.save(clock, "test_helpers.test_clock.ready")
        self._sender.wake()
