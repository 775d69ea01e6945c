"""What a turn leaves on the disk, table by table with indexes."""

from bench.figure import Figure, Value
from bench.load import drive, open_callers
from bench.stage import Stage, close_all

CONVERSATIONS = 10
MOST_KB = 8
# Partitions count for the table they belong to.
_SIZES = """
SELECT coalesce(parent.relname, c.relname) AS name, sum(pg_total_relation_size(c.oid))::bigint AS bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
GROUP BY 1
"""


async def measure(stage: Stage) -> Figure:
    turns = 1_000 if stage.quick else 3_000
    platform = await stage.platform()
    callers = await open_callers(stage, platform, CONVERSATIONS)
    await drive(stage, platform, callers, turns=2 * CONVERSATIONS, parallel=True)
    before = _sizes(stage)
    load = await drive(stage, platform, callers, turns=turns, parallel=True)
    after = _sizes(stage)
    close_all(callers)
    grown = {name: (size - before.get(name, 0)) / 1e3 / load.turns for name, size in after.items()}
    shown = sorted(((kb, name) for name, kb in grown.items() if abs(kb) >= 0.005), reverse=True)
    return Figure(
        "Bytes stored",
        (
            Value("stored a turn, all tables with indexes", sum(grown.values()), "kB", at_most=MOST_KB),
            *(Value(f"of it in `{name}`", kb, "kB") for kb, name in shown),
        ),
        f"Growth of pg_total_relation_size of every table over {load.turns} turns with one tool call each, divided by"
        " their number; VACUUM and CHECKPOINT before each reading. kB are 1,000 bytes.",
    )


def _sizes(stage: Stage) -> dict[str, int]:
    return {row["name"]: row["bytes"] for row in stage.query("VACUUM", "CHECKPOINT", _SIZES)}
