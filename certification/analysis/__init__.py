"""What exam sessions say of papers and items: statistics, alarms, standard setting, equating."""
