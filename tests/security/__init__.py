"""What an attacker tries, as tests: each names the door that was tried and what must happen instead."""
