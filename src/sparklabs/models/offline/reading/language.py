"""Sees that a message is not English and has the few words to say so in the contact's language; translates nothing."""

import re
from collections.abc import Mapping

from sparklabs.models.offline.lexicon import word_set

_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("hi", r"[\u0900-\u097f]"),
    (
        "other",
        r"[\u0400-\u04ff\u0370-\u03ff\u0590-\u06ff\u0980-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]",
    ),
)
_WORDS: Mapping[str, frozenset[str]] = {
    "es": word_set(
        "el la los las una unos que de mi mis tu con por para pero está esta dónde donde cuándo quiero necesito "
                    "puedo hola gracias sobre pedido ha yo es muy cómo favor hablar alguien tengo hay "
                    "llegado todavía no"
    ),
    "fr": word_set(
        "le la les une des je tu vous nous mon ma mes est où quand comment pourquoi bonjour merci avec pour "
                    "mais dans voudrais veux puis s'il plaît oui pas au aux du sur très commande"
    ),
    "de": word_set(
        "der die das ein eine einen ich du sie wir mein meine ist nicht wo wann wie warum hallo danke mit für "
                    "aber haben noch möchte kann bitte und auf zu zum frei morgen guten tag"
    ),
    "hi": word_set(
        "mujhe mera meri kya hai hain kal aap chahiye karna kab kahan kaise nahi haan ko ka ki ke se mein "
                    "hoon bataiye kripya namaskar dhanyavaad shukriya"
    ),
    "hu": word_set("a az egy és hogy nem van kérek szeretnék mikor hol mennyi köszönöm szia jó napot hány"),
    "it": word_set("il lo gli una che di mio mia con per ma dove quando vorrei grazie ciao sono ho questo"),
}  # fmt: skip
_ENGLISH = word_set(
    "the a an is are was i i'm my me you your we our it to of for in on at and or but do does have has can "
    "could would will "
    "what when where how who which please want need this that not don't with from any no yes hi hello thanks"
)
CATALOGUE: Mapping[str, str] = {
    "hi": "क्षमा करें, यह ऑफ़लाइन मॉडल केवल अंग्रेज़ी समझता है। क्या आप किसी व्यक्ति से बात करना चाहेंगे?",
    "es": "Lo siento, este modelo sin conexión solo habla inglés. ¿Quiere hablar con una persona?",
    "fr": "Désolé, ce modèle hors ligne ne parle que l'anglais. Souhaitez-vous parler à une personne ?",
    "de": "Leider versteht dieses Offline-Modell nur Englisch. Möchten Sie mit einem Menschen sprechen?",
}
LEAST_SHARE = 0.3


def find_foreign(text: str) -> str | None:
    """The code of the language of a message that is not English (`other` when it has no name here), else None."""
    letters = len(re.findall(r"[^\W\d_]", text))
    for code, script in _SCRIPTS:
        if letters and len(re.findall(script, text)) / letters > LEAST_SHARE:
            return code
    tokens = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    if not tokens:
        return None
    english = sum(token in _ENGLISH for token in tokens)
    counts = {code: sum(token in known for token in tokens) for code, known in _WORDS.items()}
    code = max(counts, key=lambda name: counts[name])
    many = counts[code] >= 2 and counts[code] / len(tokens) >= LEAST_SHARE
    return code if many and counts[code] > english + 1 - (english == 0) else None
