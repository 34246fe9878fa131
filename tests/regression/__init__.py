"""Faults that people met in other servers, rebuilt here with invented names: each stays mended."""
