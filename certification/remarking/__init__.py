"""A wrong key found after the exam: asked for, foreseen, approved by a second person, carried on to certificates."""
