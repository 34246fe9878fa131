"""Plays a network of three hospitals on this machine: `make demo`."""
