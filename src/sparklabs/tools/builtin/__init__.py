"""The tools that every agent may name without declaring anything; one file each."""

from sparklabs.tools.building import Builder
from sparklabs.tools.builtin import (
    calculate,
    context_notes,
    create_ticket,
    current_time,
    http_request,
    remember,
    schedule_action,
    search_knowledge,
    send_message,
    transfer_to_human,
)

BUILTINS: dict[str, Builder] = {
    "calculate": calculate.build,
    "create_ticket": create_ticket.build,
    "current_time": current_time.build,
    "get_context": context_notes.build_get,
    "http_request": http_request.build,
    "remember": remember.build,
    "schedule_action": schedule_action.build,
    "search_knowledge": search_knowledge.build,
    "send_message": send_message.build,
    "transfer_to_human": transfer_to_human.build,
    "update_context": context_notes.build_update,
}
