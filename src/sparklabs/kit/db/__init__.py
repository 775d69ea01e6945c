"""The database: pools, tenant transactions and migrations."""

from sparklabs.kit.db.pool import DATABASE_UNAVAILABLE, LEASE_LOST, Database, Row, Statement
from sparklabs.kit.db.roles import DatabaseAddresses, RoleNames

__all__ = ["DATABASE_UNAVAILABLE", "LEASE_LOST", "Database", "DatabaseAddresses", "RoleNames", "Row", "Statement"]
