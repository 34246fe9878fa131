"""What hangs on a status: its files and the preview of its link, as entities show them and as they are written."""

from collections.abc import Sequence

from msgspec import structs

from node.entities.card import CardView
from node.entities.media import MediaView
from node.services import tidying
from node.social.site import Site
from node.store import cards, media
from node.store.cards import Card
from node.store.media import Media
from node.store.unit import Snapshot, Unit


def card_of(snapshot: Snapshot, status_id: int) -> CardView | None:
    """Return the preview that a status shows."""
    card = cards.of_status(snapshot, status_id)
    return None if card is None else card_view(card, snapshot.site)


def card_view(card: Card, site: Site) -> CardView:
    """Return a preview as its entity shows it."""
    return CardView(
        url=card.url,
        kind=card.kind,
        title=card.title,
        description=card.description,
        language=card.language,
        authors=tuple((one["name"], one["url"]) for one in card.authors),
        provider_name=card.provider_name,
        provider_url=card.provider_url,
        image_url=site.media_url(card.image_blob) if card.image_blob else None,
        image_alt=card.image_alt,
        blurhash=card.blurhash,
        width=card.width,
        height=card.height,
        published_at=card.published_at,
    )


def media_view(row: Media, site: Site) -> MediaView:
    """Return a media file as its entity shows it."""
    url, preview = _addresses(row, site) if row.state == "ready" else (None, None)
    return MediaView(
        id=row.id,
        kind=row.kind,
        url=url,
        preview_url=preview,
        remote_url=row.remote_url,
        description=row.description,
        blurhash=row.blurhash,
        width=row.width,
        height=row.height,
        focus=(row.focus_x, row.focus_y),
        duration_s=row.duration_s,
        preview_width=row.preview_width,
        preview_height=row.preview_height,
        frame_rate=row.frame_rate,
        bitrate=row.bitrate,
        poster_url=row.poster_url,
    )


def _addresses(row: Media, site: Site) -> tuple[str | None, str | None]:
    """Return where a file and its preview are. A peer's pictures are shown as our copies, its films where they are."""
    if row.remote_url is None:
        whole = site.media_url(row.blob) if row.blob else None
        small = site.media_url(row.preview_blob) if row.preview_blob else None
        return whole, small or (whole if row.kind == "image" else None)
    if row.proxy_key is None:
        return row.remote_url, row.poster_url or row.remote_url
    whole = site.proxy_url(row.proxy_key) if row.kind == "image" else row.remote_url
    return whole, site.proxy_url(row.proxy_key, "small")


def write_media(unit: Unit, status_id: int, files: Sequence[Media], *, is_local: bool) -> None:
    """Hang files on a new status; a peer's come into being by that."""
    if is_local:
        if files:
            media.attach(unit, status_id, [file.id for file in files])
        return
    for position, file in enumerate(files):
        media.insert(unit, structs.replace(file, status_id=status_id, position=position))


def replace_media(unit: Unit, status_id: int, files: Sequence[Media]) -> None:
    """Write the files of a peer's newer version; our copies of those that are in both stay where they are."""
    had = {(one.remote_url, one.poster_url): one for one in media.of_status(unit, status_id) if one.proxy_key}
    media.remove_of_status(unit, status_id)
    kept = [_with_copy(file, had.pop((file.remote_url, file.poster_url), None)) for file in files]
    tidying.let_go(unit, [key for file in had.values() for key in file.blobs])
    write_media(unit, status_id, kept, is_local=False)


def _with_copy(file: Media, had: Media | None) -> Media:
    if had is None:
        return file
    names = ("proxy_key", "blob", "preview_blob", "cached_at", "cached_bytes")
    return structs.replace(file, **{name: getattr(had, name) for name in names})
