"""What the nights come to: figures, records, streaks, the recap of a night, everything as CSV."""
