"""Locations: providers, router pairs and the capacity circuits take on them."""
