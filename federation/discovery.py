"""How nodes find people and each other: WebFinger and NodeInfo, built and read, and host-meta, built.

Fetches nothing. An answer is a claim of the host that gave it; `loops_back` says when two hosts agree on a handle.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from urllib.parse import quote, urljoin
from xml.sax.saxutils import quoteattr

from federation.reasons import PeerError, Reason
from federation.uris import Handle, host_of, is_same_origin, is_usable, parse_handle

JRD: Final = "application/jrd+json"
XRD: Final = "application/xrd+xml"
PROFILE_PAGE: Final = "http://webfinger.net/rel/profile-page"
SUBSCRIBE: Final = "http://ostatus.org/schema/1.0/subscribe"
_AVATAR: Final = "http://webfinger.net/rel/avatar"
_INTENTS: Final = "https://w3id.org/fep/3b86/"
_APPLICATION: Final = "https://www.w3.org/ns/activitystreams#Application"
_NODEINFO_SCHEMA: Final = "nodeinfo.diaspora.software/ns/schema/"
_NODEINFO: Final = f"http://{_NODEINFO_SCHEMA}"
_SELF_TYPES: Final = frozenset(
    {"application/activity+json", 'application/ld+json;profile="https://www.w3.org/ns/activitystreams"'}
)
_MAX_HEAD_CHARS: Final = 65_536
_HTML_LINK: Final = re.compile(r"<link\s([^>]{1,1000})>", re.IGNORECASE)
_HTML_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z-]{1,20})\s{0,4}=\s{0,4}(?:(["'])(.*?)\2|([^\s"'>]+))""")
_MAX_LINKS: Final = 64
_MAX_WORD_CHARS: Final = 128
_MAX_STAFF: Final = 5
_MAX_COUNT: Final = 2**53


@dataclass(frozen=True, slots=True)
class WebFinger:
    """What a host says about a handle."""

    subject: Handle
    actor_uri: str
    profile_url: str | None = None
    subscribe_template: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """How much a node is used."""

    total_users: int = 0
    active_month: int = 0
    active_half_year: int = 0
    local_posts: int = 0


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """What a node says about itself; nothing but a hint for people, never a reason to behave differently."""

    software: str = "unknown"
    version: str = ""
    usage: Usage = field(default_factory=Usage)
    is_open: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)


def resource_url(handle: Handle, *, scheme: str = "https") -> str:
    """Give the address that is asked about `name@host`. The host is where the question goes."""
    return f"{scheme}://{handle.host}/.well-known/webfinger?resource={quote(f'acct:{handle.text()}', safe='')}"


def parse_resource(resource: str) -> Handle | str | None:
    """Read what a WebFinger question asks about: a handle (`acct:` or bare), the address of an actor or page, or nothing."""
    if resource[:8].lower().startswith(("https://", "http://")):
        return resource if is_usable(resource, loopback_http=True) else None
    handle = parse_handle(resource)
    return handle if handle and handle.host else None


