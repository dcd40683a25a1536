"""Customers: who they are, how they are dealt with, who may act for them, what is theirs."""
