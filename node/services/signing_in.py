"""People signing in with a password, and the sessions they then have in a browser.

Passwords are hashed with Argon2id in a thread, few at a time. Failures are counted in memory, per account and per
address, bounded; each process counts for itself, so N processes allow N times the tries. A person is kept out by a
stranger's tries only when very many addresses try at once, because few failures count against name and address together;
and not even then in a browser in which they signed in before, which brings a proof of it. An attack is written to the log.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import secrets
from collections import OrderedDict, deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from node.clock import Clock
from node.errors import Problem
from node.events import TokensRevoked
from node.store import oauth, sessions, users
from node.store.database import Database
from node.store.unit import Snapshot, Unit

SESSION_LIFE: Final = timedelta(days=30)
SESSION_IDLE: Final = timedelta(days=7)
SESSION_TOUCH: Final = timedelta(minutes=5)
MIN_PASSWORD_CHARS: Final = 8
MAX_PASSWORD_CHARS: Final = 256
WINDOW_S: Final = 15 * 60.0
PAIR_TRIES: Final = 10  # one name from one address
NAME_TRIES: Final = 100  # one name from everywhere
ADDRESS_TRIES: Final = 100  # one address, which may be a whole hospital's
MAX_COUNTED: Final = 20_000
WARN_S: Final = 60.0
_ALARMS: Final = {
    "pair": "one name from one address",
    "name": "one name from many addresses",
    "address": "many names from one address",
}
_log = logging.getLogger("rounds.signing_in")


class SessionUser(Struct, frozen=True):
    """Who a session cookie belongs to. `is_stale`: call `touch_session` now and then."""

    user_id: int
    account_id: int
    username: str
    display_name: str
    role: str
    locale: str
    is_stale: bool = False
    avatar: str | None = None


class Login(Struct, frozen=True):
    """Who a password belongs to."""

    user_id: int
    account_id: int


class Device(Struct, frozen=True):
    """A browser in which somebody signed in before."""

    user_id: int
    number: str


class Passwords:
    """Argon2id. The costs are parameters so that tests are quick; the defaults are OWASP's of 2025."""

    def __init__(self, *, time_cost: int = 2, memory_kib: int = 19 * 1024, at_once: int = 2) -> None:
        self._hasher: Final = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._at_once: Final = asyncio.Semaphore(at_once)
        self._dummy: str | None = None

    async def hash(self, password: str) -> str:
        """Return what to keep of a password. Raises: 422 when it is too short or too long."""
        check_password_length(password)
        async with self._at_once:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the kept one; without one it takes as long and says no."""
        if len(password) > MAX_PASSWORD_CHARS:
            return False
        async with self._at_once:
            if self._dummy is None:
                self._dummy = await asyncio.to_thread(self._hasher.hash, secrets.token_hex(8))
            return await asyncio.to_thread(self._verify, kept or self._dummy, password) and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def check_password_length(password: str) -> None:
    """Raises: 422 when a new password is too short or too long."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        text = f"The password must have {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters"
        raise Problem(422, "invalid", text, field="password")


class Throttle:
    """Counts events per key within a window, in memory, for a bounded number of keys."""

    def __init__(self, clock: Clock, *, limit: int, window_s: float = WINDOW_S, max_keys: int = MAX_COUNTED) -> None:
        self._clock: Final = clock
        self._limit: Final = limit
        self._window_s: Final = window_s
        self._max_keys: Final = max_keys
        self._times: Final[OrderedDict[str, deque[float]]] = OrderedDict()

    def check(self, key: str) -> None:
        """Raises: 429 when the key has used up its events."""
        times = self._recent(key)
        if len(times) >= self._limit:
            wait_s = int(times[0] + self._window_s - self._clock.monotonic_s()) + 1
            raise Problem(429, "too-many-tries", "Too many tries. Wait a little, then try again.", retry_after_s=wait_s)

    def count(self, key: str) -> None:
        """Count an event."""
        self._times[key] = times = self._recent(key)
        times.append(self._clock.monotonic_s())
        self._times.move_to_end(key)
        while len(self._times) > self._max_keys:
            self._times.popitem(last=False)

    def uncount(self, key: str) -> None:
        """Take the last event back: it was none."""
        times = self._times.get(key)
        if times:
            times.pop()

    def forget(self, key: str) -> None:
        """Start again for a key."""
        self._times.pop(key, None)

    def _recent(self, key: str) -> "deque[float]":
        times = self._times.get(key) or deque(maxlen=self._limit)
        oldest = self._clock.monotonic_s() - self._window_s
        while times and times[0] <= oldest:
            times.popleft()
        return times


class Door:
    """What one process keeps in memory about signing in."""

    def __init__(self, clock: Clock, passwords: Passwords | None = None) -> None:
        self.passwords: Final = passwords or Passwords()
        self.by_pair: Final = Throttle(clock, limit=PAIR_TRIES)
        self.by_name: Final = Throttle(clock, limit=NAME_TRIES)
        self.by_address: Final = Throttle(clock, limit=ADDRESS_TRIES)
        self._clock: Final = clock
        self._warned: Final[dict[str, float]] = {}
        self._seen: Final[dict[int, int]] = {}

    def is_first_today(self, user_id: int, day: int) -> bool:
        """Tell whether this process sees a user for the first time on a day, which is written down once."""
        if self._seen.get(user_id) == day:
            return False
        if len(self._seen) >= MAX_COUNTED:
            self._seen.clear()
        self._seen[user_id] = day
        return True

    def warn(self, what: str) -> None:
        """Say that somebody is trying passwords, at most once a minute of each kind; never whose."""
        now_s = self._clock.monotonic_s()
        if now_s - self._warned.get(what, -WARN_S) >= WARN_S:
            self._warned[what] = now_s
            _log.warning("too many wrong passwords: %s", _ALARMS[what])


def network_of(address: str) -> str:
    """Return what an address is counted under: itself, or the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


async def check_password(
    door: Door, db: Database, login: str, password: str, *, address: str, device: Device | None = None
) -> Login:
    """Return who a login (e-mail address or username) and a password belong to.

    Raises: 401 in the same words and time for unknown, wrong and disabled; 403 when the password is right and the person
    not let in yet; 429 after too many failures.
    """
    name, network = login.strip().casefold()[:320], network_of(address)
    user = await db.read(users.by_login, name) if name and "\0" not in name else None
    is_known = device is not None and user is not None and device.user_id == user.id
    pair = f"{name} {device.number}" if device is not None and is_known else f"{name} {network}"
    counted = [(door.by_pair, pair)]
    if not is_known:
        counted += [(door.by_name, name), (door.by_address, network)]
    for throttle, key in counted:
        try:
            throttle.check(key)
        except Problem:
            door.warn("name" if throttle is door.by_name else "address" if throttle is door.by_address else "pair")
            raise
    for throttle, key in counted:  # before the slow part, so that tries at the same time are counted too
        throttle.count(key)
    is_right = await door.passwords.matches(user.password_hash if user else None, password)
    if user is None or not is_right or user.disabled_at is not None:
        raise Problem(401, "wrong-password", "The name or the password is not right")
    for throttle, key in counted:
        throttle.uncount(key)
    door.by_pair.forget(pair)
    if user.confirmed_at is None or user.approved_at is None:
        raise Problem(403, "waiting", "Your account waits to be let in. You are told when it is.")
    return Login(user.id, user.account_id)


def digest(token: str) -> str:
    """Return what is kept of a token, code or secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(unit: Unit, user_id: int) -> str:
    """Open a session and return its cookie's value; sessions that ran out are removed on the way."""
    sessions.delete_expired(unit, seen_before=unit.now - SESSION_IDLE)
    token = secrets.token_urlsafe(32)
    sessions.insert(unit, digest(token), user_id, expires_at=unit.now + SESSION_LIFE)
    return token


async def note_use(door: Door, db: Database, user_id: int) -> None:
    """Write down the day on which somebody uses the node, once a day; who cannot write now still reads."""
    if door.is_first_today(user_id, db.now().toordinal()):
        with suppress(Problem):
            await db.write(users.see, user_id)


def session(snapshot: Snapshot, token: str) -> SessionUser | None:
    """Return who a session cookie belongs to; None when it is unknown, has run out, or its user is disabled."""
    found = sessions.by_hash(snapshot, digest(token))
    if found is None or found.is_disabled:
        return None
    if found.expires_at <= snapshot.now or found.seen_at + SESSION_IDLE <= snapshot.now:
        return None
    is_stale = found.seen_at + SESSION_TOUCH <= snapshot.now
    who = (found.user_id, found.account_id, found.username, found.display_name, found.role, found.locale)
    return SessionUser(*who, is_stale, found.avatar)


def touch_session(unit: Unit, token: str) -> None:
    """Note that a session is in use."""
    sessions.touch(unit, digest(token))


def close_session(unit: Unit, token: str) -> None:
    """End a session."""
    sessions.delete_one(unit, digest(token))


def change_password(unit: Unit, user_id: int, password_hash: str) -> None:
    """Set a new password and end every session and token of the user."""
    users.set_password(unit, user_id, password_hash)
    sessions.delete_of_user(unit, user_id)
    ended(unit, oauth.revoke_of_user(unit, user_id))


def ended(unit: Unit, token_ids: Sequence[int]) -> None:
    """Say that tokens ended, so that what hangs on them (open streams, pushes) ends with them."""
    if token_ids:
        unit.record(TokensRevoked(tuple(token_ids)))


def device_proof(secret_key: bytes, user_id: int) -> str:
    """Return what a browser keeps after somebody signed in with it: it opens nothing, it only tells it from strangers'."""
    named = f"{user_id}.{secrets.token_hex(8)}"
    return f"{named}.{_device_mac(secret_key, named)}"


def device_of(secret_key: bytes, proof: str) -> Device | None:
    """Return the browser that brings a proof of ours, None for any other."""
    named, _, mac = proof.rpartition(".")
    user_id, _, number = named.partition(".")
    if not user_id.isascii() or not user_id.isdigit() or not number:
        return None
    is_ours = hmac.compare_digest(_device_mac(secret_key, named).encode(), mac.encode())
    return Device(int(user_id), number) if is_ours else None


def _device_mac(secret_key: bytes, named: str) -> str:
    return hmac.new(secret_key, b"device:" + named.encode(), hashlib.sha256).hexdigest()


def csrf_token(secret_key: bytes, cookie: str) -> str:
    """Return the token that a form carries, bound to the cookie of its session (or of a visitor before signing in)."""
    return hmac.new(secret_key, b"csrf:" + cookie.encode(), hashlib.sha256).hexdigest()


def is_csrf_token(secret_key: bytes, cookie: str, sent: str) -> bool:
    """Tell whether a form's token belongs to the cookie."""
    return hmac.compare_digest(csrf_token(secret_key, cookie).encode(), sent.encode())
