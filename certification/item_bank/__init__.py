"""Theory items, their versions and their exchange."""
