"""Blueprints solved into parallel papers."""
