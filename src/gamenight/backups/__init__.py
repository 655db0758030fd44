"""Backups: one SQLite file with everything, of either database, which can be brought back into either."""
