"""Games and packs: what can be played at all, and how much each is liked to be drawn."""
