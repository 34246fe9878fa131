"""Looks before the demonstration leaps: ports, folder, room on the disk. What is wrong is one sentence with the fix."""

import argparse
import shutil
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from node.demonstrating.places import LOOPBACK
from node.values import MIB

PORTS: Final = (8101, 8102, 8103)
LEAST_FREE_BYTES: Final = 256 * MIB
LOWEST_PORT, HIGHEST_PORT = 1, 65535


class Unprepared(Exception):
    """The demonstration cannot begin; the text says why and what helps."""


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; a wrong one ends the process with 2, as everywhere."""
    parser = argparse.ArgumentParser(
        prog="make demo ARGS=...", description="Play a network of three hospitals on this machine."
    )
    parser.add_argument("--once", action="store_true", help="play it through, exit 0 only if every step was verified")
    parser.add_argument("--ports", type=_ports, default=PORTS, metavar="A,B,C", help="three ports (8101,8102,8103)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep the data in this new or empty folder")
    return parser.parse_args(arguments)


def check_ports(ports: Sequence[int]) -> None:
    """Pass if every port can be listened on. Raises: `Unprepared`."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError as error:
                reason = (error.strerror or "refused").lower()
                raise Unprepared(
                    f"Port {port} cannot be used ({reason}). Stop what has it, or name three others: --ports A,B,C"
                ) from None


def folder(named: Path | None) -> Path:
    """Return the folder for the data, made now. Raises: `Unprepared`."""
    try:
        if named is None:
            return Path(tempfile.mkdtemp(prefix="rounds-demo-"))
        named.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(named.iterdir()):
            raise Unprepared(f"{named} is not empty. Name a new folder, or remove what is in it.")
        tempfile.TemporaryFile(dir=named).close()
    except OSError as error:
        place = named or tempfile.gettempdir()
        raise Unprepared(
            f"{place} cannot be written ({(error.strerror or 'refused').lower()}). Name a folder of your own: --data DIR"
        ) from None
    return named.absolute()


def check_space(place: Path) -> None:
    """Pass if the disk has room. Raises: `Unprepared`."""
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE_BYTES:
        raise Unprepared(
            f"Only {free // MIB} MiB are free in {place}, and {LEAST_FREE_BYTES // MIB} MiB are needed. Make room."
        )


def _ports(text: str) -> tuple[int, ...]:
    try:
        ports = tuple(int(one) for one in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("write three numbers, such as 8101,8102,8103") from None
    if len(set(ports)) != len(PORTS) or not all(LOWEST_PORT <= port <= HIGHEST_PORT for port in ports):
        raise argparse.ArgumentTypeError("write three different numbers from 1 to 65535, such as 8101,8102,8103")
    return ports
