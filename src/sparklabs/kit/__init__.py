"""What every room stands on: database, events, errors, settings, telemetry."""
