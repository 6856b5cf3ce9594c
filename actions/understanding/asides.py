"""Replies that are no answer and whose words say so beyond doubt: giving up, asking for a person, not knowing, and so on."""

import re

from actions.understanding import choices
from actions.understanding.text import capped, fold
from vocabulary.dialogue import Outcome
from vocabulary.steps import Step

_MOST_WORDS = 24
_FEW_WORDS = 9
_POLAR = frozenset(
    {
        Step.CONSENT,
        Step.OATH,
        Step.CONFIRM,
        Step.SURVEY_OFFER,
        Step.OPERATOR_CONFIRM,
        Step.CANCEL_CONFIRM,
        Step.SAFE_NOW,
    }
    | {Step.OFFICE, Step.REPORTING_FOR}
)
_CORRECTING = frozenset({Step.CONFIRM, Step.CORRECTION_FIELD, Step.CORRECTION_VALUE, Step.CLARIFY})
_TELLING = frozenset({Step.NARRATIVE, Step.ANYTHING_ELSE, Step.SURVEY_COMMENT, Step.SUSPECTS})

_LANGUAGE = r"(?:quechua|kechua|quichua|runasimi|aimara|aymara|ashaninka|asha?ninca|awajun|shipibo|ingles|portugues|frances|italiano|chino|castellano|espanol)"
_LANGUAGES = re.compile(
    rf"\b(?:habl(?:e|a|en|ar|ame|eme|arme|amos|emos)|pregunt(?:e|a|ar|ame|eme|arme)|cambi(?:a|e|ar|ame|eme|emos)\w*|contest(?:a|e|ame|eme|ar|arme)|respond(?:e|a|eme|ame|er|erme)|escrib(?:e|a|ame|eme|ir|irme)|atiend(?:a|e|an|anme|eme|ame)|expli(?:que|car|came|queme)\w*"
    rf"|quiero|quisiera|prefiero|deseo|pued(?:e|o|es|en)|podria\w*|regres[ae]\w*|vuelv[ae]\w*|volver|pon(?:lo|ga|galo|me|er)?|pas(?:a|e|ame|alo|eme|ar)|sig(?:a|ue|amos)|segu?ir|continu\w+|traduc\w+|mejor|hay|tienen?|se puede|xfa|por favor)\b[^.;?]{{0,40}}\b(?:en|a|al|el|su|mi) (?:idioma |lengua )?{_LANGUAGE}\b"
    rf"|\b(?:en|al|a) {_LANGUAGE}\b[^.;]{{0,25}}\b(?:habl[ae]\w*|pregunt[ae]\w*|contest[ae]\w*|respond[ae]\w*|escrib[ae]\w*|atiend\w+|expli\w+|cambi[ae]\w*|por favor|porfa\w*|xfa|se puede|pued[eo]\w*|mejor|quiero|prefiero|quisiera|pe$|pues$)"
    r"|\bno (?:entiendo|hablo|se|domino|comprendo|manejo)(?: \w+){0,2} (?:castellano|espanol)\b|\b(?:castellano|espanol) (?:poco|poquito|no|casi no|me cuesta)\b"
    r"|\bruna ?simi(?:pi|ta|manta)\b|\b(?:castellano|kastillanu|kastilla)\w*(?:ta|pi)\b|\bay?maran?(?:ti|ta)?t?a?pi?\b(?= (?:arus|parl))"
    r"|\b(?:in|speak|have|know|to|my|understand) (?:any |some |good |much )?(?:english|spanish)\b|\benglish (?:please|version)\b|\bfrancais\b|\bem portugues\b"
)
_PERSON = r"(?:persona|human[oa]|alguien|operador\w*|agente|asesor\w*|polici\w+|oficial|efectivo|tecnico|tombo|encargad[oa]|funcionari[oa]|senorita|supervisor\w*|suboficial|representante|trabajador\w*|ser humano)"
_CALLS = re.compile(
    rf"\b(?:pas[ae]|comuni(?:ca|que)|conect[ae]|pong?a?|deriv[ae]|transfier[ae]|mand[ae]|contact[ae])n?(?:me|nos)\b[^.;]{{0,22}}\b{_PERSON}\b"
    rf"|\b(?:que (?:ya )?(?:me|nos|lo|la)|hag[ae]n?me) (?:atienda|llame|ayude|hable|responda|contacte|corrija|vea|atiendan|llamen|atender|llamar)\b[^.;]{{0,20}}\b{_PERSON}\b|\bque (?:un|una|el|la) {_PERSON} me\b|\bderiv(?:a|e|en)me\b"
)
_HUMAN = re.compile(
    rf"(?:^\W*(?:un |una |con un |con una )?|[.,;] (?:un |una |con un |con una )){_PERSON}(?: (?:humano|real|de verdad|por favor|porfa\w*|xfa|pf|ya|pe))*\W*$"
    rf"|\b(?:quiero|necesito|deseo|quisiera|prefiero|puedo|podria|solicito|pido|gustaria|mejor|hay)\b[^.;]{{0,18}}\b(?:hablar|conversar|comunicarme|tratar|contactar|que me (?:atienda|llame|ayude)|ser (?:derivad|atendid)[oa])\b[^.;]{{0,25}}\b{_PERSON}\b"
    rf"|\bpuede (?:entrar|intervenir|atenderme|llamarme|ayudarme) (?:un|una|algun|alguna)? ?{_PERSON}\b"
    r"|\b(?:no|ni) (?:con |a )?(?:una? |este |esta )?(?:maquina|robot|bot|computadora)\b(?=\W*$)"
)
_NOT_HUMAN = re.compile(
    r"\bno (?:quiero|deseo|necesito|hace falta)\b[^.;,]{0,20}\b(?:hablar|persona|operador|que me (?:llame|atienda))|\bno (?:le |te |se |les )?(?:doy|digo|dare|comparto|confio)\b"
)
_MONEY = re.compile(
    r"\d|\bsoles?\b|\blucas\b|\bcuotas?\b|\bdeuda\b|\bcontado\b|\befectivo\b|\bdolares\b|\btarjeta\b|\bcita\b|\bpago\b|\brecibo\b"
)
_CANCEL = re.compile(
    r"\b(?<!no )(?<!no la )(?<!no lo )(?<!no me )(?<!no me la )(?<!no se )(?<!para que )(?<!dijo que )(?<!decia que )(?<!quiere que )(?<!sin )(?:cancel(?:a|e|en|o|ar|emos|emoslo|emosla|alo|ala|elo|ela|ame|eme|amela|emela|enla|enlo|arla|arlo)|anul(?:a|e|en|o|ar|alo|ala|elo|ela|enla|enlo|ame|eme|arla|arlo)|desisto)\b"
    r"|\b(?:ya|mejor|mejor ya|entonces) no (?:quiero|deseo|voy a|pienso|necesito|vamos a|quisiera) (?:\w+ ){0,2}?(?:denunci\w*|seguir|continuar|nada(?=\W*$)|hacer|hacerla|poner|ponerla|meter|registrar\w*|la copia|el tramite|ver|presentar\w*)\b"
    r"|\b(?:ya|mejor|mejor ya) no (?:denuncio|va (?:la|esta) denuncia|hay que hacer|es necesari[oa] (?:la denuncia|denunciar|seguir)|hace falta|hago (?:la|esta|nada)|pongo (?:la|nada)|sigo|verifico|sigamos)\b"
    r"|\bno (?:quiero|deseo|voy a|vamos a) (?:seguir|continuar|denunciar\w*|hacer (?:la|ninguna|esta) denuncia|meter mas denuncia|poner (?:la|ninguna) denuncia)\b(?! (?:\w+(?:ndo|ndole)\b|con (?:el|ella|mi|esa|ese|usted|el bot|la maquina)|asi|por (?:mi nombre|mensaje|aqui|chat|escrito)|sin))"
    r"|\bquiero (?:salir(?:me)?(?: de (?:esto|aqui|aca))?|terminar (?:aqui|esto|ya)|dejar(?:lo)? (?:aqui|ahi|esto|el tramite|la denuncia)|parar|cerrar|abandonar|desistir)(?=\W*$|[,.;]| (?:de esto|aqui|esto|ya|el|la)\b)"
    r"|\b(?:borr|elimin)(?:e|a|en|ar|elo|alo|ame|eme|enlo) ?(?:todo|toda|la denuncia|lo que (?:escribi|puse|conte)|mis datos|esto)?(?=\W*$|[,.;]| y )"
    r"|\b(?:dej[ae]l[oa]|dejem[oa]sl[oa]|lo dejo|la dejo|dejarlo|dejarla) (?:ahi|asi|nomas|no mas)\b|\bmejor l[oa] dejo\b|\bme (?:arrepenti|desanime)\b(?! de (?:haber|no))|\b(?:dar|dele|dale|den|demos) de baja\b|\bretir(?:o|e|en|ar) (?:mi|la) denuncia\b"
    r"|\bno (?:la |lo )?(?:presenten|registren|envien|manden|registre|presente|envie|envies|registres)\b(?=\W*$|[,.;])|\b(?:termin[ae]|cierr[ae]|deten|detenga|par[ae]) (?:esto|todo|aqui|la conversacion|el (?:proceso|tramite|registro|chat))\b"
    r"|^\W*(?:salir|cancelar|abandonar|stop|anulacion|me salgo|ya fue,? (?:no|dejalo)[^?]*)\W*$"
)
_GOES_ON = re.compile(
    r"\b(?:(?:esa|esta|la|otra) pregunta|en blanco|casillero|(?:y )?sig(?:a|amos|ue)\b|siguiente|agregar|anadir|es[ao] nomas y|no (?:la |lo |me la )?(?:cancel|anul|borr)\w*|sigamos|continuemos|si quiero (?:seguir|continuar|denunciar))\b"
)
_WRONG = (
    r"(?:me (?:he )?(?:equivo\w+|confund\w+)|corrij\w*|corrig\w*|corregir\w*|rectifi\w+|cambi(?:eme|ame|e|alo|elo|ar)|modifi(?:que|car|ca)\w*"
    r"|(?:puse|puso|escribi|di|dije|consign\w+|registr(?:e|o)|lo he dicho|la he dicho|anot(?:e|o))\b[^.;]{0,30}\b(?:mal|equivocad\w*|errad[oa]|al reves|sin querer|y (?:es|era|debe)|no (?:es|era|fue)|en vez)|(?:esta|estaba|salio|quedo)n? (?:mal|errad[oa]|equivocad[oa]|al reves)"
    r"|que (?:le |te |les )?(?:puse|dije|di|escribi|conte)(?: \w+){0,3},? (?:no|esta|estaba|son|era|eran|ha sido|estuvo)\b|no (?:es|era|fue|eran|fueron|son)\b[^.;]{0,40}\b(?:sino|como (?:puse|dije))|donde (?:puse|dije|decia|escribi)\b|se me fue un (?:cero|numero|digito|letra)|(?:l[oa]|le|te l[oa]) (?:di|dije|puse|escribi) mal|debe (?:decir|ir|ser))"
)
_CORRECTS = re.compile(rf"\b{_WRONG}")
_EARLIER = re.compile(
    r"\b(?:antes|anterior\w*|hace rato|denantes|al (?:inicio|principio|comienzo)|primero te|mas arriba|la otra pregunta|antes de (?:seguir|jurar|continuar))\b"
)
_ASKS = re.compile(
    r"^[\W_]*(?:(?:oiga|oye|disculpe|perdon|senorita|senor|joven|una consulta|una pregunta|consulta|pero|y|ah|eh|a ver|hola|jefe|mire)\b[\s,:.¿]*)*"
    r"(?:(?:a|de|en|con|por|para|desde|hasta) )?(?:que\b|q\b|cual\w*|como|cuando|cuant[oa]s?|donde|quien\w*|puedo|puede\w*|podria|se (?:pone|puede|incluye|cuenta|llena|tiene que|necesita)|debo|tengo que|hay que|es (?:obligatori|necesari|gratis|seguro)|si (?:digo|pongo|no)|me van|va a|vale|sirve|cuesta|demora|tiene costo|tambien (?:pongo|va)|los? \w+ (?:tienen|tiene|entran|cuenta|va)|las? \w+ (?:tienen|tiene|entran|cuenta|va))"
)
_UNKNOWN_LEAD = r"^[\W_]*(?:(?:la verdad|verdad|pues|mm+|ay|uy|joven|senorita|senor|caballero|disculpe|fijese que|es que|todavia|aun|yo|ahorita|en este momento|que sera|este|eh|bueno|mire|sinceramente|sorry|perdon|ese|eso|el numero|esa|lamentablemente|tampoco)\b[\s,.]*(?:que )?)*"
_UNKNOWN = re.compile(
    _UNKNOWN_LEAD
    + r"(?:no,? (?:lo |la |le |los |las )?se(?=\W*$|[,.;:!]| (?:que|cual\w*|como|cuando|cuant[oa]s?|donde|quien\w*|si|pues|pe|la verdad|bien|exact\w+|nada|el|la|los|las|su|mi|mis|ese|eso|esa|decir\w*|senor\w*|por|a que|en que|de|ni|ah|todavia|aun|sinceramente)\b)"
    r"|nose\b|no (?:lo |la |me |las |los )?(?:recuerdo|acuerdo|sabria|sabemos|sabriamos|tengo (?:ni |la menor |la mas minima |mucha )?idea)\b|ni idea\b|ni se\b(?! (?:llev|fue))|desconozco\b|sabe dios\b|quien sabe\b|vaya (?:usted )?a saber|a saber\b|se me (?:ha )?(?:olvid|borr)\w+|se me fue de la (?:mente|cabeza)|me (?:he )?olvid(?:e|ado)\b(?! (?:de )?(?:decir|contar|poner|mencionar|avisar)\w*)|no me (?:fije|aprendi)\b)"
)
_YET_TOLD = re.compile(
    r"\d{2}|\b(?:unos|unas|es (?:la|el|una?|de)|le dicen|seguro|pero|sino|aunque|creo que|creo|solo (?:vi|se|recuerdo)|calculo|debe (?:ser|haber)|habra sido|mas o menos|como a|eran?|fueron)\b"
)
_LIKE_UNKNOWN = frozenset({Outcome.ANSWER, Outcome.QUESTION, Outcome.CHITCHAT, Outcome.DONT_KNOW})
_THINGS = frozenset({Step.STOLEN_ITEMS, Step.ITEM_DETAILS, Step.VEHICLE, Step.DAMAGE})
_THING_TOLD = re.compile(r"[,;.] ?(?:un|una|unos|unas|mi|mis|era|color|marca|solo|el|la) \w")
_UNKNOWN_END = re.compile(
    r"\b(?:eso|ese|esa)? ?no (?:lo |la )?s[eé]\W*$|\bno tengo (?:ni )?idea\W*$|\bnumero no se yo\W*$"
)
_TELL = r"(?:dar|decir|mostrar|compartir|poner|nombrar|dejar|mandar|enviar|revelar|contar|proporcionar|brindar|entregar|responder|contestar|consignar|mencionar|meter)\w*"
_REFUSES = re.compile(
    rf"\b(?:no|ni) (?:te |se |le |les |l[oa]s? |me )*(?:quiero|quisiera|voy a|pienso|deseo|quiere que|gusta\w*|conviene) {_TELL}|\b(?:no|nombre no|tampoco) (?:voy a|quiero) {_TELL}|\bno (?:l[oa]s?|le|te|se l[oa]s?) ?(?:doy|digo|comparto|muestro|dire|dare|pongo)\b"
    r"|\bme reservo\b|\bprefiero (?:no\b|reserv\w+|omitir\w*|guard\w+|callar\w*|pasar|saltar\w*)|\bno comparto\b|\bme l[oa]s? guardo\b|\bno (?:le |te |les )?doy (?:mi|mis|el|la|los|ese|esos|esa|esas)\b|\b(?:quiero|prefiero|deseo) (?:ser |quedar(?:me)? |permanecer |seguir )?(?:anonim[oa]|en (?:el )?anonimato)\b"
)
_FACES = {"🤷": Outcome.DONT_KNOW, "🤐": Outcome.REFUSE}
_SAYS_YET = re.compile(
    r"\d{2}|@|\bpero (?:ahi|nac\w+|es|bueno|igual|ya|le|apunt\w+|anot\w+)\b|\bno decir mas\b|\barroba\b"
)
_SMALL_TALK = re.compile(
    r"^(?:[\s.,;:!¡()-]|[😂🤣😅🙏😊😄😁❤👋🌞☀😉😆☺🥰😘]|\ufe0f|[🏻-🏿]|\b(?:(?:ja|je|ji|jo)[jaeio]*|jsjs\w*|xd+|lol|gracias|muchas|mil|muy|amable|hola|holi|buen[oa]s?|dias?|tardes|noches|dios|lo|la|le|te|los|bendiga|bendiciones|que|a|usted|ustedes|por|todo|senor(?:ita|a)?|joven|amig[oa]|saludos?|feliz|semana|inicio|de|fin|es|eres|genial|chevere|bacan|jefe)\b)+$"
)
_TALK_WORD = re.compile(
    r"\b(?:(?:ja|je|ji)[jaei]+|gracias|hola|buen[oa]s? (?:dias?|tardes|noches)|bendi\w+|saludos?|feliz)\b"
)


