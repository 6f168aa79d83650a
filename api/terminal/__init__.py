"""The command line of the platform's API, with the account that the settings name."""
