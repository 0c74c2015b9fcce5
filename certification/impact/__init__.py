"""What a new version of a standard touches: certificates, papers, items, tasks, centers."""
