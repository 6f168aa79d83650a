"""What is owed, from the terminal."""
