"""Readers of raw values: text, or what TOML made of it, becomes a typed value or a `ValueError` in two halves.

The sentence says what is wrong; then, after a semicolon, what to do. It never repeats a value that may be secret.
"""

import importlib.util
import ipaddress
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import idna

from node.social.limits import PUBLISHED

KIB: Final = 1024
MIB: Final = 1024 * KIB
UTC: Final = ZoneInfo("UTC")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: Final[tuple[Network, ...]] = (ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("::1/128"))


def is_loopback_host(host: str) -> bool:
    """Return whether `host` (with or without a port) is `localhost` or a loopback address."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def public_host(value: object) -> str:
    """Return `value` as the host of our addresses: lower case, IDNA, a port only if it is written.

    Raises: `ValueError` for anything that is not exactly a host.
    """
    text = text_of(value)
    if not re.fullmatch(r"[^\s/@?#\\]+", text):
        raise ValueError("is not a host; write it alone, such as rounds.hospital.example, without https:// or a path")
    try:
        parts = urlsplit(f"//{text}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("has a wrong port or address; write host or host:port") from None
    if port == 0 or text.endswith(":"):
        raise ValueError("has a wrong port; write a number from 1 to 65535 or leave it out")
    suffix = "" if port is None else f":{port}"
    if is_loopback_host(name if ":" not in name else f"[{name}]"):
        return (f"[{name}]" if ":" in name else name) + suffix
    return _domain(name) + suffix


def _domain(name: str) -> str:
    try:
        domain = idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError("is not a valid domain name; use letters, digits and hyphens") from None
    if "." not in domain or domain.rsplit(".", 1)[1].isdigit():
        raise ValueError("is not a public domain name; use a name with a dot, not an address")
    return domain


def text_of(value: object) -> str:
    """Return `value` without the space around it, if it is one line of printable text."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("must be one line of text; write it in quotes")
    return value.strip()


def line(maximum: int) -> Callable[[object], str]:
    """Return a reader of one line of at most `maximum` characters."""

    def reader(value: object) -> str:
        text = text_of(value)
        if len(text) > maximum:
            raise ValueError(f"has {len(text)} characters; use at most {maximum}")
        return text

    return reader


def matching(pattern: str, advice: str) -> Callable[[object], str]:
    """Return a reader of text of the form `pattern`; `advice` says what to write."""

    def reader(value: object) -> str:
        text = text_of(value)
        if not re.fullmatch(pattern, text):
            raise ValueError(advice)
        return text

    return reader


def one_of(*allowed: str) -> Callable[[object], str]:
    """Return a reader of one word out of `allowed`, whatever its case."""

    def reader(value: object) -> str:
        found = {word.lower(): word for word in allowed}.get(str(value).strip().lower())
        if found is None:
            raise ValueError(f"is not known; use one of {', '.join(allowed)}")
        return found

    return reader


def integer(least: int, most: int) -> Callable[[object], int]:
    """Return a reader of a whole number between two bounds."""

    def reader(value: object) -> int:
        text = str(value).strip()
        number = int(text) if re.fullmatch(r"[0-9]{1,15}", text, re.ASCII) else -1
        if not least <= number <= most:
            raise ValueError(f"is not a whole number from {least} to {most}; write one")
        return number

    return reader


def boolean(value: object) -> bool:
    """Return true or false."""
    known = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    word = str(value).strip().lower()
    if word not in known:
        raise ValueError("is neither true nor false; write one of them")
    return known[word]


def networks(value: object) -> tuple[Network, ...]:
    """Return a list of networks, from a list or from text with commas."""
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise ValueError('is not a list of networks; write for example ["10.1.2.0/24"], or "none" to trust nobody')
    words = [entry.strip() for entry in entries if entry.strip() and entry.strip().lower() != "none"]
    try:
        return tuple(ipaddress.ip_network(word) for word in words)
    except ValueError as error:
        raise ValueError(f"holds a wrong network ({error}); write for example 10.1.2.0/24") from None


def limits(value: object) -> dict[str, int]:
    """Return other limits than the published ones: a table, text `NAME=NUMBER,NAME=NUMBER`, or `off`; 0 lifts one."""
    if isinstance(value, str):
        if value.strip().lower() == "off":
            return dict.fromkeys(PUBLISHED, 0)
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        value = {name.strip(): number for name, _, number in pairs}
    if not isinstance(value, dict):
        raise ValueError('is not a table of limits; write for example { apps = 100 }, or "off" to lift all')
    if unknown := [str(name) for name in value if name not in PUBLISHED]:
        raise ValueError(f"knows no limit {min(unknown)}; use {', '.join(PUBLISHED)}")
    return {str(name): integer(0, 1_000_000)(number) for name, number in value.items()}


