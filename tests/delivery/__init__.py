"""How a reply reaches the user."""
