"""Views that answer JSON."""
