"""Language names and BCP 47 codes: reads "Hindi and English" into codes and codes into names; no detection."""

import re
from dataclasses import dataclass

ENGLISH_NAME_BY_CODE: dict[str, str] = {
    "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "as": "Assamese", "az": "Azerbaijani", "be": "Belarusian",
    "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian",
    "fi": "Finnish", "fil": "Filipino", "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati",
    "ha": "Hausa", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "ig": "Igbo", "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ka": "Georgian",
    "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "my": "Burmese",
    "nb": "Norwegian Bokmål", "ne": "Nepali", "nl": "Dutch", "nn": "Norwegian Nynorsk", "no": "Norwegian",
    "or": "Odia", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "yo": "Yoruba", "zh": "Chinese", "zu": "Zulu",
}  # fmt: skip

OWN_NAMES: dict[str, str] = {
    "deutsch": "de", "español": "es", "français": "fr", "italiano": "it", "português": "pt", "nederlands": "nl",
    "हिन्दी": "hi", "हिंदी": "hi", "বাংলা": "bn", "తెలుగు": "te", "मराठी": "mr", "தமிழ்": "ta", "ગુજરાતી": "gu",
    "اردو": "ur", "العربية": "ar", "中文": "zh", "日本語": "ja", "한국어": "ko", "русский": "ru", "türkçe": "tr",
    "mandarin": "zh", "farsi": "fa", "tagalog": "fil", "oriya": "or", "bangla": "bn", "norwegian": "no",
    "brazilian portuguese": "pt-BR", "american english": "en-US", "british english": "en-GB",
    "indian english": "en-IN", "hinglish": "hi",
}  # fmt: skip

CODE_BY_NAME: dict[str, str] = {name.lower(): code for code, name in ENGLISH_NAME_BY_CODE.items()} | OWN_NAMES

_CODE = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:[-_](?P<script>[A-Za-z]{4}))?(?:[-_](?P<region>[A-Za-z]{2}|\d{3}))?"
    r"(?P<rest>(?:-[A-Za-z0-9]{2,8})*)"
)
_BETWEEN = re.compile(r"\s*(?:[,;/&+|]|\band\b|\bor\b|\bwith\b|\bund\b|\bet\b|\by\b|\bऔर\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Languages:
    """Codes in the order they were written, and the words that name no language."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...]


def find_code(text: str) -> str | None:
    """The well-formed BCP 47 code for a code or an English or native name; None if it is neither."""
    word = text.strip()
    if named := CODE_BY_NAME.get(word.lower()):
        return named
    match = _CODE.fullmatch(word)
    if match is None:
        return None
    language, script, region = match["language"].lower(), match["script"], match["region"]
    if len(language) == 3 and language not in ENGLISH_NAME_BY_CODE and not (script or region):
        return None  # a three-letter word is far more often a typing slip than a rare language
    parts = [language, script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part) + match["rest"]


def read_languages(text: str) -> Languages:
    """Codes out of "hi", "en-IN" or "Hindi and English"; repeats are dropped."""
    codes: list[str] = []
    unknown: list[str] = []
    for word in _BETWEEN.split(text):
        if not word.strip():
            continue
        code = find_code(word)
        if code is None:
            unknown.append(word.strip())
        elif code not in codes:
            codes.append(code)
    return Languages(tuple(codes), tuple(unknown))


def describe_language(text: str) -> str:
    """A code in plain English ("en-IN" is "English"); words stay as they are written."""
    code = find_code(text)
    return ENGLISH_NAME_BY_CODE.get(code.split("-")[0], text) if code else text
