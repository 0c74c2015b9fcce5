"""What refusals say to a person: one module per area, one row per refusal."""
