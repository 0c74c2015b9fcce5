"""How alike two texts are, which of many is nearest, and what changed between two wordings: pure functions."""
