"""Which game is next: who fits, how likely each is, and the draw."""
