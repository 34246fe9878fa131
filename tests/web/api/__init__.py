"""Tests of the API that apps know."""
