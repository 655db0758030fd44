"""A night: its games, their statuses, room codes and player counts."""
