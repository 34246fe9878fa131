"""The actor verifier of the fediverse pasture against a real node: who may read our actor and who may post to its inbox."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from node.demonstrating.apps import sign_in
from node.demonstrating.places import Place
from node.demonstrating.watching import Failed, check, eventually
from tests.pasture.installing import HERE, python
from tests.support.processes import INES, free_ports, nodes

pytestmark = pytest.mark.processes
LIMIT_S = 60
ANSWER_LIMIT_S = 120


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the verifier."""
    folder = tmp_path_factory.mktemp("verifier")
    (port,) = free_ports(1)
    log = folder / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen([python(), HERE / "verifier.py", str(port)], cwd=folder, stdout=said, stderr=said) as process,
    ):
        try:
            eventually("the verifier to serve", lambda: serving(port, process, log), limit_s=LIMIT_S)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()


def serving(port: int, process: "subprocess.Popen[bytes]", log: Path) -> bool | None:
    """Return True once the verifier answers. Raises: `Failed` with what it said, while it does not."""
    if process.poll() is not None:
        pytest.fail(f"The verifier ended: {log.read_text(errors='replace')[-600:]}")
    try:
        return httpx.get(f"http://127.0.0.1:{port}/alice", trust_env=False, timeout=5).is_success or None
    except httpx.TransportError as error:
        raise Failed(type(error).__name__) from error


@pytest.fixture(scope="module")
def place(verifier: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Return where our node is; started after the verifier, so that nothing is when that is missing."""
    with nodes(tmp_path_factory.mktemp("node"), INES) as (node,):
        yield node.place


def verified(verifier: str, actor: str) -> Any:
    """Return what the verifier found out about an actor, by its uri or its handle."""
    answer = httpx.post(
        verifier,
        data={"actor_uri": actor},
        headers={"accept": "application/json"},
        timeout=ANSWER_LIMIT_S,
        trust_env=False,
    )
    check(answer.is_success, "the verifier to answer", answer.text)
    return answer.json()["result"]


@pytest.mark.parametrize("form", ["{base_url}/users/ines", "acct:ines@{host}", "{base_url}/users/institution"])
def test_the_verifier_is_content_with_our_actors(verifier: str, place: Place, form: str) -> None:
    """Who signs may read and post, also from where signed requests alone are answered; who does not may not post.

    Emily and Frank have no handle: an actor without `preferredUsername` is nobody to us, as to most servers.
    """
    result = verified(verifier, form.format(base_url=place.base_url, host=place.host))

    assert result["webfinger"]
    assert {name: result[name]["post_inbox"] for name in ("alice", "dean")} == {"alice": False, "dean": False}
    assert [result[name] for name in ("bob", "claire")] == [{"get_actor": True, "post_inbox": True}] * 2


def test_we_read_an_actor_that_is_shown_to_signed_requests_alone(verifier: str, place: Place) -> None:
    """Our fetch is signed so that a server that demands it, and judges it with its own code, answers."""
    host = verifier.removeprefix("http://").rstrip("/")
    app = sign_in(place, INES, name="Ward round")

    found = app.find_account(f"@claire@{host}")

    app.close()
    assert found["uri"] == f"{verifier}claire"
