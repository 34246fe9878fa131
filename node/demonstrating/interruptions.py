"""Ctrl-C, SIGTERM and SIGHUP: they end the demonstration in order, never between a process and the note that it exists."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody wants the demonstration to end."""


class Interruptions:
    """Turns the first signal into `Interrupted`, at once or at the end of what must not be cut in two; once is enough."""

    def __init__(self) -> None:
        self._is_held = False
        self._is_heeded = False
        self._is_waiting = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen while the body runs; what was ignored before (`nohup`) stays ignored."""
        before = {name: signal.getsignal(name) for name in SIGNALS}
        for name in SIGNALS:
            if before[name] is not signal.SIG_IGN or name is signal.SIGINT:
                signal.signal(name, self._hear)
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the body run to its end before a signal is heeded."""
        was_held, self._is_held = self._is_held, True
        try:
            yield
        finally:
            self._is_held = was_held
        if self._is_waiting and not was_held:
            self._heed()

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Let the body run to its end, and forget the signals of that time: it is the end already."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = self._is_waiting = False

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_held:
            self._is_waiting = True
        else:
            self._heed()

    def _heed(self) -> None:
        self._is_waiting = False
        if not self._is_heeded:
            self._is_heeded = True
            raise Interrupted
