"""Contacts as the people who work with them see them: found, corrected, exported and erased."""
