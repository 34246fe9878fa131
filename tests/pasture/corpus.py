"""Runs in the environment of the pasture: prints its whole input corpus, one JSON line for each example."""

import json

from fediverse_pasture_inputs import available  # type: ignore[import-not-found]  # not in our environment

for name, data in sorted(available.items()):
    for number, example in enumerate(data.examples, 1):
        print(json.dumps({"name": f"{name}-{number:02}", "example": example}))
