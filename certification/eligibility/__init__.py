"""Who may be enrolled and registered, from dated rules and facts."""
