"""Every call of Mastodon.py, a client library nobody here wrote, against a node: its own types say what an answer is."""
