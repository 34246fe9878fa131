"""The peer as a process: started beside the nodes of a test, told what to do over a port of its own, ended with the test."""

import json
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from node.demonstrating.watching import Failed, check, eventually
from tests.peer.installing import HERE, installed
from tests.support import require

START_LIMIT_S: Final = 30
ANSWER_LIMIT_S: Final = 30
END_LIMIT_S: Final = 5
NAME: Final = "wren"
TAKEN: Final = 202


class Peer:
    """A server of another make with one actor, who does what the test asks for."""

    def __init__(self, origin: str, control: str) -> None:
        self.origin: Final = origin
        self.actor: Final = f"{origin}/users/{NAME}"
        self.handle: Final = f"@{NAME}@{origin.removeprefix('http://')}"
        self._client: Final = httpx.Client(base_url=control, timeout=ANSWER_LIMIT_S, trust_env=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def lookup(self, identifier: str) -> Any:
        """Return the kind and the document of what the peer finds at an address or handle; None for nothing."""
        return self._ask("lookup", identifier=identifier)

    def collection(self, uri: str) -> Any:
        """Return the total and the items that the peer reads from a collection, page by page."""
        return self._ask("collection", identifier=uri)

    def webfinger(self, resource: str) -> Any:
        """Return what the peer learns from our WebFinger."""
        return self._ask("webfinger", resource=resource)

    def nodeinfo(self, origin: str) -> Any:
        """Return what the peer learns from each NodeInfo document of a server; None for what is not valid."""
        return self._ask("nodeinfo", origin=origin)

    def send(self, to: str, kind: str, **words: Any) -> Any:
        """Let the peer send an activity to an actor: its id, its object's id, and every knock at the inbox."""
        sent = self.try_to_send(to, kind, **words)
        check(sent["error"] is None, f"the {kind} to be taken", f"{sent['error']} {sent['knocks']}")
        return sent

    def try_to_send(self, to: str, kind: str, **words: Any) -> Any:
        """Do the same, whether it is taken or not."""
        return self._ask("send", to=to, type=kind, **words)

    def compose(self, kind: str, **words: Any) -> Any:
        """Return an activity of the peer with an integrity proof, which it sends to nobody else."""
        return self._ask("compose", type=kind, **words)

    def deliver(self, inbox: str, document: Any) -> int:
        """Let the peer post a document that may be another's; return the status of the answer."""
        status: int = self._ask("deliver", inbox=inbox, document=document)
        return status

    def received(self, kind: str | None = None) -> list[Any]:
        """Return what came to the peer, with its verdict on each signature; of one kind of activity if named."""
        entries = self._ask("received")
        return [one for one in entries if kind is None or one.get("activity", {}).get("type") == kind]

    def await_received(self, kind: str, about: str) -> Any:
        """Return the last activity of a kind that names an id or text, once it came and was taken."""

        def look() -> Any:
            found = [one for one in self.received(kind) if about in json.dumps(one["activity"])]
            return next((one for one in reversed(found) if one.get("status") == TAKEN), None)

        return eventually(f"a {kind} about {about} at the peer", look)

    def _ask(self, verb: str, **words: Any) -> Any:
        answer = self._client.post(f"/{verb}", json=words)
        check(answer.is_success, f"the peer to do {verb}", answer.text)
        return answer.json()


@contextmanager
def peer(folder: Path, **options: str) -> Iterator[Peer]:
    """Give a running peer and end it.

    `refuses` is a form of signature that it does not take; other options are Fedify's own.
    """
    program = require.program("node")
    (folder / "node_modules").symlink_to(installed())
    for file in [*HERE.glob("*.mjs"), HERE / "package.json"]:
        shutil.copyfile(file, folder / file.name)
    log = folder / "log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [program, "main.mjs", json.dumps(options)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        try:
            with closing(Peer(**_first_line(process, log))) as running:
                yield running
        finally:
            _end(process)


def _first_line(process: "subprocess.Popen[bytes]", log: Path) -> dict[str, str]:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_LIMIT_S)
    line = process.stdout.readline() if ready else b""
    if not line:
        raise Failed(f"Expected the peer to start, but it said: {log.read_text(errors='replace')[-600:]}")
    found: dict[str, str] = json.loads(line)
    return found


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
