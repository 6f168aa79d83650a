"""The command line of the platform's API, run against a platform that WeChat plays."""
