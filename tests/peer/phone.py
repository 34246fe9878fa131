"""What the person at our node sees in an app, waited for where another server has to do something first."""

from typing import Any

from node.demonstrating.apps import App
from node.demonstrating.watching import eventually


class Phone(App):
    """An app of ours with the few questions that these tests ask."""

    def delete(self, path: str) -> Any:
        """Delete what is at a path and return the answer."""
        return self._call("DELETE", path)

    def change_profile(self, **fields: Any) -> Any:
        """Change what the person says of themselves."""
        return self._call("PATCH", "/api/v1/accounts/update_credentials", json=fields)

    def await_request(self, handle: str) -> Any:
        """Return the account that asks to follow, once it does."""

        def look() -> Any:
            found = self.get("/api/v1/follow_requests")
            return next((one for one in found if f"@{one['acct']}" == handle), None)

        return eventually(f"a follow request of {handle}", look)

    def relationship(self, account: Any) -> Any:
        """Return what is between the person and an account."""
        (found,) = self.get("/api/v1/accounts/relationships", **{"id[]": account["id"]})
        return found

    def follow(self, handle: str) -> Any:
        """Follow somebody and return the account once that was accepted."""
        account = self.find_account(handle)
        self.post(f"/api/v1/accounts/{account['id']}/follow")
        eventually("the follow to be accepted", lambda: self.relationship(account)["following"] or None)
        return account

    def in_home(self, uri: str) -> Any:
        """Return the post of the home timeline with this id, None when it is not there."""
        return next((one for one in self.get("/api/v1/timelines/home", limit=40) if one["uri"] == uri), None)

    def await_home(self, uri: str) -> Any:
        """Return the post once it is in the home timeline."""
        return eventually(f"{uri} in home", lambda: self.in_home(uri))

    def notified(self, kind: str, uri: str) -> Any:
        """Return the notification of a kind about a post, None when there is none."""
        found = self.get("/api/v1/notifications", limit=40)
        return next((one for one in found if one["type"] == kind and one.get("status", {}).get("uri") == uri), None)

    def await_notified(self, kind: str, uri: str) -> Any:
        """Return the notification of a kind about a post once it is there."""
        return eventually(f"a {kind} about {uri}", lambda: self.notified(kind, uri))

    def counts(self, status: Any) -> tuple[int, int]:
        """Return how many favourites and boosts a post has now."""
        found = self.get(f"/api/v1/statuses/{status['id']}")
        return found["favourites_count"], found["reblogs_count"]
