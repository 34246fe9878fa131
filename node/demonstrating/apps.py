"""An app of a person: registers and signs in as any Mastodon client does, then calls the two APIs of a node."""

import base64
import hashlib
import secrets
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from node.demonstrating.browser import Browser
from node.demonstrating.places import Person, Place
from node.demonstrating.watching import Failed, check

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
SCOPES: Final = "read write follow push"
TIMEOUT_S: Final = 20.0


class App:
    """A client with a token; every answer that is not a success is a failure with its words."""

    def __init__(self, place: Place, token: str) -> None:
        self.place: Final = place
        self.token: Final = token
        self._client: Final = httpx.Client(
            base_url=place.base_url,
            timeout=TIMEOUT_S,
            trust_env=False,
            headers={"authorization": f"Bearer {token}", "accept": "application/json"},
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def get(self, path: str, **query: Any) -> Any:
        """Return the document at a path. Raises: `Failed`."""
        return self._call("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        """Send a JSON body and return the answer. Raises: `Failed`."""
        return self._call("POST", path, json=body)

    def put(self, path: str, **body: Any) -> Any:
        """Send a JSON body to be kept at a path, and return the answer. Raises: `Failed`."""
        return self._call("PUT", path, json=body)

    def delete(self, path: str) -> Any:
        """Remove what is at a path, and return the answer. Raises: `Failed`."""
        return self._call("DELETE", path)

    def text(self, url: str) -> str:
        """Return a file as text. Raises: `Failed`."""
        return self._ask("GET", url).text

    def find_account(self, handle: str) -> Any:
        """Find somebody of another node by the handle, as a person types it into a search box."""
        found = self.get("/api/v2/search", q=handle, resolve="true", type="accounts")["accounts"]
        check(found, f"{handle} to be found from {self.place.name}", "nobody")
        return found[0]

    def find_status(self, url: str) -> Any:
        """Find what another node shows at an address."""
        found = self.get("/api/v2/search", q=url, resolve="true", type="statuses")["statuses"]
        check(found, f"{url} to be found from {self.place.name}", "nothing")
        return found[0]

    def _call(self, method: str, path: str, **more: Any) -> Any:
        return self._ask(method, path, **more).json()

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **more)
        except httpx.TransportError as error:
            raise Failed(f"{self.place.name} does not answer {method} {path} ({type(error).__name__})") from error
        what = f"{method} {path} to succeed at {self.place.name}"
        check(answer.is_success, what, f"status {answer.status_code}: {answer.text}")
        return answer


def sign_in(place: Place, person: Person, *, name: str) -> App:
    """Return an app that a person allowed to act for them: registration, consent in a browser, code, token."""
    with (
        httpx.Client(base_url=place.base_url, timeout=TIMEOUT_S, trust_env=False) as client,
        Browser(place.base_url) as browser,
    ):
        about = {"client_name": name, "redirect_uris": OUT_OF_BAND, "scopes": SCOPES}
        app = _success(client.post("/api/v1/apps", data=about), "the app to be registered")
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": app["client_id"], "redirect_uri": OUT_OF_BAND, "scope": SCOPES,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        browser.sign_in(person.email, person.password)
        code = browser.allow(f"/oauth/authorize?{urlencode(asked)}")
        wanted = {
            "grant_type": "authorization_code", "client_id": app["client_id"], "client_secret": app["client_secret"],
            "redirect_uri": OUT_OF_BAND, "code": code, "code_verifier": verifier,
        }  # fmt: skip
        token = _success(client.post("/oauth/token", data=wanted), "the code to be worth a token")
    return App(place, token["access_token"])


def _success(answer: httpx.Response, expected: str) -> Any:
    check(answer.is_success, expected, f"status {answer.status_code}: {answer.text}")
    return answer.json()
