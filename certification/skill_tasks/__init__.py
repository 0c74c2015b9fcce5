"""Practical tasks and their measurement rows."""
