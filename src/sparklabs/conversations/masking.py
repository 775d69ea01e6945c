"""What is shown of a name or a handle to somebody who may know that a contact exists and not who it is."""

from sparklabs.conversations.schemas import ConversationOut
from sparklabs.kit.web import Principal

READ = "contacts:read"
_DOTS = "•••"


def mask_name(name: str | None) -> str | None:
    """The first letter of each word."""
    return " ".join(f"{word[0]}{_DOTS}" for word in name.split()[:3]) if name else name


def mask_handle(kind: str, value: str) -> str:
    """Enough to recognise what one knows: an address's first letter and ending, a number's last two digits."""
    if kind == "email":
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}{_DOTS}@{_DOTS}.{domain.rpartition('.')[2]}"
    return f"{_DOTS}{value[-2:]}" if len(value) > 4 else _DOTS


def sees_people(principal: Principal) -> bool:
    """Whether the caller may know who contacts are; a visitor, who sees one conversation only, is its contact."""
    return principal.allows(READ) or principal.conversation_id is not None


def shown_to(principal: Principal, found: ConversationOut) -> ConversationOut:
    """The conversation with its contact as the caller may know them; what was said in it stays as it is."""
    if not sees_people(principal):
        known = found.contact
        external_id = mask_handle("external_id", known.external_id) if known.external_id else known.external_id
        found.contact = known.model_copy(update={"name": mask_name(known.name), "external_id": external_id})
    return found
