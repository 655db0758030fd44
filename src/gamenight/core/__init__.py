"""What every feature stands on: the database, the log of events, and who hears of them. Knows no feature."""
