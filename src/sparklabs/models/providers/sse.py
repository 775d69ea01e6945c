"""Server-sent events as bytes in, `data` payloads out (WHATWG HTML, section 9.2); it knows no vendor."""

from sparklabs.models.errors import ModelUnusableAnswerError

MAX_EVENT_BYTES = 16 * 1024 * 1024


class SseDecoder:
    """Feed it what the socket gives, in any pieces; it answers whole events' data.

    Bytes stay bytes, so a character split between two pieces is never decoded half.
    """

    __slots__ = ("_data", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> list[bytes]:
        """The data of every event that this piece completed; raises when one event outgrows `MAX_EVENT_BYTES`."""
        buffer = self._rest + piece if self._rest else piece
        if b"\r" in buffer:
            # A CR at the very end may be the first half of CRLF: it waits for the next piece.
            held = buffer.endswith(b"\r")
            buffer = (buffer[:-1] if held else buffer).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            lines = buffer.split(b"\n")
            self._rest = lines.pop() + (b"\r" if held else b"")
        else:
            lines = buffer.split(b"\n")
            self._rest = lines.pop()
        if len(self._rest) > MAX_EVENT_BYTES:
            raise ModelUnusableAnswerError(f"one event of the stream is larger than {MAX_EVENT_BYTES} bytes")
        return self._take(lines)

    def finish(self) -> list[bytes]:
        """What stands in the last event when the stream ends without its blank line, as some servers do."""
        rest, self._rest = self._rest.rstrip(b"\r"), b""
        return self._take([rest, b""] if rest else [b""])

    def _take(self, lines: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        for line in lines:
            if not line:
                if self._data:
                    # An event without data is nobody's event: some servers keep the line alive with it.
                    if data := self._data[0] if len(self._data) == 1 else b"\n".join(self._data):
                        events.append(data)
                    self._data = []
            elif line.startswith(b"data:"):
                self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif line == b"data":
                self._data.append(b"")
        return events
