"""What any event log must do: one suite, run over every store of `stores.py`."""
