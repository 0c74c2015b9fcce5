"""Command groups of the flask command."""