INNER: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def peer_networks(value: object) -> dict[str, tuple[Network, ...]]:
    """Return for each named peer the inner networks it may lie in: a table, or text `HOST=NETWORK,NETWORK;HOST=NETWORK`."""
    if isinstance(value, str):
        pairs = [pair.partition("=") for pair in value.split(";") if pair.strip()]
        value = {host.strip(): text for host, _, text in pairs}
    if not isinstance(value, dict):
        raise ValueError('is not a table of hosts; write for example {"rounds.other.example" = ["10.1.2.0/24"]}')
    return {public_host(host): _inner_networks(host, found) for host, found in value.items()}


def _inner_networks(host: object, value: object) -> tuple[Network, ...]:
    found = networks(value)
    if not found:
        raise ValueError(f"names no network for {host}; write for example 10.1.2.0/24")
    for one in found:
        if not any(one.version == inner.version and one.subnet_of(inner) for inner in INNER):  # type: ignore[arg-type]  # the versions are the same
            raise ValueError(f"holds {one}, which is no private network; write one within {', '.join(map(str, INNER))}")
    return found


def address(value: object) -> str:
    """Return an address to listen on."""
    try:
        return str(ipaddress.ip_address(text_of(value)))
    except ValueError:
        raise ValueError("is not an address to listen on; write 127.0.0.1, 0.0.0.0, ::1 or another") from None


def zone(value: object) -> ZoneInfo:
    """Return a time zone by its name."""
    try:
        return ZoneInfo(text_of(value))
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone; write a name such as Europe/Berlin") from None


def path_of(value: object) -> Path:
    """Return a path; the caller has made it absolute."""
    if not isinstance(value, Path) or "\0" in str(value):
        raise ValueError("is not a path; write it as text")
    return value


def existing_file(value: object) -> Path:
    """Return the path of a file that can be read."""
    path = path_of(value)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ValueError("is not a file that can be read; name a file with certificates in PEM form")
    return path


def database_url(value: object) -> str:
    """Return the address of a database we know, with the driver written out."""
    try:
        parts = urlsplit(text_of(value))
        host, database = parts.hostname or "", parts.path
        _ = parts.port
    except ValueError:
        raise ValueError("cannot be read; write postgresql://USER:PASSWORD@HOST/DATABASE") from None
    if parts.scheme == "sqlite":
        if not re.fullmatch(r"//[^:?#]+", database):
            raise ValueError("is not a SQLite file; write sqlite:////absolute/path/rounds.sqlite3")
        return f"sqlite://{database}"
    if parts.scheme not in {"postgresql", "postgresql+psycopg", "postgres"} or not (host or parts.query):
        raise ValueError("is not a database we know; write sqlite:////PATH or postgresql://USER:PASSWORD@HOST/DATABASE")
    if importlib.util.find_spec("psycopg") is None:
        raise ValueError("needs the PostgreSQL driver; install it with: pip install 'rounds[postgres]'")
    return f"postgresql+psycopg:{text_of(value).split(':', 1)[1]}"


def smtp_url(value: object) -> str:
    """Return the address of a mail server as it is, once it can be used."""
    text = text_of(value)
    advice = "write smtp+starttls://USER:PASSWORD@HOST:PORT, smtps://... or, within the house, smtp://HOST"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"cannot be read; {advice}") from None
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not host or parts.path not in ("", "/"):
        raise ValueError(f"is not a mail server; {advice}")
    if parts.query or parts.fragment or bool(parts.username) != bool(parts.password):
        raise ValueError(f"is not complete; {advice}, and write / ? # @ : in a password as %2F %3F %23 %40 %3A")
    if parts.scheme == "smtp" and parts.password and not is_loopback_host(f"[{host}]" if ":" in host else host):
        raise ValueError("would send its password in the clear; write smtp+starttls:// or smtps://")
    return text


def writable_folder(value: object) -> Path:
    """Return a folder in which this process may write, also into what is in it for files. Raises: ValueError."""
    folder = path_of(value)
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder; make it with: rounds init")
    for place in (folder, folder / "media"):
        if place.exists() and not os.access(place, os.W_OK | os.X_OK):
            raise ValueError(f"{place} cannot be written by this user; change its owner or its mode")
    return folder
