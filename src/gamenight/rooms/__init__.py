"""Following the rooms in which the games of a night are played."""
