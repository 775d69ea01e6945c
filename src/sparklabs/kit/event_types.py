"""The types of all events that leave through the outbox, and what each tells; their envelope is events.py's matter."""

from typing import Final

EVENT_TYPES: Final = {
    "agent.published": "A version became the one that answers.",
    "agent.version_added": "A version was stored as a draft; another one answers, or none.",
    "agent.rolled_back": "An earlier version answers again.",
    "agent.draft": "The agent went back to being a draft.",
    "agent.testing": "The agent answers, marked as under test.",
    "agent.active": "The agent answers again.",
    "agent.paused": "The agent takes no messages for now.",
    "agent.archived": "The agent was put away; its versions stay.",
    "contact.created": "A contact was made by a person or over the API; those who just talk come with a conversation.",
    "contact.updated": "A person's name, handles or preferences were changed by hand.",
    "contact.erased": "A person was erased with all that was theirs.",
    "conversation.opened": "A conversation began.",
    "conversation.message.received": "A customer's message was stored, once.",
    "conversation.turn.completed": "An answer was stored.",
    "conversation.turn.failed": "A turn ended without an answer.",
    "conversation.turn.cancelled": "A newer message interrupted a turn.",
    "conversation.closed": "The conversation takes no more messages.",
    "notification.created": "Something happened that a person should see.",
    "notification.repeated": "What nobody has seen yet happened once more.",
    "job.failed": "A background job was given up.",
    "job.retried": "A person had a background job run again.",
    "job.discarded": "A person removed a background job.",
}
