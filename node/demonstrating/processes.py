"""A node as a process of its own: started, awaited, asked to end, killed. It leaves no child behind."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Final

import httpx

from node.demonstrating.places import Place, environment
from node.demonstrating.watching import Failed, eventually

START_LIMIT_S: Final = 30.0
STOP_LIMIT_S: Final = 15.0
MAX_LOG_CHARS: Final = 600


class Ended(Exception):
    """A node ended by itself; the text says what it said last."""


class Running:
    """One node, or with `decided` another process of it. It may be started again after it was stopped or killed."""

    def __init__(self, place: Place, **decided: str) -> None:
        self.place: Final = place
        self._decided: Final = {f"ROUNDS_{name.upper()}": value for name, value in decided.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process, None when there is none."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process; `await_ready` says when it serves."""
        with self.place.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "node.app"],
                env={**environment(self.place), **self._decided},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches whoever started it, who then ends it in order
            )

    def await_ready(self, *, limit_s: float = START_LIMIT_S) -> None:
        """Return when the node serves. Raises: `Ended` with its last words, or `Failed` when it takes too long."""
        with httpx.Client(base_url=self.place.base_url, timeout=5, trust_env=False) as client:
            eventually(
                f"{self.place.name} to serve at {self.place.base_url}", lambda: self._ask(client), limit_s=limit_s
            )

    def check(self) -> None:
        """Pass while the process lives. Raises: `Ended` with its last words."""
        if self._process is None or self._process.poll() is not None:
            raise Ended(f"{self.place.name} ended by itself: {self.last_words()}")

    def stop(self) -> None:
        """End the process and its children: asked first, then killed. Does nothing when there is none."""
        self.ask_to_end()
        self.await_end()

    def ask_to_end(self) -> None:
        """Ask the process to end and do not wait."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()

    def await_end(self) -> None:
        """Wait until the process has ended, at most as long as it may take, then kill it."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_LIMIT_S)
            self.kill()

    def kill(self) -> None:
        """Kill the process and its children at once, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own, also when it has ended itself
            process.wait(STOP_LIMIT_S)

    def last_words(self) -> str:
        """Return the end of the log."""
        with suppress(OSError):
            return self.place.log.read_text(errors="replace")[-MAX_LOG_CHARS:].strip() or "it said nothing"
        return "it left no log"

    def _ask(self, client: httpx.Client) -> bool | None:
        self.check()
        try:
            answer = client.get("/ready")
        except httpx.TransportError as error:
            raise Failed(f"no answer ({type(error).__name__})") from error
        return True if answer.status_code == 200 else None
