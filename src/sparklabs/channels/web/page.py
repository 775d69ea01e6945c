"""The HTML of the public chat page and of the page that says that there is none; the chat itself is the widget's."""

import secrets
from html import escape
from typing import NamedTuple

from sparklabs.channels.web.schemas import AgentCard

_NAMES = {
    "en": "English", "hi": "हिन्दी", "es": "Español", "de": "Deutsch", "fr": "Français", "pt": "Português",
    "it": "Italiano", "nl": "Nederlands", "pl": "Polski",
    "tr": "Türkçe", "ar": "العربية", "ja": "日本語", "ko": "한국어", "zh": "中文",
    "bn": "বাংলা", "ta": "தமிழ்", "te": "తెలుగు", "mr": "मराठी", "gu": "ગુજરાતી", "ru": "Русский", "uk": "Українська",
}  # fmt: skip


class _Words(NamedTuple):
    speaks: str
    model: str
    noscript: str
    missing: str
    missing_why: str


_WORDS = {
    "en": _Words("Speaks", "Model", "This chat needs JavaScript.", "There is no chat here.",
                 "The address may be mistyped, or the assistant is paused just now."),
    "hi": _Words("भाषाएँ", "मॉडल", "इस चैट के लिए JavaScript चाहिए।", "यहाँ कोई चैट नहीं है।",
                 "पता ग़लत लिखा गया हो सकता है, या सहायक अभी रुका हुआ है।"),
    "es": _Words("Habla", "Modelo", "Este chat necesita JavaScript.", "Aquí no hay ningún chat.",
                 "Puede que la dirección esté mal escrita o que el asistente esté en pausa."),
    "de": _Words("Spricht", "Modell", "Dieser Chat braucht JavaScript.", "Hier gibt es keinen Chat.",
                 "Vielleicht ist die Adresse vertippt, oder der Assistent macht gerade Pause."),
    "fr": _Words("Parle", "Modèle", "Ce chat a besoin de JavaScript.", "Il n’y a pas de chat ici.",
                 "L’adresse est peut-être erronée, ou l’assistant est en pause."),
}  # fmt: skip


class ChatPage(NamedTuple):
    """A document and the headers that guard it."""

    html: str
    headers: dict[str, str]


def page_language(accept_language: str | None, *, offered: tuple[str, ...] = tuple(_WORDS)) -> str:
    """The first language the browser asks for that is offered, else the first offered (RFC 9110, 12.5.4)."""
    wishes: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        wishes.append((-weight, tag.strip().lower().split("-")[0]))
    known = [tag.lower().split("-")[0] for tag in offered]
    return next((tag for _, tag in sorted(wishes, key=lambda wish: wish[0]) if tag in known), known[0])


def chat_page(card: AgentCard, *, key: str, accept_language: str | None) -> ChatPage:
    """The public page of an agent."""
    language = page_language(accept_language, offered=card.languages or ("en",))
    words = _WORDS.get(language, _WORDS["en"])
    nonce = secrets.token_urlsafe(18)
    name, company = escape(card.title or card.name), escape(card.company)
    spoken = ", ".join(_NAMES.get(tag.lower().split("-")[0], tag) for tag in card.languages)
    facts = [(words.speaks, spoken), (words.model, card.model_label or "")]
    rows = "".join(f"<li><b>{escape(term)}</b> {escape(value)}</li>" for term, value in facts if value)
    body = f"""<main class="stage">
<div class="about">
<p class="brand"><img src="/widget/mark.svg" alt="" width="36" height="36">{company or "SparkLabs"}</p>
<div class="about-middle"><h1>{name}</h1><p class="lead">{escape(card.about)}</p><ul class="facts">{rows}</ul></div>
<p class="legal">SparkLabs</p>
</div>
<div class="card" id="chat"><noscript>{escape(words.noscript)}</noscript></div>
</main>
<script nonce="{nonce}" src="/widget.js" async data-key="{escape(key)}" data-mode="page" data-target="#chat"
 data-lang="{escape(language)}"></script>"""
    title = f"{name} · {company}" if company else name
    return ChatPage(_document(body, title=title, about=card.about, language=language), _headers(nonce))


def missing_page(accept_language: str | None) -> ChatPage:
    """What a visitor sees where there is no chat."""
    language = page_language(accept_language)
    words = _WORDS[language]
    body = f"""<main class="missing"><img src="/widget/mark.svg" alt="" width="56" height="56">
<h1>{escape(words.missing)}</h1><p class="lead">{escape(words.missing_why)}</p></main>"""
    return ChatPage(_document(body, title="SparkLabs", about="", language=language), _headers(None))


def _document(body: str, *, title: str, about: str, language: str) -> str:
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="description" content="{escape(about)}">
<meta name="theme-color" content="#fbf6f0" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#181310" media="(prefers-color-scheme: dark)">
<title>{title}</title>
<link rel="icon" href="/widget/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/widget/page.css">
</head>
<body>
{body}
</body>
</html>
"""


def _headers(nonce: str | None) -> dict[str, str]:
    """A policy under which only the widget's own script runs and no text ever becomes markup (CSP 3, Trusted Types)."""
    script = f"'nonce-{nonce}'" if nonce else "'none'"
    policy = [
        "default-src 'none'",
        f"script-src {script}",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
