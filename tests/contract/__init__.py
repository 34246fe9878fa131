"""What apps rely on, as facts."""
