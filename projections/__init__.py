"""Views: what the log says, as rows that can be asked. Disposable at any time."""
