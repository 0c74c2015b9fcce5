"""What every area rests on: tables, refusals, actors, audit, repeated deeds, queued work."""
