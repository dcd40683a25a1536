"""What operators see: metrics, health, logs, traces, and the files in deploy/."""
