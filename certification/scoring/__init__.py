"""Marks, scoring sheets, ratings and results."""
