"""What parts, servers and publishers can suffer, under load; each proved by the checker."""
