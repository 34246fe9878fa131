"""A process that only works: `python -m node.work` is what `rounds work` becomes. PostgreSQL only."""

import asyncio
import signal
import sys
from typing import Final

from node.parts import Parts, set_up_logging
from node.settings import SettingsError, from_environment

CANNOT_START: Final = 2
LOOK_EVERY_S: Final = 1.0  # commits of other processes are not heard, so it looks


async def _work(parts: Parts) -> None:
    parts.worker.longest_sleep_s = LOOK_EVERY_S
    parts.db.on_wake = parts.worker.wake
    parts.begin_telling(listens=False)
    parts.worker.start()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await parts.worker.stop()
    await parts.close()


def main() -> int:
    """Work until told to stop."""
    try:
        settings = from_environment()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    set_up_logging(settings)
    asyncio.run(_work(Parts(settings)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
