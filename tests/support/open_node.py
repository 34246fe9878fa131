"""A node that is open to this machine (`rounds serve --testing`), with people whose tokens are known, for clients of others."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import insert

from node import settings as reading
from node.commands import database
from node.demonstrating.places import Place, make
from node.store import tables
from node.store.unit import Unit
from tests.bench.processes import running
from tests.support.processes import free_ports

P = ParamSpec("P")
T = TypeVar("T")
CLIENT_ID: Final = "testing-client"
CLIENT_SECRET: Final = "testing-secret"
APP_TOKEN: Final = "app-testing-token"
COMMAND: Final = "from node.cli import main; main()"


@dataclass(frozen=True)
class OpenNode:
    """A running node; what no client can make is written straight into its database."""

    place: Place

    @property
    def url(self) -> str:
        """Where it is."""
        return self.place.base_url

    def token(self, username: str) -> str:
        """Return the token of a person, good for everything."""
        return f"{username}-testing-token"

    def password(self, username: str) -> str:
        """Return the password of a person."""
        return f"{username}-testing-password"

    def write(self, function: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a transaction beside the process that serves."""
        with database.current(reading.load({}, file=self.place.config)) as session:
            return session.write(function, *args, **kwargs)

    def row(self, table: str, **values: Any) -> int:
        """Write a row and return its id; `...` stands for now."""

        def put(unit: Unit) -> int:
            number = unit.new_id()
            row = {name: unit.now if value is ... else value for name, value in values.items()}
            unit.conn.execute(insert(tables.metadata.tables[table]).values(id=number, **row))
            return number

        return self.write(put)


@contextmanager
def open_node(folder: Path, people: Mapping[str, Mapping[str, Any]], **decided: str) -> Iterator[OpenNode]:
    """Serve a node with these people (a name, and what else the seed says of it), and end it."""
    place = Place("Ward", free_ports(1)[0], folder)
    make(place, (), **decided)
    seed = folder / "people.json"
    seed.write_text(json.dumps({"app": {"tokens": [{"token": APP_TOKEN}]}, "accounts": _accounts(people)}))
    words = ["-c", COMMAND, "--config", str(place.config), "serve", "--testing", str(seed)]
    with running(words, {}, port=place.port, log=place.log):
        yield OpenNode(place)


def _accounts(people: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "username": name,
            "password": f"{name}-testing-password",
            "display_name": name.capitalize(),
            "tokens": [{"token": f"{name}-testing-token"}],
            **more,
        }
        for name, more in people.items()
    ]
