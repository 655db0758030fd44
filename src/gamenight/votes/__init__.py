"""What people think of the games: votes, where they come from, and what they add up to."""
