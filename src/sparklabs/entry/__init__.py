"""Processes and wiring: the only room that imports all others."""
