"""Accounts, sign-in of people and of candidates."""
