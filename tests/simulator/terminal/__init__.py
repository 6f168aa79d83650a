"""The terminal face of the simulator."""
