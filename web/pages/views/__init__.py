"""What the templates show: one frozen view-model per page, made of a few shared parts. No store, no request, no HTML tags of its own."""
