"""Bodies that are too much or too slow."""

import asyncio
from typing import Any

import pytest

from node.errors import Problem
from web.bodies import limited

SCOPE: dict[str, Any] = {"headers": []}


async def never() -> Any:
    await asyncio.Event().wait()


async def test_body_that_never_comes_is_given_up() -> None:
    """A client that holds the line open does not hold us."""
    receive = limited(SCOPE, never, 10, limit_s=0.0)

    with pytest.raises(Problem) as refused:
        await receive()

    assert (refused.value.status, refused.value.code) == (408, "too-slow")


async def test_waiting_for_the_end_of_the_connection_is_no_body() -> None:
    """What is read after the body (a disconnect) passes through."""

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    assert await limited(SCOPE, gone, 0)() == {"type": "http.disconnect"}
