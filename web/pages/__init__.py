"""The pages that people see: server-rendered HTML that works without script, under a strict content policy."""
