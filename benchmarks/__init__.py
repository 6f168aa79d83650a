"""What the service costs, beside a bare Tornado handler in the same run."""
