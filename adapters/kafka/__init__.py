"""Kafka: commands in, events and outcomes out, and the feed that views and processes read."""
