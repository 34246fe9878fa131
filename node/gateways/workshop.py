"""One other process for heavy, pure work such as images: bounded in memory and time, gone when it is idle.

A bomb in an upload kills or stalls that process and no other; the next job gets a fresh one.
"""

import asyncio
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Final, ParamSpec, TypeVar

from typing_extensions import override

from node.ports import Workshop, WorkshopError

__all__ = ["ProcessWorkshop", "WorkshopError"]

P = ParamSpec("P")
T = TypeVar("T")

_TIMEOUT_S: Final = 30.0
_IDLE_S: Final = 60.0
_MAX_MEMORY_BYTES: Final = 2 * 1024**3


class ProcessWorkshop(Workshop):
    """Runs one job at a time in a spawned process that starts at first use."""

    def __init__(
        self, *, timeout_s: float = _TIMEOUT_S, idle_s: float = _IDLE_S, max_memory_bytes: int = _MAX_MEMORY_BYTES
    ) -> None:
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._max_memory_bytes = max_memory_bytes
        self._pool: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @override
    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module-level function there and return its value or raise its error.

        Raises: WorkshopError when it ran too long or its process died.
        """
        async with self._turn:
            self._stay()
            job = asyncio.get_running_loop().run_in_executor(self._started(), partial(work, *args, **kwargs))
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await job
            except TimeoutError:
                self._kill()
                raise WorkshopError(f"the work took longer than {self._timeout_s:g} s") from None
            except (BrokenProcessPool, MemoryError):
                self._kill()
                raise WorkshopError("the work ended its process or needed too much memory") from None
            except asyncio.CancelledError:
                self._kill()
                raise
            finally:
                self._leave_later()

    async def close(self) -> None:
        """End the process; a job under way fails."""
        self._stay()
        self._kill()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1,
                mp_context=get_context("spawn"),
                initializer=_limit,
                initargs=(self._max_memory_bytes,),
            )
        return self._pool

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _leave_later(self) -> None:
        if self._pool is not None:
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._kill)

    def _kill(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        for process in list((pool._processes or {}).values()):  # no public way before Python 3.14's kill_workers
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _limit(max_memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (max_memory_bytes, max_memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
