"""What keeps the bank from being given away: leaks, readings, marks of exports."""
