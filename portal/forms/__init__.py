"""Web forms: the shape of what people type."""
