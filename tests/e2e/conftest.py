"""A running platform with the shipped agents, for every test that needs one from outside."""

from collections.abc import Iterator

import pytest

from tests.factories.platform import PlatformProcess


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[PlatformProcess]:
    """`sparklabs up` on a database of its own, without any provider's key: the offline model answers.

    `platform.url`, `platform.owner_token`, `platform.client()`. Shared by the whole run: make your own conversations.
    """
    import os

    import psycopg
    from psycopg import sql
    from psycopg.conninfo import make_conninfo

    name = f"platform_{os.getpid()}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    running = PlatformProcess(
        tmp_path_factory.mktemp("platform"), "up", database_url=make_conninfo(postgres_url, dbname=name)
    )
    try:
        yield running.start()
    finally:
        running.stop()
        with psycopg.connect(postgres_url, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
