"""Exam sessions, registrations, papers, attempts and responses."""
