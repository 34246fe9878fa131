"""What apps rely on: a test for each behaviour of the table, named by its id."""
