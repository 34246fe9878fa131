"""A browser without script: follows links, fills in forms with all their hidden fields, keeps cookies."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

import httpx

from tests.web.pages.html import Element, complaints, parse


@dataclass(frozen=True)
class Seen:
    """A page as it came."""

    response: httpx.Response
    document: Element

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def address(self) -> str:
        """Where the browser is, without scheme and host."""
        return self.response.url.raw_path.decode()

    @property
    def title(self) -> str:
        """What the tab says."""
        return next(self.document.all("title")).text

    @property
    def heading(self) -> str:
        """The h1."""
        return next(self.document.all("h1")).text

    @property
    def main(self) -> str:
        """The text of the main part."""
        return next(self.document.all("main")).text

    def form(self, action: str) -> Element:
        """Return the form that goes to an address."""
        actions = [form.get("action") for form in self.document.all("form")]
        assert action in actions, actions
        return next(form for form in self.document.all("form") if form.get("action") == action)

    def links(self) -> list[str]:
        """Return where the links lead."""
        return [link.get("href") for link in self.document.all("a")]


class Browser:
    """Walks through the pages of a world as a person does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def open(self, path: str, **headers: str) -> Seen:
        """Open an address and follow where it leads."""
        return _seen(await self.client.get(path, headers={"accept": "text/html", **headers}, follow_redirects=True))

    async def send(self, page: Seen, action: str, /, **values: str) -> Seen:
        """Fill in a form, press its button and follow where it leads."""
        data = fields(page.form(action)) | values
        response = await self.client.post(
            action, data=data, headers={"accept": "text/html", "origin": origin(self.client)}, follow_redirects=True
        )
        return _seen(response)

    async def sign_in(self, login: str, password: str) -> Seen:
        """Sign in on the page for it."""
        return await self.send(await self.open("/sign-in"), "/sign-in", login=login, password=password)


def origin(client: httpx.AsyncClient) -> str:
    """Return what a browser names as the origin of a form."""
    return str(client.base_url).rstrip("/")


def fields(form: Element) -> dict[str, str]:
    """Return what a form would send if nothing were changed."""
    found: dict[str, str] = {}
    for field in form.all("input", "textarea", "select"):
        if field.tag == "textarea":
            found[field.get("name")] = "".join(str(child) for child in field.children).removeprefix("\n")
        elif field.tag == "select":
            options = list(field.all("option"))
            chosen = next((option for option in options if "selected" in option.attributes), options[0])
            found[field.get("name")] = chosen.get("value")
        elif field.get("type") not in ("radio", "checkbox") or "checked" in field.attributes:
            found[field.get("name")] = field.get("value")
    return found


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address."""
    return dict(parse_qsl(httpx.URL(url).query.decode(), keep_blank_values=True))


def _seen(response: httpx.Response) -> Seen:
    if not response.headers.get("content-type", "").startswith("text/html"):
        return Seen(response, parse("<title>none</title>"))
    document = parse(response.content)
    assert complaints(document) == []
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    return Seen(response, document)
