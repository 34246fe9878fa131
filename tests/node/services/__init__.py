"""Tests of what the node does."""
