"""Counts over people, centers and certificates for dashboards."""
