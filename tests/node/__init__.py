"""Tests of what the node knows and does."""
