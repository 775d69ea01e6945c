"""Readers of what happened: figures, and what needs a person. The rooms below never call them."""
