"""The client of the platform's API, against the simulator's platform over real HTTP."""
