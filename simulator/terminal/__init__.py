"""The terminal's face of the simulator: serve the page, or push once and say what came of it."""
