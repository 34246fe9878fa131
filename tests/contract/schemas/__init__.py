"""Both APIs as OpenAPI, and a program nobody here wrote that thinks of what to send them."""
