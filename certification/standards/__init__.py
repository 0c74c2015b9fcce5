"""Occupational standards, their tiers, and the schemes that examine them."""
