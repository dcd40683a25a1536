"""The machine-readable contract: schemas made from the code, and what would break their readers."""
