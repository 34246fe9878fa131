"""Sends what schemathesis thinks of to the application of a world, and lets it judge the answers."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.core.failures import Failure, FailureGroup

WAIT_S: Final = 30


class Explorer:
    """Sends by one client, whose application runs in the loop of the test; hypothesis waits in a thread."""

    def __init__(self, client: httpx.AsyncClient, checks: Sequence[Any], *, examples: int) -> None:
        self._client: Final = client
        self._checks: Final = list(checks)
        self._examples: Final = examples
        self._loop: Final = asyncio.get_running_loop()
        self.statuses: Final[dict[int, int]] = {}

    async def try_out(self, operation: APIOperation, named: Mapping[str, str]) -> list[str]:
        """Return what is wrong with an operation: called with these names in its path, with others, and with nonsense."""
        ways: list[tuple[GenerationMode, Mapping[str, str] | None]] = [(GenerationMode.POSITIVE, named or None)]
        if named:
            ways.append((GenerationMode.POSITIVE, None))
        if operation.query or operation.body:
            ways.append((GenerationMode.NEGATIVE, named or None))
        return [fault for way in ways for fault in await asyncio.to_thread(self._faults, operation, *way)]

    def _faults(self, operation: APIOperation, mode: GenerationMode, named: Mapping[str, str] | None) -> list[str]:
        strategy = operation.as_strategy(mode, path_parameters=dict(named) if named else None)

        @settings(
            max_examples=self._examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def run(case: Case) -> None:
            self._send(case)

        try:
            run()
        except Unsatisfiable:
            return []  # nothing can be wrong with what it takes
        except (Failure, FailureGroup) as fault:
            return [f"{operation.label}: {fault}"]
        return []

    def _send(self, case: Case) -> None:
        wanted = requests.Request(**_plain(case.as_transport_kwargs(base_url=str(self._client.base_url)))).prepare()
        headers = {name: _text(value) for name, value in wanted.headers.items()}
        body: Any = wanted.body  # bytes or text, whatever the library says it may be
        sending = self._client.request(str(wanted.method), str(wanted.url), headers=headers, content=body)
        response = asyncio.run_coroutine_threadsafe(sending, self._loop).result(WAIT_S)
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        case.validate_response(Response.from_any(response), checks=self._checks)


def _plain(kwargs: dict[str, Any]) -> dict[str, Any]:
    known = ("method", "url", "headers", "params", "json", "data", "files", "cookies")
    return {name: value for name, value in kwargs.items() if name in known}


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
