"""How fast the service is, as ratios to a plain server that runs beside it."""
