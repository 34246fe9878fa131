"""Numbers of an undecided action stay in the house: on no wire, in no file, on no page that somebody without a name here reads."""

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Final

from federation.loose import PUBLIC
from node.services import researching
from tests.node.services import loops
from tests.support.network import Network, Station

API: Final = "/api/rounds/v1"
MARKS: Final = ("4321", "8765", "4322", "8766", "4323", "8767", "4324", "8768", "77.31")
ACTIVITY: Final = {"accept": "application/activity+json"}


async def _archive(ward: Station) -> str:
    at = await ward.db.write(researching.begin, actor="test", is_all=True)
    parts: AsyncIterator[bytes] = researching.archive(ward.db, ward.site, b"k" * 32, at=at, is_all=True)
    with zipfile.ZipFile(io.BytesIO(b"".join([part async for part in parts]))) as held:
        return "\n".join(held.read(name).decode() for name in held.namelist())


async def test_no_number_of_an_undecided_action_leaves(network: Network) -> None:
    """Typed in an app, on a page, pasted as a table, edited, read by another chart: whoever follows gets none of it."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    await okapi.sends(ward, okapi.follow(asha.account.uri))
    await network.settle()
    app, anybody = ward.world.client(asha), ward.world.anybody
    learned = await loops.learned(ward.world, asha, visibility="public")
    begun = await loops.begun(ward.world, asha, learned, visibility="public")
    measure = (await loops.measure_of(ward.world, begun)).id
    command = {"status": "!data 4321/8765 2026-11-02 note: 77.31", "in_reply_to_id": str(begun), "visibility": "public"}
    table = {"text": "date;numerator;denominator;note\n2026-11-09;4322;8766;77.31\n2026-11-16;4323;8767;\n"}
    calls = [
        await app.post("/api/v1/statuses", json=command),
        await app.post(f"{API}/measures/{measure}/points/import", json=table),
        await app.put(f"{API}/measures/{measure}/points/2026-10-26", json={"entry": "4324/8768", "note": "77.31"}),
        await app.patch(f"{API}/measures/{measure}", json={"chart": "p", "goal": "50"}),
        await app.patch(f"{API}/actions/{begun}", json={"plan": "If it rings, we close it."}),
        await app.put(f"{API}/loops/{begun}/report/summary", json={"text": "We have 77.31 now."}),
    ]
    assert [call.status_code for call in calls] == [200] * len(calls)
    await network.settle()

    status = await ward.status(begun)
    held = [
        request.content.decode(errors="replace") for request in network.wire.sent if request.url.host != "ward.example"
    ]
    for actor, path in ((okapi, status.uri), (okapi, f"{asha.account.uri}/outbox?page=true")):
        held.append((await actor.reads(ward, path.removeprefix(ward.site.base_url))).text)
    for path in (
        f"/loops/{begun}", f"/loops/{learned}", f"/ideas/{learned}", f"/loops/{begun}/report", f"/loops/{begun}/report.html",
        f"/loops/{begun}/report.md", f"{API}/loops/{begun}", f"{API}/loops/{begun}/report", f"{API}/actions/{begun}",
        f"{API}/records/{begun}", f"{API}/ideas/{learned}", f"{API}/lineage?uri={status.uri}", "/@asha",
        f"/api/v1/statuses/{begun}/context", f"/api/v1/statuses/{begun}",
    ):  # fmt: skip
        answer = await anybody.get(path)
        assert answer.status_code in (200, 401), path
        held.append(answer.text)
    held.append(await _archive(ward))

    assert any(PUBLIC in text and status.uri in text for text in held)
    assert [(mark, text[:200]) for mark in MARKS for text in held if mark in text] == []
