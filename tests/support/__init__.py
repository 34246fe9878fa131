"""What several tests need: databases, a world, pretend peers."""
