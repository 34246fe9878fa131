"""The learningRecord extension: its fields, what to believe of it, and how to write it."""
