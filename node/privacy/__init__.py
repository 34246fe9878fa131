"""Patient data and how it is kept in: pure. Knows no store and no network."""
