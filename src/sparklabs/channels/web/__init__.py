"""Web chat: the embeddable widget's server edge and the public chat page."""
