"""The base of every feature: the database, the log of events, and the hub. Knows no feature."""
