"""The command `toot`, a client nobody here wrote, as a person types it."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from node.demonstrating.browser import Browser
from node.demonstrating.places import Person, Place
from node.demonstrating.watching import Failed

LIMIT_S: Final = 30
COMMAND: Final = Path(sys.executable).with_name("toot")


class Toot:
    """The command line of one person, with a configuration of its own."""

    def __init__(self, home: Path) -> None:
        self._env = {**os.environ, "XDG_CONFIG_HOME": str(home), "HOME": str(home), "NO_PROXY": "127.0.0.1"}

    def __call__(self, *words: str, typed: str | None = None) -> str:
        """Run a command, type what it asks for, and return what it says; its failure is ours."""
        done = subprocess.run(
            [COMMAND, "--no-color", *words],
            env=self._env,
            **({"stdin": subprocess.DEVNULL} if typed is None else {"input": typed}),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if done.returncode:
            raise Failed(f"toot {' '.join(words)} said {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def json(self, *words: str) -> Any:
        """Run a command and return its answer as JSON."""
        said = self(*words, "--json")
        start = re.search(r"^[{\[]", said, re.MULTILINE)  # behind what it says of uploads
        return json.loads(said[start.start() :] if start else said)

    def log_in(self, place: Place, person: Person) -> str:
        """Type `toot login`, follow the address it names in a browser, and type the code."""
        with subprocess.Popen(
            [COMMAND, "--no-color", "login", "--instance", place.base_url],
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            watchdog = threading.Timer(LIMIT_S, process.kill)
            watchdog.start()
            try:
                url = next(line.strip() for line in process.stdout if line.startswith("http"))
                with Browser(place.base_url) as browser:
                    browser.sign_in(person.email, person.password)
                    code = browser.allow(url)
                said, _ = process.communicate(f"n\n{code}\n")
            finally:
                watchdog.cancel()
        return said
