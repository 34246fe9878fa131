"""The Mastodon client API as tables of facts, and a test of this node generated from them.

`endpoints.tsv`, `entities.tsv`, `params.tsv` and `behaviours.tsv` are facts; `left_out.tsv` names what this node does not
do, with a reason each. `recipes` says how to call each endpoint so that it succeeds, `stage` makes what a call needs.
"""
