"""Plays a network of three hospitals on this machine: `make demo`, or `python -m node.demo --help`.

The door alone: what it does is in `node.demonstrating`, imported once it is sure that this Python can.
"""

import sys

NEEDED = (3, 11)


def main(arguments: list[str]) -> int:
    """Play, and return 0 only if every step was verified."""
    if sys.version_info < NEEDED:
        return _refuse(f"this is Python {sys.version.split()[0]}, and 3.11 or newer is needed; see: make help")
    try:
        from node.demonstrating import staging
    except ModuleNotFoundError as error:
        return _refuse(f"the package {error.name} is not installed; start it with: make demo")
    return staging.main(arguments)


def _refuse(why: str) -> int:
    sys.stderr.write(f"rounds: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
