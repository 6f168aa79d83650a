"""What the programs that a person types share: their command lines, and how they write."""
