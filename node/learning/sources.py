"""Where a learning comes from, found in what people type: a DOI, a PMID, an arXiv id or an address of the web.

How it works. `find` looks for identifiers first and takes the first address only where there is none; `exact` reads a whole
field. `key_of` gives what the same source is known by, however it was written. Pure: what a source is called is asked by
`services.sourcing`.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from msgspec import Struct

from federation import uris
from federation.reasons import PeerError
from federation.records.fields import LearnedFrom

MAX_URL_CHARS: Final = 1000
MAX_KEY_CHARS: Final = 300
Kind = Literal["doi", "pmid", "arxiv", "url", "ref"]

_NAME: Final = r"10\.[0-9]{4,9}"
_DOI_CHARS: Final = r"[!#-\[\]_a-z~]"  # no quotes, braces, backslashes: no registrar gives them out
_EDGE: Final = r"(?<![0-9a-z./%_-])"
_DOI: Final = re.compile(rf"{_EDGE}(?:doi\s?[:=]?\s*)?({_NAME}(?:/|%2f){_DOI_CHARS}{{1,220}})", re.IGNORECASE)
_PMID: Final = re.compile(rf"{_EDGE}pmid\s?[:#]?\s*([1-9][0-9]{{0,8}})(?![0-9a-z])", re.IGNORECASE)
_NEW_ARXIV: Final = r"[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}"
_OLD_ARCHIVES: Final = (
    r"acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|funct-an"
    r"|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio"
    r"|q-fin|quant-ph|solv-int|stat|supr-con"
)
_OLD_ARXIV: Final = rf"(?:{_OLD_ARCHIVES})(?:\.[a-z-]{{2,6}})?/[0-9]{{2}}(?:0[1-9]|1[0-2])[0-9]{{3}}"
_VERSION: Final = r"(?:v[1-9][0-9]?)?"
_ARXIV: Final = re.compile(
    rf"{_EDGE}(?:arxiv\s?:\s*((?:{_NEW_ARXIV}|{_OLD_ARXIV}){_VERSION})|({_OLD_ARXIV}{_VERSION}))(?![0-9a-z])",
    re.IGNORECASE,
)
_URL: Final = re.compile(r"(?<![a-z0-9])https?://[^\s<>\"“”«»„\\^`{|}]{1,2000}", re.IGNORECASE)

_IN_PATH: Final = re.compile(
    rf"/(?:doi|articles?|chapter|book|pdf|content|abs|full|fulltext|abstract|proceedings|journal)(?:/[a-z]{{1,12}}){{0,2}}/"
    rf"({_NAME}(?:/|%2f)[^?#]{{1,400}})",
    re.IGNORECASE,
)
_IN_QUERY: Final = re.compile(rf"[?&](?:id|doi|ref)=({_NAME}(?:/|%2f)[^&#]{{1,400}})", re.IGNORECASE)
_OF_A_VIEW: Final = re.compile(
    r"(?:/(?:full(?:text)?|abstract|summary|pdf|epdf|epub|html|meta|references|metrics|figures|tables))+/?$"
    r"|\.(?:pdf|html?)$|/$",
    re.IGNORECASE,
)
_OF_ONE_HOUSE: Final = re.compile(
    r"^(10\.1093/[a-z]+/[a-z]+[0-9]+)/[0-9]+$", re.IGNORECASE
)  # its own number comes after
_PUBMED: Final = re.compile(
    r"https?://(?:(?:www\.)?pubmed\.(?:ncbi\.nlm\.nih\.gov|gov)|(?:www\.|m\.)?ncbi\.nlm\.nih\.gov/(?:m/)?pubmed"
    r"|(?:www\.)?europepmc\.org/(?:article|abstract)/med)/(?:\?term=)?([1-9][0-9]{0,8})(?![0-9a-z])",
    re.IGNORECASE,
)
_ARXIV_URL: Final = re.compile(
    rf"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format)/((?:{_NEW_ARXIV}|{_OLD_ARXIV}){_VERSION})(?![0-9a-z])",
    re.IGNORECASE,
)
_OUR_ARXIV: Final = re.compile(r"https://arxiv\.org/abs/(\S+?)(?:v[1-9][0-9]?)?")
_DOI_OF_ARXIV: Final = re.compile(r"10\.48550/arxiv\.(\S+?)(?:v[1-9][0-9]?)?", re.IGNORECASE)
_DIGITS: Final = re.compile(r"[1-9][0-9]{5,8}")
_AFTER: Final = ".,;:!?'…*_"
_PAIRS: Final = {")": "(", "]": "[", ">": "<"}
_TRACKING: Final = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|igshid|ref_src|cmpid|s_cid", re.IGNORECASE)


class Source(Struct, frozen=True):
    """A source as a record names it; one of the three is there."""

    doi: str | None = None
    pmid: str | None = None
    link: str | None = None


class Found(Struct, frozen=True):
    """A source and the piece of the text that names it."""

    source: Source
    start: int
    end: int


# ------------------------------------------------------------------ finding


def find(text: str) -> Found | None:
    """Return the first identifier in a text, or its first address when it names none."""
    found = sorted(_all(text), key=lambda one: one.start)
    named = (one for one in found if not _is_page(one.source))
    return next(named, None) or next(iter(found), None)


def exact(typed: str) -> Source | None:
    """Return the source that a field names and nothing else; digits alone are a PMID."""
    typed = typed.strip().strip("<>")
    if _DIGITS.fullmatch(typed):
        return Source(pmid=typed)
    found = find(typed)
    whole = found is not None and found.start == 0 and not typed[found.end :].strip(_AFTER + "/")
    return found.source if found is not None and whole else None


def without(text: str, source: Source) -> str:
    """Return a text without the lines that name a source and nothing else, unless that is all it says."""
    lines = text.split("\n")
    kept = [line for line in lines if not _is_alone(line, source)]
    rest = "\n".join(kept).strip()
    return text if len(kept) == len(lines) or not rest else rest


def trimmed(text: str, source: Source) -> str:
    """Return the piece of a text between lines at both ends that name a source and nothing else; it may be empty."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    while start < end and (not lines[start].strip() or _is_alone(lines[start], source)):
        start += 1
    while end > start and (not lines[end - 1].strip() or _is_alone(lines[end - 1], source)):
        end -= 1
    return "\n".join(lines[start:end])


