"""Authorization: the admin key, tokens, and the scope that each route requires."""
