"""Questions about the service: each topic has its answer, and none leads nowhere."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.turn import Turn
from actions.understanding import places
from actions.understanding.text import fold
from vocabulary.places import Place

_TOPICS: tuple[tuple[str, str], ...] = (
    ("emergency_lines", r"\b(?:105|106|116|911|emergencias?|ambulancia|bomberos|(?:que |cual\w* |a que )?(?:numero|telefono|linea)s?)\b"),
    ("no_wait", r"\b(?:esperar|esperamos|espero|pasen?|pasar)\b.{0,20}\b(?:24|48|72|veinticuatro|horas?|un dia)\b|\b(?:hay|tengo|tenemos|habra) que esperar\b"),
    ("validity", r"\b(?:vale|validez|valid[ao]|sirve (?:para|en|de)|legal|oficial|caduca|vence|aceptan|reconoce\w*)\b"),
    ("cost", r"\b(?:cuesta|costo|cobra\w*|pagar?|pago|gratis|gratuit\w+|precio|tarifa|cuanto sale)\b"),
    ("minors", r"\b(?:menor(?:es)?(?: de edad)?|soy adolescente|tengo 1[0-7]|sin mis (?:papas|padres)|mi hij[oa] puede)\b"),
    ("for_other", r"\b(?:por (?:otra|mi|una) (?:persona|mama|madre|papa|padre|hij\w+|herman\w+|vecin\w+|amig\w+|abuel\w+)|en nombre de|a nombre de|poder notarial|tercer[oa]s?)\b"),
    ("anonymous", r"\b(?:anonim\w+|sin (?:dar|decir|poner) mi nombre|no quiero dar mi nombre|sepan quien)\b"),
    ("privacy", r"\b(?:privacidad|confidencial\w*|quien(?:es)? (?:lo )?(?:ve\w*|lee\w*|sabe\w*)|mis datos|secret[oa]|reservad[oa]|se enter\w+)\b"),
    ("foreigners", r"\b(?:extranjer[oa]s?|venezolan\w+|turista|pasaporte|carnet? de extranjeria|ptp|cpp|fuera del pais|otro pais)\b"),
    ("no_document", r"\b(?:sin (?:dni|documentos?)|no tengo (?:dni|documentos?)|perdi mi dni .*denunci)\b"),
    ("phone_block", r"\b(?:bloque\w+|imei)\b"),
    ("station", r"\b(?:comisarias?|donde queda|direccion|me corresponde|mas cercana|presencial\w*)\b"),
    ("hours", r"\b(?:horarios?|a que hora|hora(?:s)? (?:de )?atien\w+|atienden|abiert[oa]s?|domingos?|feriados?|24 horas|de noche|madrugada)\b"),
    ("after", r"\b(?:que pasa (?:despues|luego|si|cuando)|despues de denunciar|que sigue|siguiente paso|fiscalia|me van a llamar|retirar|desistir)\b"),
    ("duration", r"\b(?:cuanto (?:tiempo|demora\w*|tarda\w*)|demora\w*|tarda\w*|plazo|rapido|cuando (?:me )?(?:respond|contest|llam)\w+)\b"),
    ("second_copy", r"\b(?:copia|duplicado)\b"),
    ("requirements", r"\b(?:requisitos?|necesito|necesita\w*|llevar|documentos?|papeles|pruebas|que (?:me )?piden|como (?:hago|se hace|denuncio|pongo|puedo denunciar))\b"),
    ("scope", r"\b(?:que (?:se puede|puedo|tipo\w*|cosas|delitos)|puedo denunciar|se puede denunciar|reciben|aceptan denuncias?|para que sirve esto)\b"),
)  # fmt: skip
_NO_PLACE = re.compile(r"\b(?:comisar[ií]as?|viv(?:o|imos|e)|domicilio|casa)\b", re.IGNORECASE)
_COMPILED = tuple((topic, re.compile(pattern)) for topic, pattern in _TOPICS)


def topic_of(text: str) -> str:
    """The topic of a question, by its words; ``default`` tells the essentials."""
    folded = fold(text)
    return next((topic for topic, pattern in _COMPILED if pattern.search(folded)), "default")


def _place_of(question: str) -> Place | None:
    """The district that a question about a station names: here a home counts, which in a story it does not."""
    return places.find(_NO_PLACE.sub(" ", question), asked=True).place


class Inform(Action):
    """Answers a question about the service, a station or whom to call."""

    def name(self) -> str:
        return "action_inform"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = await Turn.open(dispatcher, tracker)
        topic = topic_of(turn.read_text)
        if topic == "station" and (place := _place_of(turn.read_text)):
            turn.say("talk.information.station_of", station=await station.competent(place.ubigeo), place=place.title)
        else:
            turn.say(f"talk.information.{topic}")
        return []
