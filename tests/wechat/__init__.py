"""The protocol: no socket, no clock, only values."""
