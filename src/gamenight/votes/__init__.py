"""Votes: where they come from, which game each is for, and what they add up to."""
