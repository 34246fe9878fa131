"""What is social and pure: addresses, text, visibility, relationships."""
