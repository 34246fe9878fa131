"""The demonstration from the first look to the last trace: prepare, make three nodes, play, stay up, end everything."""

import secrets
import shutil
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from node.commands.console import Stop
from node.demonstrating import cast, preparing, story
from node.demonstrating.cast import Cast
from node.demonstrating.interruptions import Interrupted, Interruptions
from node.demonstrating.places import Place, make
from node.demonstrating.preparing import Unprepared
from node.demonstrating.processes import Ended, Running
from node.demonstrating.telling import Teller
from node.demonstrating.watching import Failed
from node.settings import SettingsError

DONE: Final = 0
FAILED: Final = 1
INTERRUPTED: Final = 130
LOOK_EVERY_S: Final = 0.5


class Stage:
    """What was made and started, and must be gone in the end."""

    def __init__(self, interruptions: Interruptions) -> None:
        self._interruptions: Final = interruptions
        self._nodes: Final[list[Running]] = []
        self._temporary: Path | None = None

    def folder(self, named: Path | None) -> Path:
        """Return the folder for the data; a temporary one is removed in the end."""
        with self._interruptions.held():
            made = preparing.folder(named)
            self._temporary = made if named is None else None
        return made

    def start(self, places: Sequence[Place]) -> None:
        """Start a node at each place and return when all of them serve. Raises: `Ended`, `Failed`."""
        for place in places:
            with self._interruptions.held():
                node = Running(place)
                self._nodes.append(node)
                node.start()
        for node in self._nodes:
            node.await_ready()

    def watch(self) -> None:
        """Stay until somebody interrupts. Raises: `Ended` when a node ends by itself."""
        while True:
            for node in self._nodes:
                node.check()
            time.sleep(LOOK_EVERY_S)

    def end(self) -> None:
        """End every node and remove the temporary folder."""
        for node in self._nodes:
            node.ask_to_end()
        for node in self._nodes:
            node.await_end()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Play as the command line says, leave nothing behind, and return the exit code."""
    chosen = preparing.options(arguments)
    teller = Teller()
    interruptions = Interruptions()
    stage = Stage(interruptions)
    with interruptions.listening():
        try:
            return _play(chosen, stage, teller)
        except Interrupted:
            teller.line("\nStopped.")
            return INTERRUPTED
        except Unprepared as why:
            teller.refuse(str(why))
        except (Failed, Ended) as why:
            teller.failed(str(why))
        except (Stop, SettingsError, OSError) as why:
            teller.refuse(" ".join(str(why).split()))
        finally:
            with interruptions.refused():
                stage.end()
    return FAILED


def _play(chosen: Namespace, stage: Stage, teller: Teller) -> int:
    preparing.check_ports(chosen.ports)
    folder = stage.folder(chosen.data)
    preparing.check_space(folder)
    players = cast.gather(chosen.ports, folder, secrets.token_urlsafe(9))
    teller.line("Making three hospitals on this machine, each with its own process, database and port ...")
    places = [player.place for player in players.players]
    for player in players.players:
        make(player.place, (player.person,))
    stage.start(places)
    for place in places:
        teller.did(f"{place.name} is at {place.base_url}")
    try:
        story.play(players, teller)
    finally:
        for player in players.players:
            player.leave()
    teller.line(f"\n{teller.verified} things were verified from the other hospitals, in {teller.seconds:.0f} s.")
    if chosen.once:
        return DONE
    _introduce(players, teller)
    kept = "removes their data" if chosen.data is None else f"leaves their data in {folder}"
    teller.line(f"Ctrl-C ends the three hospitals and {kept}.")
    try:
        stage.watch()
    except Interrupted:
        teller.line("\nEnding.")
    return DONE


def _introduce(players: Cast, teller: Teller) -> None:
    rows = [
        (player.place.name, player.place.base_url, player.person.email, player.person.password)
        for player in players.players
    ]
    teller.table("Sign in and look around", ("hospital", "address", "e-mail", "password"), rows)
    teller.line(f"\nThe loop of this story: {players.loop_url}")
