"""The administrators' area."""