def _is_alone(line: str, source: Source) -> bool:
    bare = re.sub(r"^(?:source|from|link|via|quelle)\s*:\s*", "", line.strip(), flags=re.IGNORECASE)
    named = exact(bare) if bare else None
    return named is not None and key_of(named) == key_of(source)


def _all(text: str) -> Iterator[Found]:
    taken: list[tuple[int, int]] = []
    for match in _URL.finditer(text):
        address = _bare(match[0])
        taken.append((match.start(), match.start() + len(address)))
        source = of_url(address)
        if source is not None:
            yield Found(source, *taken[-1])
    for pattern in (_DOI, _PMID, _ARXIV):
        for match in pattern.finditer(text):
            if any(start <= match.start() < end for start, end in taken):
                continue
            found = _named(pattern, match)
            if found is not None:
                yield found


def _named(pattern: re.Pattern[str], match: re.Match[str]) -> Found | None:
    if pattern is _PMID:
        return Found(Source(pmid=match[1]), match.start(), match.end())
    if pattern is _ARXIV:
        return Found(Source(link=_arxiv(match[1] or match[2])), match.start(), match.end())
    bare = _bare(match[1])
    doi = _doi(bare)
    return None if doi is None else Found(Source(doi=doi), match.start(), match.start(1) + len(bare))


def _bare(text: str) -> str:
    """Return an address without the punctuation of the sentence around it; a bracket that it opens itself stays."""
    while text:
        last = text[-1]
        opening = _PAIRS.get(last)
        is_open = opening is not None and text.count(opening) < text.count(last)
        if last not in _AFTER and not is_open and last.isprintable() and last not in "’”“。、，；：！？）】」』":
            break
        text = text[:-1]
    return text


