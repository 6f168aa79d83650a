"""The command line of what is owed: late, parked and set-aside replies."""
