"""What every feature stands on: the database, the log of events, and the hub. Knows no feature."""
