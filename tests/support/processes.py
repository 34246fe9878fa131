"""Real nodes for tests: on free ports, with their people, each a process of its own that the test may kill."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from node.demonstrating.places import LOOPBACK, Person, Place, make
from node.demonstrating.processes import Running

PASSWORD: Final = "correct horse battery"
QUIET_PORTS: Final = (15_000, 32_000)  # below those of outgoing connections
_chance = random.SystemRandom()  # whatever seed the run has
INES: Final = Person("ines", "Ines", PASSWORD)
OTTO: Final = Person("otto", "Otto", PASSWORD)


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on at this moment, out of those that outgoing connections never take."""
    found: list[int] = []
    while len(found) < count:
        port = _chance.randrange(*QUIET_PORTS)
        with socket.socket() as probe:
            if port not in found and probe.connect_ex((LOOPBACK, port)) != 0:
                found.append(port)
    return found


@contextmanager
def nodes(folder: Path, *people: Person) -> Iterator[list[Running]]:
    """Give one running node for each person, and end them all."""
    ports = free_ports(len(people))
    places = [Place(f"Ward {port}", port, folder / person.username) for port, person in zip(ports, people, strict=True)]
    running = [Running(place) for place in places]
    try:
        for one, person in zip(running, people, strict=True):
            make(one.place, (person,))
            one.start()
        for one in running:
            one.await_ready()
        yield running
    finally:
        for one in running:
            one.ask_to_end()
        for one in running:
            one.await_end()


@contextmanager
def node_of(folder: Path, *people: Person) -> Iterator[Running]:
    """Give one running node with several people, and end it."""
    place = Place("Ward", free_ports(1)[0], folder)
    running = Running(place)
    try:
        make(place, people)
        running.start()
        running.await_ready()
        yield running
    finally:
        running.stop()
