"""Driver diagrams: what drives an aim, and which ideas are tried. They stay in the house.

All staff see them; who made one and the moderators change it. An idea is joined to the actions that try it, ours or a
peer's, and of those each reader sees the ones they may see.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct, structs, to_builtins

from federation.records.fields import LearningAction
from node.errors import forbidden, invalid, not_found
from node.learning import drivers
from node.learning.drivers import Branch, Driver, Kind
from node.learning.typed import line
from node.services import acting, families, looping, recording
from node.services.acting import NewAim
from node.services.families import Part
from node.store import accounts, diagrams, loops, statuses
from node.store.accounts import Account
from node.store.unit import Snapshot, Unit

MAX_LISTED: Final = 200
MAX_DIAGRAMS: Final = 100
MAX_ACTIONS: Final = 20


class NewDriver(Struct, frozen=True, kw_only=True):
    """What was typed for a driver or an idea."""

    kind: str
    text: str
    parent_id: int | None = None


class Tried(Struct, frozen=True):
    """An action that tries an idea, with where it stands in a word."""

    part: Part
    word: str


class Diagram(Struct, frozen=True, kw_only=True):
    """A diagram as somebody of the house sees it. `tried` are actions by the id of their idea."""

    id: int
    author: Account
    aim: Mapping[str, str]
    branches: tuple[Branch, ...]
    drivers: tuple[Driver, ...]
    tried: Mapping[int, tuple[Tried, ...]]
    may_edit: bool
    updated_at: datetime

    @property
    def title(self) -> str:
        """The aim in a sentence."""
        return aim_text(self.aim)

    def svg(self) -> str:
        """Return it drawn."""
        return drivers.svg(self.title, self.branches)


class Summary(Struct, frozen=True, kw_only=True):
    """A line of the list."""

    id: int
    title: str
    author: Account
    updated_at: datetime


def aim_text(aim: Mapping[str, str]) -> str:
    """Return an aim in a sentence."""
    rest = [aim.get("whom"), aim.get("howMuch"), f"by {aim['by']}" if aim.get("by") else None]
    return ", ".join(filter(None, (aim.get("what", ""), *rest)))


# ------------------------------------------------------------------ seeing


def listed(snapshot: Snapshot) -> tuple[Summary, ...]:
    """Return the diagrams of the house, those changed last first."""
    found = diagrams.listed(snapshot, limit=MAX_LISTED)
    authors = accounts.by_ids(snapshot, {one.account_id for one in found})
    return tuple(
        Summary(id=one.id, title=aim_text(one.aim), author=authors[one.account_id], updated_at=one.updated_at)
        for one in found
        if one.account_id in authors
    )


def diagram_of(snapshot: Snapshot, viewer_id: int, diagram_id: int) -> Diagram:
    """Return a diagram as somebody of the house sees it. Raises: 404."""
    held = diagrams.by_id(snapshot, diagram_id)
    author = accounts.by_id(snapshot, held.account_id) if held else None
    if held is None or author is None:
        raise not_found()
    tried = _tried(snapshot, viewer_id, diagrams.links_of(snapshot, diagram_id))
    nodes = tuple(
        structs.replace(one, detail=_stands(tried.get(one.id, ()))) for one in diagrams.drivers_of(snapshot, diagram_id)
    )
    return Diagram(
        id=held.id,
        author=author,
        aim=held.aim,
        branches=drivers.tree(nodes),
        drivers=nodes,
        tried=tried,
        may_edit=_may_edit(snapshot, viewer_id, held),
        updated_at=held.updated_at,
    )


def _tried(snapshot: Snapshot, viewer_id: int, links: Sequence[tuple[int, int]]) -> dict[int, tuple[Tried, ...]]:
    found = looping.doings_of(snapshot, viewer_id, [status_id for _, status_id in links])
    seen = {doing.part.status_id: Tried(doing.part, doing.word) for doing in found}
    tried: dict[int, tuple[Tried, ...]] = {}
    for driver_id, status_id in links:
        if status_id in seen:
            tried[driver_id] = (*tried.get(driver_id, ()), seen[status_id])
    return tried


def _stands(tried: Sequence[Tried]) -> str:
    counted = Counter(one.word.lower() for one in tried)
    return ", ".join(f"{count} {word}" for word, count in counted.items())


def _may_edit(snapshot: Snapshot, viewer_id: int, held: diagrams.Diagram) -> bool:
    return held.account_id == viewer_id or recording.is_moderating(snapshot, viewer_id)


# ------------------------------------------------------------------ changing


def create(unit: Unit, account_id: int, aim: NewAim) -> int:
    """Begin a diagram with its aim and return its id. Raises: 422."""
    if diagrams.count_of(unit, account_id) >= MAX_DIAGRAMS:
        raise invalid(f"You have {MAX_DIAGRAMS} diagrams already. Remove one first.", field="what", code="too-many")
    return diagrams.insert(unit, account_id, _aim(aim))


def change(unit: Unit, account_id: int, diagram_id: int, aim: NewAim) -> None:
    """Say the aim anew. Raises: 404, 403, 422."""
    _editable(unit, account_id, diagram_id)
    diagrams.change(unit, diagram_id, aim=_aim(aim))


def remove(unit: Unit, account_id: int, diagram_id: int) -> None:
    """Remove a diagram; the actions stay. Raises: 404, 403."""
    held = _editable(unit, account_id, diagram_id)
    if held.account_id != account_id:
        unit.audit(actor=f"account:{account_id}", act="diagram.remove", object=str(diagram_id))
    diagrams.remove(unit, diagram_id)


def add(unit: Unit, account_id: int, diagram_id: int, new: NewDriver) -> int:
    """Add a driver or an idea and return its id. Raises: 404, 403, 422."""
    _editable(unit, account_id, diagram_id)
    nodes = {one.id: one for one in diagrams.drivers_of(unit, diagram_id)}
    parent = _parent(nodes, new.parent_id)
    drivers.check(new.kind, parent, count=len(nodes) + 1)
    siblings = [one.position for one in nodes.values() if one.parent_id == new.parent_id]
    kind: Kind = new.kind  # type: ignore[assignment]  # checked above
    made = Driver(
        id=0, kind=kind, text=_text(new.text), parent_id=new.parent_id, position=max(siblings, default=-1) + 1
    )
    diagrams.change(unit, diagram_id)
    return diagrams.insert_driver(unit, diagram_id, made)


def reword(unit: Unit, account_id: int, diagram_id: int, driver_id: int, text: str) -> None:
    """Say a driver or an idea in other words. Raises: 404, 403, 422."""
    _driver(unit, account_id, diagram_id, driver_id)
    diagrams.change_driver(unit, driver_id, text=_text(text))
    diagrams.change(unit, diagram_id)


def move(unit: Unit, account_id: int, diagram_id: int, driver_id: int, *, by: int = 0, to: int | None = None) -> None:
    """Move a driver up or down among its like, or hang it, with all that hangs on it, on another. Raises: 404, 403, 422."""
    driver = _driver(unit, account_id, diagram_id, driver_id)
    nodes = {one.id: one for one in diagrams.drivers_of(unit, diagram_id)}
    parent_id = driver.parent_id if to is None else to
    drivers.check(driver.kind, _parent(nodes, parent_id), count=len(nodes))
    siblings = [one for one in nodes.values() if one.parent_id == parent_id and one.id != driver_id]
    ordered = sorted(siblings, key=lambda one: (one.position, one.id))
    before = sum((one.position, one.id) < (driver.position, driver.id) for one in ordered)
    place = min(max(before + by, 0), len(ordered)) if to in (None, driver.parent_id) else len(ordered)
    ordered.insert(place, driver)
    for position, one in enumerate(ordered):
        diagrams.change_driver(unit, one.id, position=position, parent_id=parent_id)
    diagrams.change(unit, diagram_id)


def take_out(unit: Unit, account_id: int, diagram_id: int, driver_id: int) -> None:
    """Take a driver out with all that hangs on it; the actions stay. Raises: 404, 403."""
    _driver(unit, account_id, diagram_id, driver_id)
    diagrams.remove_driver(unit, driver_id)
    diagrams.change(unit, diagram_id)


def link(unit: Unit, account_id: int, diagram_id: int, driver_id: int, action: str) -> None:
    """Join an idea to an action that tries it, by its id or its address. Raises: 404, 403, 422."""
    driver = _driver(unit, account_id, diagram_id, driver_id)
    if driver.kind != "idea":
        raise invalid("Actions try change ideas, not drivers.", field="action", code="wrong-place")
    there = [status_id for one, status_id in diagrams.links_of(unit, diagram_id) if one == driver_id]
    if len(there) >= MAX_ACTIONS:
        raise invalid(f"{MAX_ACTIONS} actions try this idea already.", field="action", code="too-many")
    diagrams.link(unit, driver_id, _action(unit, account_id, action).status_id)
    diagrams.change(unit, diagram_id)


def unlink(unit: Unit, account_id: int, diagram_id: int, driver_id: int, status_id: int) -> None:
    """Part an idea from an action. Raises: 404, 403."""
    _driver(unit, account_id, diagram_id, driver_id)
    diagrams.unlink(unit, driver_id, status_id)
    diagrams.change(unit, diagram_id)


# ------------------------------------------------------------------ inside


def _action(snapshot: Snapshot, account_id: int, typed: str) -> Part:
    """Return an action by its id, its address on the wire, or the address of its page here. Raises: 422."""
    said = typed.strip()
    tail = said.removeprefix(snapshot.site.base_url).rstrip("/").rpartition("/")[2]
    is_ours = said.startswith((snapshot.site.base_url, "/")) or said == tail
    status_id = int(tail) if is_ours and tail.isascii() and tail.isdigit() and len(tail) <= 18 else None
    status = statuses.by_uri(snapshot, said) or (statuses.by_id(snapshot, status_id) if status_id else None)
    found = loops.of_status(snapshot, status.id, account_id) if status else None
    if found is None:
        raise invalid(
            "No action here has this address. Copy the address of its page.", field="action", code="action-unknown"
        )
    part = families.parts(snapshot, {found.uri: found})[found.uri] if found.type in families.KINDS else None
    if part is None or not isinstance(part.record, LearningAction):
        raise invalid("This is not an action.", field="action", code="not-an-action")
    return part


def _editable(snapshot: Snapshot, account_id: int, diagram_id: int) -> diagrams.Diagram:
    held = diagrams.by_id(snapshot, diagram_id)
    if held is None:
        raise not_found()
    if not _may_edit(snapshot, account_id, held):
        raise forbidden("Only who made this diagram and the moderators of this hospital may change it.")
    return held


def _driver(snapshot: Snapshot, account_id: int, diagram_id: int, driver_id: int) -> Driver:
    _editable(snapshot, account_id, diagram_id)
    found = next((one for one in diagrams.drivers_of(snapshot, diagram_id) if one.id == driver_id), None)
    if found is None:
        raise not_found()
    return found


def _parent(nodes: Mapping[int, Driver], parent_id: int | None) -> Driver | None:
    if parent_id is None:
        return None
    if parent_id not in nodes:
        raise invalid("What this hangs on is not there any more. Choose again.", field="parent", code="parent-unknown")
    return nodes[parent_id]


def _aim(typed: NewAim) -> dict[str, str]:
    read = acting.read_aim(typed)
    if read is None:
        raise invalid("Say what shall change.", field="what", code="text-missing")
    aim: dict[str, str] = to_builtins(read)
    return aim


def _text(typed: str) -> str:
    said = line(typed, drivers.MAX_TEXT, field="text")
    if not said:
        raise invalid("Say it in a few words.", field="text", code="text-missing")
    return said