def build_jrd(
    handle: Handle,
    actor_uri: str,
    *,
    profile_url: str | None = None,
    subscribe_template: str | None = None,
    avatar: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Build the answer for one of our actors. `avatar` is (content type, address).

    `subscribe_template` holds `{uri}` and serves the intents of FEP-3b86 too.
    """
    links: list[dict[str, str]] = [{"rel": "self", "type": "application/activity+json", "href": actor_uri}]
    if profile_url:
        links.insert(0, {"rel": PROFILE_PAGE, "type": "text/html", "href": profile_url})
    if subscribe_template:
        links.append({"rel": SUBSCRIBE, "template": subscribe_template})
        intent = subscribe_template.replace("{uri}", "{object}")
        links += [{"rel": f"{_INTENTS}{name}", "template": intent} for name in ("Follow", "Object")]
    if avatar:
        links.append({"rel": _AVATAR, "type": avatar[0], "href": avatar[1]})
    aliases = [profile_url, actor_uri] if profile_url else [actor_uri]
    return {"subject": f"acct:{handle.text()}", "aliases": aliases, "links": links}


def parse_jrd(document: Mapping[str, Any], *, loopback_http: bool = False) -> WebFinger:
    """Read an answer: the subject and the first usable `self` link with an ActivityPub type.

    Raises: PeerError(MALFORMED) when the subject is no handle or no such link is there.
    """
    subject = document.get("subject")
    handle = parse_handle(subject) if isinstance(subject, str) and subject[:5].lower() == "acct:" else None
    if handle is None or handle.host is None:
        raise PeerError(Reason.MALFORMED, "the WebFinger answer has no acct: subject")
    links = _links(document)
    actor_uri = next((link["href"] for link in links if _is_actor_link(link, loopback_http=loopback_http)), None)
    if actor_uri is None:
        raise PeerError(Reason.MALFORMED, "the WebFinger answer has no self link to an ActivityPub actor")
    aliases = document.get("aliases")
    return WebFinger(
        subject=handle,
        actor_uri=actor_uri,
        profile_url=_first(links, PROFILE_PAGE, "href", lambda href: is_usable(href, loopback_http=loopback_http)),
        subscribe_template=_first(
            links, SUBSCRIBE, "template", lambda text: _is_template(text, loopback_http=loopback_http)
        ),
        aliases=tuple(a for a in aliases[:_MAX_LINKS] if isinstance(a, str)) if isinstance(aliases, list) else (),
    )


def is_same_handle(one: Handle, other: Handle) -> bool:
    """Tell whether two handles name the same account: names without regard to case, hosts as they are folded."""
    return one.name.lower() == other.name.lower() and one.host == other.host


def next_lookup(asked: Sequence[Handle], answer: WebFinger) -> Handle | None:
    """Give the handle to ask about next because the subject changed, or None when the answer stands.

    `asked` holds every handle asked so far, the last one being what `answer` answers. One change is followed, not two.

    Raises: PeerError(WRONG_ID) on a second change.
    """
    if is_same_handle(asked[-1], answer.subject):
        return None
    if len(asked) > 1:
        raise PeerError(Reason.WRONG_ID, "WebFinger points from handle to handle without end")
    return answer.subject


def confirmation(handle: Handle, actor_uri: str, preferred_username: str) -> Handle | None:
    """Give the handle that the actor's own host must confirm, or None when the handle lives on that very host.

    A host may claim any actor for its handles; only the actor's host can say which handle the actor goes by.
    """
    host = host_of(actor_uri)
    if handle.host == host and handle.name.lower() == preferred_username.lower():
        return None
    return Handle(preferred_username, host)


def loops_back(handle: Handle, actor_uri: str, answer: WebFinger) -> bool:
    """Tell whether the actor's host agrees: same subject, same actor."""
    return is_same_handle(handle, answer.subject) and answer.actor_uri == actor_uri


def alternate_of(page: str, url: str) -> str | None:
    """Give the address, of the same origin, that the head of an HTML page names as its ActivityPub form, or None."""
    for link in _HTML_LINK.findall(page[:_MAX_HEAD_CHARS]):
        said = {name.lower(): unescape(quoted or bare) for name, _, quoted, bare in _HTML_ATTRIBUTE.findall(link)}
        is_other = "alternate" in said.get("rel", "").lower().split()
        if is_other and re.sub(r"\s*;\s*", ";", said.get("type", "").strip()) in _SELF_TYPES:
            try:
                target = urljoin(url, said.get("href", ""))
            except ValueError:
                continue
            if is_usable(target, loopback_http=True) and is_same_origin(target, url) and target != url:
                return target
    return None


def build_host_meta(base_url: str) -> str:
    """Build the XRD that says where our WebFinger is. `base_url` has no slash at its end."""
    template = quoteattr(f"{base_url}/.well-known/webfinger?resource={{uri}}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{JRD}" template={template}/>\n'
        "</XRD>\n"
    )


def build_host_meta_json(base_url: str) -> dict[str, Any]:
    """Build the same as JSON (RFC 6415, section 3)."""
    return {"links": [{"rel": "lrdd", "type": JRD, "template": f"{base_url}/.well-known/webfinger?resource={{uri}}"}]}


def build_nodeinfo_index(base_url: str, *, server_actor: str | None = None) -> dict[str, Any]:
    """Build `/.well-known/nodeinfo`; `server_actor` is linked too (FEP-2677)."""
    links = [{"rel": f"{_NODEINFO}{v}", "href": f"{base_url}/nodeinfo/{v}"} for v in ("2.0", "2.1")]
    if server_actor:
        links.append({"rel": _APPLICATION, "href": server_actor})
    return {"links": links}


def build_nodeinfo(
    node: NodeInfo, *, schema: str, repository: str | None = None, homepage: str | None = None
) -> dict[str, Any]:
    """Build a NodeInfo document of schema 2.0 or 2.1 (which alone may name repository and homepage)."""
    software = {"name": node.software, "version": node.version}
    if schema == "2.1":
        software |= {k: v for k, v in (("repository", repository), ("homepage", homepage)) if v}
    return {
        "version": schema,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": node.is_open,
        "usage": {
            "users": {
                "total": node.usage.total_users,
                "activeMonth": node.usage.active_month,
                "activeHalfyear": node.usage.active_half_year,
            },
            "localPosts": node.usage.local_posts,
        },
        "metadata": dict(node.metadata),
    }


def parse_nodeinfo_index(
    document: Mapping[str, Any], *, host: str | None = None, loopback_http: bool = False
) -> str | None:
    """Give the address of the newest NodeInfo document that may be fetched, of `host` alone where one is given, or None."""
    best: tuple[str, str] | None = None
    for link in _links(document):
        rel, href = link.get("rel", "").removeprefix("https://").removeprefix("http://"), link.get("href", "")
        version = rel.removeprefix(_NODEINFO_SCHEMA)
        is_known = rel.startswith(_NODEINFO_SCHEMA) and version in ("1.0", "1.1", "2.0", "2.1", "2.2")
        is_there = is_known and is_usable(href, loopback_http=loopback_http) and host in (None, host_of(href))
        if is_there:
            best = max(best or ("", ""), (version, href))
    return best[1] if best else None


def parse_nodeinfo(document: Mapping[str, Any]) -> NodeInfo:
    """Read a NodeInfo document leniently: whatever is missing or odd takes its default, nothing is refused."""
    software, usage = _mapping(document, "software"), _mapping(document, "usage")
    users = _mapping(usage, "users")
    return NodeInfo(
        software=_word(software, "name").lower() or "unknown",
        version=_word(software, "version"),
        usage=Usage(
            total_users=_count(users, "total"),
            active_month=_count(users, "activeMonth"),
            active_half_year=_count(users, "activeHalfyear"),
            local_posts=_count(usage, "localPosts"),
        ),
        is_open=document.get("openRegistrations") is True,
        metadata=_mapping(document, "metadata"),
    )


def staff_of(node: NodeInfo, *, loopback_http: bool = False) -> tuple[str, ...]:
    """Give the addresses of those who run a node, as far as it says so: a few, each one that may be fetched."""
    said = node.metadata.get("staffAccounts")
    listed = said[:_MAX_STAFF] if isinstance(said, list) else []
    return tuple(dict.fromkeys(one for one in listed if is_usable(one, loopback_http=loopback_http)))


def _links(document: Mapping[str, Any]) -> list[dict[str, str]]:
    links = document.get("links")
    links = [links] if isinstance(links, dict) else links
    if not isinstance(links, list):
        return []
    return [
        {key: value for key, value in link.items() if isinstance(value, str)}
        for link in links[:_MAX_LINKS]
        if isinstance(link, dict)
    ]


def _is_actor_link(link: Mapping[str, str], *, loopback_http: bool) -> bool:
    content_type = re.sub(r"\s*;\s*", ";", link.get("type", "").strip()).removesuffix(";charset=utf-8")
    is_self = link.get("rel") == "self" and content_type in _SELF_TYPES
    return is_self and is_usable(link.get("href"), loopback_http=loopback_http)


def _is_template(text: str, *, loopback_http: bool) -> bool:
    return "{uri}" in text and is_usable(text.replace("{uri}", "x"), loopback_http=loopback_http)


def _first(links: Sequence[Mapping[str, str]], rel: str, key: str, is_good: Callable[[str], bool]) -> str | None:
    return next((link[key] for link in links if link.get("rel") == rel and is_good(link.get(key, ""))), None)


def _mapping(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _word(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    text = value[:_MAX_WORD_CHARS] if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable())


def _count(document: Mapping[str, Any], key: str) -> int:
    value = document.get(key)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_COUNT
    return int(value) if is_count and value is not None else 0
