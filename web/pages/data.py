"""One's own data: files to take along, lists to bring in, and the move from and to another server."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from federation.reasons import PeerError
from federation.uris import parse_handle
from node.errors import Problem, invalid
from node.services import exporting, fetching, importing, moving, reading, signing_in
from node.services.importing import Import as Held
from web.pages.views.data import KINDS, Brought, Data, Import
from web.pages.views.dates import moment
from web.pages.views.forms import Form, Mistake
from web.pages.views.shell import Link
from web.pages.visits import Visit, signed_in
from web.routing import Route

_TITLES: Final = {kind.value: kind.label for kind in KINDS}
_FILES: Final = (
    *(Link(f"{_TITLES[kind]} (CSV)", f"/settings/data/files/{name}") for name, kind in exporting.FILES.items()),
    Link("Your posts and where their pictures lie (JSON)", "/settings/data/files/outbox.json"),
)
_START: Final = {"kind": "follows", "mode": "merge"}


async def show(visit: Visit) -> Response:
    """Show what can be taken along and brought in."""
    return await _page(visit, Form(_START))


async def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    db = visit.call.node.db
    account = await db.read(reading.account, visit.account_id)
    brought = [_brought(visit, one) for one in await db.read(importing.own, visit.account_id)]
    aliases, moved_to = tuple(account.also_known_as), account.moved_to_uri or ""
    page = Data(_FILES, tuple(brought), aliases, moved_to, Form({**_START, **form.values}, form.mistakes, form.lead))
    return visit.page("data", page, current="more", status=status)


def _brought(visit: Visit, one: Held) -> Brought:
    node = visit.call.node
    when = moment(one.created_at, node.db.now(), node.site.zone)
    if one.started_at is None:
        state = f"{one.total} to look at"
    else:
        state = f"{one.done} of {one.total} done" + (f", {one.failed} failed" if one.failed else "")
    return Brought(_TITLES[one.kind], state, when, f"/settings/data/imports/{one.id}")


async def file(visit: Visit) -> Response:
    """Give one of the files. Raises: 404."""
    name, db = visit.call.params["name"], visit.call.node.db
    headers = {"content-disposition": f'attachment; filename="{quote(name)}"'}
    if name == "outbox.json":
        posts = exporting.outbox(db, visit.account_id)
        return StreamingResponse(posts, headers=headers, media_type="application/activity+json")
    sheet = await db.read(exporting.sheet, visit.account_id, name)
    return Response(sheet, headers=headers, media_type="text/csv; charset=utf-8")


async def bring(visit: Visit) -> Response:
    """Read a file and show what is in it."""
    try:
        text = importing.text_of(visit.files.get("file", b""))
        import_id = await visit.call.node.db.write(
            importing.bring,
            visit.account_id,
            visit.form.get("kind", ""),
            text,
            is_overwriting=visit.form.get("mode") == "overwrite",
        )
    except Problem as problem:
        return await _again(visit, problem, lead="Not brought in")
    return visit.go(f"/settings/data/imports/{import_id}")


async def _again(visit: Visit, problem: Problem, *, lead: str) -> Response:
    typed = {name: value for name, value in visit.form.items() if name not in ("csrf", "password")}
    mistake = Mistake(problem.field or "", problem.text)
    return await _page(visit, Form(typed, (mistake,), lead), status=problem.status)


async def show_import(visit: Visit) -> Response:
    """Show what is in a file that was brought, or how far it got. Raises: 404."""
    held = await visit.call.node.db.read(importing.show, visit.account_id, visit.call.id())
    page = Import(
        action=f"/settings/data/imports/{held.id}",
        title=_TITLES[held.kind],
        total=held.total,
        replaces=held.is_overwriting,
        faults=tuple(importing.faults_of(held)),
        is_begun=held.started_at is not None,
        is_done=held.finished_at is not None,
        done=held.done,
        failed=held.failed,
    )
    return visit.page("import", page, current="more")


async def answer(visit: Visit) -> Response:
    """Carry out what was brought, or throw it away. Raises: 404."""
    db, import_id = visit.call.node.db, visit.call.id()
    if visit.form.get("answer") != "start":
        await db.write(importing.drop, visit.account_id, import_id)
        return visit.go("/settings/data", "thrown-away")
    try:
        await db.write(importing.start, visit.account_id, import_id)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _again(visit, problem, lead="Not begun")
    return visit.go(f"/settings/data/imports/{import_id}", "bringing")


async def alias(visit: Visit) -> Response:
    """Say that one is also somebody elsewhere, or no more."""
    assert visit.session is not None
    db, name, by = visit.call.node.db, visit.session.username, f"account:{visit.account_id}"
    if gone := visit.form.get("gone"):
        await db.write(moving.remove_alias, name, gone, by=by)
        return visit.go("/settings/data", "alias-removed")
    try:
        other_id = await _elsewhere(visit, "alias")
        other = await db.read(reading.account, other_id)
        await db.write(moving.add_alias, name, other.uri, by=by)
    except Problem as problem:
        return await _again(visit, problem, lead="Not added")
    return visit.go("/settings/data", "alias-added")


async def move(visit: Visit) -> Response:
    """Go on under another address, which must name this one as an alias."""
    assert visit.session is not None
    node, name = visit.call.node, visit.session.username
    try:
        await signing_in.check_password(
            node.door, node.db, name, visit.form.get("password", ""), address=visit.call.address
        )
    except Problem as problem:
        wrong = Problem(422 if problem.status == 401 else problem.status, problem.code, problem.text, field="password")
        return await _again(visit, wrong, lead="Not moved")
    try:
        await node.db.write(moving.leave, name, await _elsewhere(visit, "target"))
    except Problem as problem:
        named = problem if problem.field else Problem(problem.status, problem.code, problem.text, field="target")
        return await _again(visit, named, lead="Not moved")
    return visit.go("/settings/data", "moved")


async def _elsewhere(visit: Visit, field: str) -> int:
    """Return somebody of another server as that server describes them now. Raises: 422."""
    node = visit.call.node
    handle = parse_handle(visit.form.get(field, ""))
    if handle is None or handle.host in (None, node.site.host, node.site.handle_host):
        raise invalid("Enter an account of another server, such as name@host.example.", field=field)
    try:
        account_id = await fetching.account(node.db, node.fetcher, handle, site=node.site)
        uri = await node.db.read(fetching.uri_of, account_id)
        return await fetching.actor(node.db, node.fetcher, uri or "", site=node.site)
    except (PeerError, Problem):
        raise invalid("That account cannot be found there now. Check how it is written.", field=field) from None


routes = (
    Route("GET", "/settings/data", signed_in(show)),
    Route("GET", "/settings/data/files/{name}", signed_in(file)),
    Route("POST", "/settings/data/imports", signed_in(bring, takes_file=True)),
    Route("GET", "/settings/data/imports/{id}", signed_in(show_import)),
    Route("POST", "/settings/data/imports/{id}", signed_in(answer)),
    Route("POST", "/settings/data/aliases", signed_in(alias)),
    Route("POST", "/settings/data/move", signed_in(move)),
)
