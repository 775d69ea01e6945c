"""Ends a running turn because a person asked for it; how a turn ends at its safe points is the runtime's matter."""

from sparklabs.conversations import repository as rows
from sparklabs.conversations.schemas import CancelOut
from sparklabs.conversations.shapes import Header
from sparklabs.conversations.work import ConversationWorker
from sparklabs.kit.db import Database
from sparklabs.kit.notices import Notices


class TurnStops:
    """Stops turns, in whichever process they run."""

    def __init__(self, db: Database, *, worker: ConversationWorker, notices: Notices) -> None:
        self._db = db
        self._worker = worker
        self._notices = notices

    async def stop(self, header: Header) -> CancelOut:
        """Asks the running turn to end as cancelled; `idle` when none runs. A tool call in flight comes to its end.

        The wish stands in the run's row too: a process that takes over a dead one's turn ends it as well.
        """
        [found] = await self._db.run(header.tenant_id, rows.request_cancel(header.id))
        if not found:
            return CancelOut(status="idle", message_id=None, run_id=None)
        turn = found[0]
        before = turn["seq"] + 1
        if self._worker.is_running(header.id):
            self._worker.interrupt(header.id, before=before, stopped=True)
        else:
            await self._notices.publish("turn_interrupt", {"c": str(header.id), "s": before, "stopped": True})
        return CancelOut(status="cancelling", message_id=turn["message_id"], run_id=turn["run_id"])
