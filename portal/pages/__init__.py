"""Views that answer HTML."""
