"""Trainers: who they are, their identity documents, education and employment."""
