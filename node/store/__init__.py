"""The only place that speaks SQL. Knows rows and statements; nothing of HTTP, of peers, or of what follows from a change."""
