"""Films of ours as other servers get them: where they are, how long they last, and the picture that stands for them."""

from tests.node.federating.conftest import Ward, ward
from tests.support.films import film
from tests.web.api.test_statuses import STATUSES

__all__ = ["ward"]


async def test_film_goes_out_with_its_length_and_its_picture(ward: Ward) -> None:
    """As a Document of its own media type; a peer of our kind reads all of it."""
    client = ward.node.world.client(ward.asha)
    made = (
        await client.post("/api/v1/media", files={"file": ("a", film(), "video/mp4")}, data={"description": "Gel"})
    ).json()
    await ward.node.follow(ward.asha, ward.okapi.handle)
    await ward.okapi.sends(ward.node, ward.okapi.follow(ward.asha.account.uri))
    await ward.network.settle()

    await client.post(STATUSES, json={"status": "See", "media_ids": [made["id"]]})
    await ward.network.settle()

    [document] = ward.peer.got("Create")[-1]["object"]["attachment"]
    length = document.pop("duration")
    assert document == {
        "type": "Document",
        "mediaType": "video/mp4",
        "url": made["url"],
        "name": "Gel",
        "width": 64,
        "height": 32,
        "blurhash": made["blurhash"],
        "icon": {"type": "Image", "url": made["preview_url"]},
    }
    assert (length[:3], length[-1]) == ("PT1", "S")
