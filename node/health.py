"""`python -m node.health`: ask the node of these settings on this machine whether it answers; exit 0 or 1.

For a container's health check: it imports neither the database nor the command line.
"""

import sys
from http.client import HTTPConnection, HTTPException
from typing import Final

from node.settings import Settings, SettingsError, from_environment

PATH: Final = "/health"
LIMIT_S: Final = 5.0
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # what it listens on, and where to ask then


def fault(settings: Settings) -> str | None:
    """Return what is wrong with the node that should be listening, None if it is well."""
    connection = HTTPConnection(EVERYWHERE.get(settings.bind, settings.bind), settings.port, timeout=LIMIT_S)
    try:
        connection.request("GET", PATH, headers={"Host": settings.host, "Accept": "application/json"})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"The node does not answer on {settings.bind}:{settings.port}: {type(error).__name__}."
    finally:
        connection.close()
    return None if status == 200 else f"The node answers {status} to {PATH}."


def main() -> int:
    """Print what is wrong, if anything is, and return the exit code."""
    try:
        found = fault(from_environment())
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if found:
        sys.stderr.write(f"{found}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
