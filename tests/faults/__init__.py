"""What a node survives: killed processes and what follows."""
