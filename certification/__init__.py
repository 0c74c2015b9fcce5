"""What may be certified, how, and the result."""
