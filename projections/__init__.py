"""Views: tables folded from the log, to be queried. Each can be dropped and rebuilt at any time."""
