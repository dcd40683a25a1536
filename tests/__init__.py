"""The tests of tieline."""
