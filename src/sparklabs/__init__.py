"""SparkLabs: a platform on which a business runs its AI agents."""

__version__ = "0.1.0"
