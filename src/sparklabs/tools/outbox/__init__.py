"""Messages that agents wrote and that wait here for want of a provider; how they are written is the tools' matter."""
