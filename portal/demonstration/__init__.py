"""Demonstration data: an invented small city of centers, people, exams and certificates, built through the services."""
