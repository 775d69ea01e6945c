"""What is shown of a name or a handle to somebody who may know that a contact exists and not who it is."""

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
