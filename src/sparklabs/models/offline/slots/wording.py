"""Cuts free text out of a sentence: what is sought, what is wrong, why, and where; the carrier phrase stays behind."""

import re

from sparklabs.models.offline.choosing.cards import Card
from sparklabs.models.offline.lexicon import (
    POLITE,
    REQUEST_OPENERS,
    STOP_WORDS,
    VERB_FAMILIES,
    humanise,
    stem,
    word_set,
    words,
)
from sparklabs.models.offline.slots.kinds import Parameter

Span = tuple[int, int]
LONGEST_EMPTY = 3
_VAGUE = word_set("still under yet already currently")
_REASON = re.compile(
    r"\b(?:because(?: of)?|since|due to|the reason is(?: that)?|reason:|as) (?P<why>[^.;]+)", re.IGNORECASE
)
_STREET = re.compile(
    r"(?:\b(?:to|at|is|in|on|near|from|address:?)\s+)?(?P<place>\d+[A-Za-z]?,? [A-ZÀ-Ž][^.;!?]*?|"
    r"[A-ZÀ-Ž][\w'-]+(?: [A-ZÀ-Ž][\w'-]+)* \d+[^.;!?]*?)"
    r"(?=\s*(?:[.;!?]|$|\binstead\b|\bplease\b|\bthanks?\b|, my\b|, phone\b))"
)
_PLACE = re.compile(r"\b(?:in|near|to|from|at|around) (?P<place>[A-ZÀ-Ž][\w'-]+(?:[ -][A-ZÀ-Ž][\w'-]+)*)")
_CONTACT_TAIL = re.compile(
    r"[,.;]?\s*(?:\band\s+)?(?:(?:my|the)\s+)?(?:e-?mail(?: address)?|phone(?: number)?|number|mobile|name|"
    r"contact|card(?: number)?|plate|barcode|"
    r"member(?: number)?)(?:'s| is| at|:)?\s*(?=@|$|[,.;])|[,.;]?\s*(?:you can )?(?:reach|contact|e?mail) "
    r"me (?:at|on|by|via)\s*(?=@|$|[,.;])",
    re.IGNORECASE,
)
_REPORT_LEAD = re.compile(
    r"^.{0,80}?\b(?:ticket|issue|case|problem|report|complaint|complain|feedback|note|message)s?\b(?: for "
    r"me| that| about| with)?(?: please| pls)?\s*[:,-]\s*",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^(?:(?:what|how|where|when)s\b|(?:hi|hello|hey|u)\b|(?:i|we|you|they)'(?:re|m|ve|d|ll)\b|"
    r"what(?:'s| is| are| would| will| does| do)?|which|how (?:much|many)|is there|are there|do you|"
    r"does|any|got|show|list|tell me|"
    r"the (?:price|cost|status)|price|it|cost|for|of|about|on|by|to|with|a|an|some|your|my|our|the|any|me|"
    r"us|i|we|you|be|is|are|"
    r"would|will|can|could|have|has|had|in|and|also|then|so|copy|copies|to|refill|bottle(?= of)|units?|"
    r"pieces?|pcs|more|another|new(?= (?:one|order)))\b[\s,:]*",
    re.IGNORECASE,
)
_TAILS = re.compile(
    r"[\s,]*\b(?:includes?|contains?|how (?:much|many)(?: is it| are they| does it cost)?|"
    r"for me|for us|to me|please|pls|thanks|thank you|do you (?:have|sell|carry|stock)|are there|is there|"
    r"do you have|you have|for|in|on|at|to|of|with|by|and|or|is|are|under|below|over|about|from|my|the|a|"
    r"less|than|less than|up to|max|"
    r"maximum|do|you|not|no more|cost|costs|available|in stock|room|instead|ready)$",
    re.IGNORECASE,
)


def blank(text: str, spans: list[Span]) -> str:
    """The text with the spans that other parameters took replaced by `@`, so that positions stay."""
    for start, end in spans:
        text = text[:start] + "@" * (end - start) + text[end:]
    return text


def cut_query(text: str, spans: list[Span], card: Card) -> str | None:
    """What the sentence is about once request, the tool's own verbs and what others took are off its edges."""
    text = _CONTACT_TAIL.sub(" @ ", blank(text, spans))
    pieces = [
        _trim(piece, card)
        for piece in re.split(
            r"(?:[,;]?\s*(?:\b(?:at|on|for|by|in|under|below|over|than|from|to)\s)?@+)+|[.!?;]\s", text
        )
    ]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return None
    return max(pieces, key=lambda piece: len(piece.split()))


def _trim(text: str, card: Card) -> str:
    text = text.strip(" ,.;:!?-\"'")
    opener = REQUEST_OPENERS.match(f"{text} ")
    if opener:
        text = f"{text} "[opener.end() :].strip(" ,.:")
        # "can you ..." and "want to ..." are followed by a verb, known to us or not.
        if re.search(
            r"(?:\b(?:you|i|we|to|someone|somebody)|'d like to)\s+(?:please\s+|kindly\s+)?$", opener[0], re.IGNORECASE
        ):
            text = re.sub(r"^[a-z-]+(?: (?:off|up|over|down|out|back|in|aside|through|away))?(?= \S)\s*", "", text)
    tool_stems = frozenset(stem(form) for family in card.verbs for form in VERB_FAMILIES[family]) | frozenset(
        stem(word) for word in [*card.task.lower().split(), *humanise(card.name).split()]
    )
    text = _trim_start(text, tool_stems)
    while True:
        shorter = _TAILS.sub("", text).strip(" ,.;:")
        last = shorter.split()[-1].lower() if shorter.split() else ""
        if last in POLITE or (
            stem(last) in tool_stems and last.islower() and len(shorter.split()) > 1 and last not in card.nouns
        ):
            shorter = shorter[: len(shorter) - len(last)].strip(" ,.;:")
        if shorter == text:
            # What is left of "I would like a quote" names the deed, not a thing.
            empty = shorter.islower() and all(
                word in STOP_WORDS or word in _VAGUE or stem(word) in tool_stems for word in words(shorter)
            )
            return "" if empty and len(words(shorter)) <= LONGEST_EMPTY else shorter
        text = shorter


def _trim_start(text: str, tool_stems: frozenset[str]) -> str:
    first = True
    while text:
        word = re.match(r"[\w'-]+", text.lstrip("'"))
        if word is None:
            return text.lstrip(" ,.;:@-?!\"'") if text[0] in " ,.;:@-?!\"'" else text
        # A capital within the sentence begins a title or a name ("buy The Overstory"): nothing more is cut.
        if not first and word[0][0].isupper() and word[0] not in ("I", "I'm"):
            return text
        lead = _LEADS.match(text)
        if lead and lead.end():
            text = text[lead.end() :]
        elif stem(word[0].lower()) in tool_stems and len(text.split()) > 1:
            text = text[word.end() :].lstrip(" ,:")
        else:
            return text
        first = False
    return text


def cut_message(text: str, spans: list[Span], *, bare: bool) -> str | None:
    """What the contact reports, whole, without the request before a colon and the contact data behind it."""
    text = _CONTACT_TAIL.sub("", blank(text, spans))
    text = re.sub(r"[\s,]*(?:\b(?:at|on|in|for|to|room|is)\s+)?(?:#?@@+)", "", text).strip(" ,;.")
    text = re.sub(r"[,;.\s]+(?:please|thanks|thank you)\W*$", "", text, flags=re.IGNORECASE)
    lead = _REPORT_LEAD.match(text)
    rest = text[lead.end() :] if lead else text
    if (
        not lead
        and not bare
        and re.fullmatch(
            r"(?i).*\b(?:report|raise|open|create|log|file|submit|leave|have|give)\b.{0,30}\b(?:problem|issue|ticket|case|complaint|feedback|fault|bug)\b\W*",
            text,
        )
    ):
        return None
    rest = rest.strip(" ,;.:-")
    return rest if len(rest.split()) >= (1 if bare else 3) else None


def find_reason(text: str) -> str | None:
    """What follows "because" and its like."""
    match = _REASON.search(text)
    return match["why"].strip(" ,.!?") if match and len(match["why"].split()) > 1 else None


def find_place(text: str, parameter: Parameter) -> tuple[str, Span] | None:
    """A street address, or a place in capitals after a preposition."""
    street = _STREET.search(text)
    if street:
        return street["place"].strip(" ,"), street.span("place")
    if "address" in parameter.words:
        return None
    match = _PLACE.search(text)
    return (match["place"], match.span("place")) if match else None
