"""Proofs of history: what an auditor can check without trusting who keeps the log."""
