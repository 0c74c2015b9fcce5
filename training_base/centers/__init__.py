"""Training centers: sites, rooms, filed scope and staff."""