def aside(step: Step, text: str, told: Outcome) -> Outcome | None:
    """The outcome that the words decide though they answer nothing; None where they leave it to the classifier.

    ``told`` is what the classifier made of them. Giving up, a person, a language, a correction and declining are
    decided against anything; a question, not knowing and small talk only against what is like them, or an answer.
    """
    folded = fold(capped(text))
    if len(folded.split()) > _MOST_WORDS:
        corrects = told is Outcome.CORRECT_PREVIOUS and _CORRECTS.search(folded)
        return Outcome.CORRECT_PREVIOUS if corrects else None
    if step is not Step.OPERATOR_CONFIRM and _calls(folded):
        return Outcome.HUMAN
    if step not in (Step.LANGUAGE_CHOICE, Step.SURVEY_LANGUAGE) and _LANGUAGES.search(folded):
        return Outcome.CHANGE_LANGUAGE
    if step is not Step.CANCEL_CONFIRM and _cancels(folded):
        return Outcome.CANCEL
    if _corrects(step, folded):
        return Outcome.CORRECT_PREVIOUS
    if step not in _POLAR and _refuses(folded):
        return Outcome.REFUSE
    if told in (Outcome.ANSWER, Outcome.QUESTION) and _asks(folded):
        return Outcome.QUESTION
    if told in _LIKE_UNKNOWN and _is_unknown(step, folded):
        return Outcome.DONT_KNOW
    return _small_talk(folded) if told is Outcome.ANSWER and step not in _POLAR else None


