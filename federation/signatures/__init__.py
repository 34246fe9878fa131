"""HTTP signatures: keys, and how a request is signed and verified. Knows nothing of accounts or of where keys come from."""
