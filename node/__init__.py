"""What the institution's node knows and does."""
