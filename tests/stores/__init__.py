"""What outlives a request: the verbs on every store, then what is SQLite's own."""
