"""Decisions, certificates, their numbers and their verification."""
