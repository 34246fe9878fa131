"""The Mastodon entities, rendered once when a row changes and spliced as text when they are read."""
