"""Other processes for heavy, pure work: one for what is quick, one for films. Bounded in memory and time, gone when idle.

A bomb in an upload kills or stalls its process and no other; the next job gets a fresh one.
"""

import asyncio
import os
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
_SLOW_TIMEOUT_S: Final = 600.0
_NICE: Final = 10  # a film gives way to whatever else the machine does
_IDLE_S: Final = 60.0
_MAX_MEMORY_BYTES: Final = 2 * 1024**3


class ProcessWorkshop(Workshop):
    """Two benches, one for what is quick and one for what may take minutes, so that neither waits for the other."""

    def __init__(
        self,
        *,
        timeout_s: float = _TIMEOUT_S,
        slow_timeout_s: float = _SLOW_TIMEOUT_S,
        idle_s: float = _IDLE_S,
        max_memory_bytes: int = _MAX_MEMORY_BYTES,
    ) -> None:
        self._quick = Bench(timeout_s, idle_s, max_memory_bytes)
        self._slow = Bench(slow_timeout_s, idle_s, max_memory_bytes, nice=_NICE)

    @override
    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module-level function there and return its value or raise its error.

        Raises: WorkshopError when it ran too long or its process died.
        """
        return await self._quick.run(work, *args, **kwargs)

    @override
    async def run_slowly(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what may take minutes. Raises: WorkshopError as `run`."""
        return await self._slow.run(work, *args, **kwargs)

    async def close(self) -> None:
        """End the processes; a job under way fails."""
        await self._quick.close()
        await self._slow.close()


class Bench:
    """Runs one job at a time in a spawned process that starts at first use."""

    def __init__(self, timeout_s: float, idle_s: float, max_memory_bytes: int, *, nice: int = 0) -> None:
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._limits = (max_memory_bytes, nice)
        self._pool: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

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
                initargs=self._limits,
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


def _limit(max_memory_bytes: int, nice: int) -> None:
    os.nice(nice)
    resource.setrlimit(resource.RLIMIT_AS, (max_memory_bytes, max_memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
