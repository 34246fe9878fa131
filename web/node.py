"""What a request may reach: the node's place, settings, database and the ports to the outside. Decides nothing."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from node.ports import AddressCheck, Blobs, Fetcher, Workshop
from node.services.admitting import Doorkeeper
from node.services.proxying import Shelf
from node.services.signing_in import Door
from node.services.streaming import Streams
from node.settings import Settings
from node.social.site import Site
from node.store.database import Database


@dataclass(frozen=True, slots=True)
class Node:
    """The running node as web sees it."""

    site: Site
    settings: Settings
    db: Database
    door: Door
    fetcher: Fetcher
    blobs: Blobs
    workshop: Workshop
    streams: Streams
    addresses: AddressCheck
    is_testing: bool = False  # `rounds serve --testing`: open to everybody on this machine
    kept: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # answers that are dear, with the hour they are of
    counting: asyncio.Lock = field(default_factory=asyncio.Lock)  # whoever makes one of those
    doorkeeper: Doorkeeper = field(default_factory=Doorkeeper)
    shelf: Shelf = field(default_factory=Shelf)
    inbox_tally: Counter[tuple[str, str]] = field(default_factory=Counter)  # (verdict, reason) since the start