def _small_talk(folded: str) -> Outcome | None:
    face = _FACES.get(folded.strip()[:1])
    if face and not re.search(r"\w", folded):
        return face
    spoken = _TALK_WORD.search(folded) or not re.search(r"\w", folded)
    return Outcome.CHITCHAT if spoken and _SMALL_TALK.match(folded) else None


def _calls(folded: str) -> bool:
    """Asking for a person."""
    return bool(_CALLS.search(folded) or (_HUMAN.search(folded) and not _NOT_HUMAN.search(folded)))


def _is_unknown(step: Step, folded: str) -> bool:
    """Whether the words say that it is not known, and tell nothing else."""
    if step in _THINGS and _THING_TOLD.search(folded):
        return False
    few = step not in _TELLING or len(folded.split()) <= _FEW_WORDS
    said = _UNKNOWN.match(folded) or _UNKNOWN_END.search(folded)
    return bool(said) and few and "?" not in folded and not _YET_TOLD.search(folded)


def _asks(folded: str) -> bool:
    """A question and nothing behind it."""
    behind = folded.rpartition("?")[2]
    return (
        "?" in folded
        and bool(_ASKS.match(folded))
        and not re.search(r"\d{5}|@", folded)
        and len(re.findall(r"[a-z]+", behind)) < 3
    )


def _cancels(folded: str) -> bool:
    """Giving up, unless the word means to pay or one question alone is left."""
    return bool(_CANCEL.search(folded)) and not (_MONEY.search(folded) or _GOES_ON.search(folded) or "?" in folded)


def _refuses(folded: str) -> bool:
    """Declining to say, unless it is then said or the whole complaint is given up."""
    gives_up = re.search(r"(?<!numero de )(?<!numero de mi )(?<!numero de la )\b(?:la |ninguna )?denuncia\w*", folded)
    return bool(_REFUSES.search(folded)) and not (gives_up or _SAYS_YET.search(folded) or "?" in folded)


def _corrects(step: Step, folded: str) -> bool:
    """Whether the words take back an answer given to another question."""
    if step in _CORRECTING or not _CORRECTS.search(folded):
        return False
    field = choices.read_field(folded)
    return field not in (None, step, Step.NARRATIVE) or bool(_EARLIER.search(folded))
