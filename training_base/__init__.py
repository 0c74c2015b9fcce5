"""People and places: trainers, training centers, cohorts; it stands on nothing else of ours."""
