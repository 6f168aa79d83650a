"""The HTTP edge, over real sockets on loopback."""
