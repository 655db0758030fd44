"""Who may do what: the admin key, tokens, and the scope that each route asks for."""
