"""Yes or no, as Peruvians say it."""

import re

from actions.understanding.text import capped, distance, fold

_PHRASES: tuple[tuple[str, bool | None], ...] = (
    (r"no (?:se|estoy segur[oa]|sabria|entiendo|entendi|recuerdo|me acuerdo|comprendo)", None),
    (r"(?:tal vez|talvez|quizas?|puede ser|depende|a lo mejor|mas o menos|mas tarde|despues|luego|todavia no se)", None),
    (r"(?:claro|por supuesto|porsupuesto|obvio|seguro|desde luego|creo|pienso) que (?:no|nada)", False),
    (r"(?:claro|por supuesto|porsupuesto|obvio|seguro|desde luego|creo|pienso|yo creo) que si", True),
    (r"no,? (?:si,? |pues si|hay problema|hay inconveniente|tengo problema|tengo inconveniente|pasa nada|veo problema)", True),
    (r"(?:si|como) no\b(?= *$|,)|como no\b", True),
    (r"(?:ya|aun|todavia) no\b|para nada|de ningun(?:a)? (?:modo|manera)|ni hablar|ni loc[oa]|nada que ver|en absoluto|nica\w*|ni a palos|ni de vainas", False),
    (r"nel(?: pastel)?\b|nop\w*\b|nope|nones|no+\b|nah\b|nanay|naranjas|negativo|jamas|nunca|tampoco|nadie|ningun[oa]?\b|nada\b", False),
    (r"(?:(?:esta|todo|ta|muy|es|todito|lo veo|asi|va|me parece|se ve|quedo) ?){1,4}(?:bien|correcto|conforme|ok|perfecto|good)\b", True),
    (r"mal\b|manam?\b|jani\w*|(?:esta|ta|hay|es|todo|tiene) ?(?:\w+ ){0,2}(?:mal|error|errores|equivocad[oa]|incorrect[oa]|falso|erroneo)\b|incorrecto|falso|error\b", False),
    (r"(?:lo|la|los|las|le)? ?(?:acepto|autorizo|confirmo|juro|declaro|prometo|consiento|apruebo|permito|afirmo|ratifico|acuerdo|conforme|doy mi (?:consentimiento|autorizacion|palabra|permiso))", True),
    (r"(?:de acuerdo|de una\b|al toque|dale|ya pe\w*|ya po\b|ya pues|ya\b|claro\w*|obvio\w*|okey|okay|okis?|oki+\w*|oka|ok\w{0,2}\b|listo\w*|sip\w*|sep\b|simon\b|sii*\b|si\b|se\b|yes\b|yeah\b|yep|yap)", True),
    (r"(?:aja\w*|aya|correct\w*|exact\w*|afirmativ\w*|positiv\w*|asi es|asi mismo|por supuesto|porsupuesto|desde luego|bueno\b|bien\b|perfect\w*|seguro\b|efectivamente|cierto|es verdad|verdad|sip|chevere|bacan|normal\b|"
     r"conforme|adelante|siga\b|sigue\b|prosiga|continu[ae]\w*|vale\b|va\b|entendido|tranqui|con (?:mucho )?gusto|hagale|hecho\b|me parece|ari\b|jisa\b|amen|okok|(?:lo )?jur(?:o|amos|ado)\b|por (?:dios\w*|mi (?:madre|mama|vida|honor)|mis hijos|la virgen|esta)|(?:es )?(?:la )?(?:pura |purita )?verdad\w*|palabra\b|(?:doy|tienen?) (?:mi|el) (?:permiso|consentimiento|autorizacion)|todo (?:es )?(?:verdad|cierto)|confirmad[oa]|aceptad[oa]|prometid[oa]|fijo\b|fija\b|de ley|acept\w+)", True),
    (r"(?:rechazo|niego|me niego|me opongo|prefiero no|mejor no|no\w{0,2}\b)", False),
)  # fmt: skip
_COMPILED = tuple((re.compile(rf"(?:{pattern})"), value) for pattern, value in _PHRASES)
_LEAD = re.compile(
    r"^(?:[\W_]|\b(?:este|eh+|m+|ah+|oh|pues|pe|bueno|a ver|mire|hola|buenas?(?: (?:tardes|noches|dias))?|buen dia|senor(?:ita|a)?|jefe|oficial|amig[oa]|yo|disculpe|uy|ay|ok (?=no)|ya (?=acepto|si))\b)+"
)
_YES_FACES = ("👍", "👌", "✅", "✔", "🆗", "🙆", "☑", "💯", "🤝")
_NO_FACES = ("👎", "❌", "🙅", "🚫", "✖", "⛔")
_TYPED = {
    "claro": True, "correcto": True, "acepto": True, "confirmo": True, "autorizo": True, "exacto": True, "listo": True,
    "obvio": True, "seguro": True, "perfecto": True, "conforme": True, "dale": True, "bueno": True, "afirmativo": True,
    "negativo": False, "incorrecto": False, "ninguno": False, "nunca": False, "juro": True, "supuesto": True,
}  # fmt: skip
_REPEATED = re.compile(r"([a-z])\1{2,}")


def yes_no(text: str) -> bool | None:
    """True or False where a text begins as a yes or a no; None where it is neither."""
    text = capped(text)
    folded = _REPEATED.sub(r"\1", fold(text))
    said = _LEAD.sub("", folded)
    if not re.search(r"[a-z]", said):
        said = " ".join(re.findall(r"[a-z]+", folded)[-1:])
    if not said:
        yes, no = any(face in text for face in _YES_FACES), any(face in text for face in _NO_FACES)
        return None if yes == no else yes
    for pattern, value in _COMPILED:
        if (m := pattern.match(said)) and (m.end() == len(said) or not said[m.end()].isalpha() or m.group()[-1] == " "):
            return value
    first = re.match(r"[a-z]+", said)
    if first and len(first.group()) >= 4 and len(said.split()) <= 6:
        for known, value in _TYPED.items():
            if distance(first.group(), known, 1) <= 1:
                return value
    if re.fullmatch(r"(?:s|1|y)\W*", said):
        return True
    if re.fullmatch(r"(?:n|2)\W*", said):
        return False
    if len(said.split()) > 5:
        return None
    return True if _YES_TAIL.search(said) else False if _NO_TAIL.search(said) else None


_YES_TAIL = re.compile(r"\b(?:si|acepto|confirmo|autorizo|claro|correcto|por supuesto)[.! ]*$")
_NO_TAIL = re.compile(r"\b(?:no)[.! ]*$")
