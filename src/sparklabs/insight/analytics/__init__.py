"""The dashboard: figures over conversations, turns and their cost, what needs a person, and what happened last."""
