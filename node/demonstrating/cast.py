"""Who plays: one person at each of three hospitals, with an app and a browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from node.clock import SystemClock
from node.demonstrating import script
from node.demonstrating.apps import App, sign_in
from node.demonstrating.places import Person, Place

APP_NAME: Final = "Ward app"


@dataclass(slots=True)
class Player:
    """A person at a hospital."""

    place: Place
    person: Person
    _app: App | None = None

    @property
    def name(self) -> str:
        """How people call the person."""
        return self.person.display_name.partition(",")[0]

    @property
    def handle(self) -> str:
        """How people write the person's account."""
        return f"@{self.person.username}@{self.place.host}"

    @property
    def institution(self) -> str:
        """How people write the account of the hospital."""
        return f"@institution@{self.place.host}"

    @property
    def today(self) -> date:
        """Which day it is at the hospital."""
        return SystemClock().now().astimezone(ZoneInfo(self.place.timezone)).date()

    @property
    def app(self) -> App:
        """The app that acts for the person."""
        if self._app is None:
            raise LookupError(f"{self.name} has not signed in")
        return self._app

    def sign_in(self) -> Any:
        """Let an app act for the person, and return who it says the person is."""
        self._app = sign_in(self.place, self.person, name=APP_NAME)
        return self._app.get("/api/v1/accounts/verify_credentials")

    def leave(self) -> None:
        """Let go of the app's connections."""
        if self._app is not None:
            self._app.close()


@dataclass(slots=True)
class Cast:
    """Everybody, in the order of the story, and where its loop can be seen."""

    players: tuple[Player, Player, Player]
    loop_url: str = ""


def at_noon() -> str:
    """Return a time zone in which it is about noon: @recall and reminders let people sleep."""
    ahead = 12 - SystemClock().now().hour  # the names of these zones have the sign the other way round
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def gather(ports: Sequence[int], folder: Path, password: str) -> Cast:
    """Return the three people and their hospitals."""
    zone = at_noon()
    nurse, doctor, lead = (
        Player(
            Place(name, port, folder / script.FOLDERS[name], zone),
            Person(username, display_name, password, role="admin"),
        )
        for name, port, (username, display_name) in zip(
            script.NAMES, ports, (script.NURSE, script.DOCTOR, script.LEAD), strict=True
        )
    )
    return Cast((nurse, doctor, lead))
