"""Makes a folder of documents out of the corpus of the pasture: each example as a Create by one actor."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.pasture.installing import HERE, python

LIMIT_S: Final = 60
HOST: Final = "https://pasture.example"
ACTOR: Final = f"{HOST}/actor"
ASHA: Final = "https://ward.example/users/asha"
PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT: Final = ["https://www.w3.org/ns/activitystreams", {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"}]
SKELETON: Final = {"type": "Note", "attributedTo": ACTOR, "to": [PUBLIC], "published": "2026-01-06T13:11:45Z"}


def record(folder: Path) -> dict[str, Any]:
    """Fill a folder and return the examples by their names."""
    done = subprocess.run(
        [python(), HERE / "corpus.py"], capture_output=True, text=True, timeout=LIMIT_S, check=True, cwd=folder
    )
    lines = [json.loads(line.replace("http://pasture-one-actor", HOST)) for line in done.stdout.splitlines()]
    documents = {line["name"]: _create(line["name"], line["example"]) for line in lines}
    for name, document in {"actor": _actor(), **documents}.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return {line["name"]: line["example"] for line in lines}


def _create(name: str, example: dict[str, Any]) -> dict[str, Any]:
    note = {**SKELETON, "id": f"{HOST}/object/{name}", **example}
    note["to"] = [*note["to"], ASHA]
    context = note.pop("@context", CONTEXT)
    about = {"actor": ACTOR, "to": note["to"], "published": note["published"]}
    return {"@context": context, "type": "Create", "id": f"{HOST}/activity/{name}", **about, "object": note}


def _actor() -> dict[str, Any]:
    addresses = {name: f"{ACTOR}/{name}" for name in ("inbox", "outbox", "followers")}
    key = {"id": f"{ACTOR}#main", "owner": ACTOR, "publicKeyPem": "not used here"}
    return {"id": ACTOR, "type": "Person", "preferredUsername": "actor", **addresses, "publicKey": key}