# ------------------------------------------------------------------ reading one


def of_url(address: str) -> Source | None:
    """Return what an address is the source by: its identifier where it has one, else the address itself if it is https."""
    if found := _PUBMED.match(address):
        return Source(pmid=found[1])
    if found := _ARXIV_URL.match(address):
        return Source(link=_arxiv(found[1]))
    if doi := _doi_in(address):
        return Source(doi=doi)
    link = _link(address)
    return Source(link=link) if link else None


def _doi_in(address: str) -> str | None:
    host, _, path = address.partition("://")[2].partition("/")
    if host.lower() in ("doi.org", "dx.doi.org", "www.doi.org", "dx.doi.org:443", "doi.org:443"):
        return _doi(re.split(r"[?#]", path)[0].removesuffix("/"))
    found = _IN_PATH.search(f"/{path}") or _IN_QUERY.search(path)
    return _doi(_OF_ONE_HOUSE.sub(r"\1", _OF_A_VIEW.sub("", unquote(found[1])))) if found else None


def _doi(typed: str) -> str | None:
    """Return a DOI as a record may hold it; one in an address may be encoded."""
    plain = unquote(typed) if re.search(r"%[0-9a-f]{2}", typed, re.IGNORECASE) else typed
    return plain if re.fullmatch(rf"{_NAME}/[^\s\x00-\x1f\x7f]{{1,200}}", plain) and plain.isprintable() else None


def _arxiv(ident: str) -> str:
    archive, slash, number = ident.rpartition("/")
    group, dot, subject = archive.partition(".")
    return f"https://arxiv.org/abs/{group.lower()}{dot}{subject.upper()}{slash}{number.lower()}"


def _link(address: str) -> str | None:
    """Return an https address as a record may hold it: its host in small letters and A-labels."""
    if not address.lower().startswith("https://") or not uris.is_usable(f"https{address[5:]}"):
        return None
    rest = address[len("https://") :]
    path = rest[len(re.split(r"[/?#]", rest)[0]) :]
    link = f"https://{uris.host_of(f'https://{rest}')}{path if path.startswith('/') else '/' + path}"
    return link if len(link) <= MAX_URL_CHARS else None


def _is_page(source: Source) -> bool:
    return source.link is not None and not _OUR_ARXIV.fullmatch(source.link)


# ------------------------------------------------------------------ the same source


def key_of(source: Source | LearnedFrom) -> str | None:
    """Return what a source is known by, however it was written: `doi:`, `pmid:`, `arxiv:`, `url:` or `ref:`; a name has none."""
    if source.doi is not None:
        paper = _DOI_OF_ARXIV.fullmatch(source.doi)
        return f"arxiv:{paper[1].lower()}" if paper else _short("doi", source.doi.lower())
    if source.pmid is not None:
        return f"pmid:{source.pmid}"
    if source.link is not None:
        return _key_of_link(source.link)
    ref = source.ref if isinstance(source, LearnedFrom) else None
    return _short("ref", ref) if ref is not None else None


def _key_of_link(link: str) -> str:
    if found := _OUR_ARXIV.fullmatch(link):
        return f"arxiv:{found[1].lower()}"
    known = of_url(link)
    if known is not None and known.link is None:  # a peer may keep the address of what we know by its identifier
        return key_of(known) or ""
    try:
        parts = urlsplit(link)
        host = uris.host_of(link)
    except (PeerError, ValueError):
        return _short("url", link)
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    query = f"?{urlencode(asked)}" if asked else ""
    return _short("url", f"https://{host}{parts.path.rstrip('/')}{query}")


def _short(kind: Kind, what: str) -> str:
    whole = f"{kind}:{what}"
    return whole if len(whole) <= MAX_KEY_CHARS else f"{kind}:sha256:{hashlib.sha256(what.encode()).hexdigest()}"
