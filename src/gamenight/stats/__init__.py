"""The figures of the nights: totals, records, streaks, the recap of a night, everything as CSV."""
