"""A phone in the browser: its server, the acts of whoever holds it, and what they see."""
