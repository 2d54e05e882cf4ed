"""Threads that do what is asked of them in the order of a line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from app.runner.line import Line, Ticket, Urgency

Result = TypeVar("Result")


class _Task(NamedTuple):
    action: Callable[[], Any]
    future: Future[Any]


class Turns:
    """A few threads and the line before them. To be closed in the end.

    The threads are daemons: one that hangs does not keep the process from ending.
    """

    def __init__(self, line: Line[Any], threads: int) -> None:
        self._line = line
        self._changed = threading.Condition()
        self._closed = False
        self._waiting: set[Future[Any]] = set()
        self._threads = [threading.Thread(target=self._serve, daemon=True, name=f"turn-{n}") for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def ask(self, action: Callable[[], Result], whose: Hashable, urgency: Urgency) -> Future[Result]:
        """Let something be done when its turn comes. Once closed, the future is cancelled."""
        future: Future[Result] = Future()
        with self._changed:
            if self._closed:
                future.cancel()
                return future
            self._waiting.add(future)
            self._line.put(Ticket(_Task(action, future), whose, urgency))
            self._changed.notify()
        return future

    def close(self, seconds: float) -> None:
        """Cancel what waits, and let what is under way end for so many seconds."""
        with self._changed:
            self._closed = True
            left, self._waiting = self._waiting, set()
            self._changed.notify_all()
        for future in left:
            future.cancel()
        end = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))

    def _serve(self) -> None:
        while (ticket := self._next()) is not None:
            _do(ticket.job)
            with self._changed:
                self._line.done(ticket)
                self._changed.notify_all()

    def _next(self) -> Ticket[_Task] | None:
        """Wait for the next turn; nothing once closed."""
        with self._changed:
            while not self._closed:
                ticket: Ticket[_Task] | None = self._line.take()
                if ticket is not None:
                    self._waiting.discard(ticket.job.future)
                    return ticket
                self._changed.wait()
        return None


def _do(task: _Task) -> None:
    if not task.future.set_running_or_notify_cancel():
        return
    try:
        result = task.action()
    except BaseException as fault:  # noqa: BLE001 -- whoever waits for the future is told, whatever it is
        task.future.set_exception(fault)
    else:
        task.future.set_result(result)
