"""A person at a browser without JavaScript: fills in the forms that the pages show, and keeps cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Final, Self

import httpx
from typing_extensions import override

from node.demonstrating.watching import Failed, check

TIMEOUT_S: Final = 20.0
MAX_REDIRECTS: Final = 5


@dataclass(slots=True)
class Form:
    """A form as it was shown: where it goes, what is filled in already, and the values of its buttons."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms and the text of a page, and what it shows as a code to copy."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: Final[list[Form]] = []
        self.code = ""
        self._tags: Final[list[tuple[str, dict[str, str]]]] = []
        self._texts: Final[list[str]] = []
        self._form: Form | None = None
        self._in_code = False
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """What a person reads, white space made one."""
        return " ".join(" ".join(self._texts).split())

    def count(self, tag: str, **given: str) -> int:
        """Return how many elements of this kind with these attributes the page has."""
        return sum(name == tag and given.items() <= attributes.items() for name, attributes in self._tags)

    def form(self, *needed: str) -> Form:
        """Return the first form that has these fields or buttons. Raises: `Failed`."""
        for form in self.forms:
            if set(needed) <= {*form.fields, *(name for name, _ in form.buttons)}:
                return form
        raise Failed(f"Expected a form with {', '.join(needed)}, but saw the page: {self.text[:200]}")

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._tags.append((tag, given))
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None and "name" in given:
            self._form.fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self._form is not None and "name" in given:
            self._form.buttons.append((given["name"], given.get("value", "")))
        self._in_code = tag == "code" and given.get("class") == "code"

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        self._in_code = False

    @override
    def handle_data(self, data: str) -> None:
        self._texts.append(data)
        if self._in_code:
            self.code += data.strip()


class Browser:
    """A browser at one node."""

    def __init__(self, base_url: str) -> None:
        self._client: Final = httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT_S,
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
            trust_env=False,
            headers={"accept": "text/html", "origin": base_url},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._client.close()

    def get(self, url: str) -> Page:
        """Return a page. Raises: `Failed` when it is not one."""
        return self._page(self._client.get(url), url)

    def file(self, url: str) -> tuple[str, bytes]:
        """Return the content type and the bytes of something that a page shows."""
        answer = self._client.get(url)
        check(answer.status_code == 200, f"{url} to be there", f"status {answer.status_code}")
        return answer.headers.get("content-type", ""), answer.content

    def send(self, form: Form, **filled: str) -> Page:
        """Send a form with what was filled in."""
        return self._page(self._client.post(form.action, data={**form.fields, **filled}), form.action)

    def sign_in(self, login: str, password: str) -> None:
        """Sign in as a person does. Raises: `Failed` when the page does not let them in."""
        page = self.get("/sign-in")
        answer = self.send(page.form("login", "password"), login=login, password=password)
        check(not any("password" in form.fields for form in answer.forms), f"{login} to be signed in", answer.text)

    def allow(self, authorize_url: str) -> str:
        """Allow an app what it asks for and return the code that the page shows to copy. Raises: `Failed`."""
        page = self.get(authorize_url)
        shown = self.send(page.form("answer"), answer="allow")
        check(shown.code, "a code to copy", shown.text)
        return shown.code

    def _page(self, answer: httpx.Response, url: str) -> Page:
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        check(is_page and answer.status_code == 200, f"a page at {url}", f"status {answer.status_code}: {answer.text}")
        return Page(answer.text)
