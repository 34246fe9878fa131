"""The demonstration, one file per part of it. Made for `node.demo` and for tests that drive real processes.

It plays through HTTP as any browser and any app would: apart from making the nodes it knows nothing of what is inside.
"""
