"""The keys of a cell: where they lie, and what is sealed with them (contract, "Secrets")."""
