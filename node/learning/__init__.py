"""The loop, pure: measures, charts, states and lineage. It knows no table, no socket and no clock."""
