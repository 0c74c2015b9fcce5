"""Crosswalks: what a tier or criterion of one standard is in another, decided by people, with reasons."""
