"""What a text tells of a thing: whether it was stolen, lost or damaged, or is only named."""

import re
from functools import cached_property

_HAS = r"(?:o|aron|on|e|an?|ado|ada|ados|adas|ando|arme|arle|arnos|arse|armel[oa]s?)\b"
_TAKING = (
    rf"r+o[bv]{_HAS}|(?<!a )(?<!para )(?<!de )robar (?=mis?)|[qk]uit{_HAS}|kit{_HAS}|l+ev(?:o|aron|on|ado|ada|ados|adas|arme|arle|arnos|arse)\b|(?:se|me|nos) (?:l[oa]s? )?l+evan?\b|yeb?v?{_HAS}|lleb{_HAS}|arrebat\w+|arr?anch\w+|arranc(?:o|aron)\b|sustra\w+"
    rf"|hurt\w+|despoj\w+|jal{_HAS}|sac(?:o|aron|ado|an|ando)\b(?! (?:un|una|su) (?:arma|pistol|cuchill|navaj|revolv|machete|fierro|palo|verduguill|desarmad|botella|papel|carnet|carne|placa|foto|chip|prestam|credit|punal|punta|cel|pico|palo|moto|volta|billete|cosa|hoja|cuaderno|escopeta|tarjeta))|sac(?:o|aron|ado) (?=un celular|una billetera|un monedero)|baj(?:aron|o (?:el|de mi)|ado (?:el|de mi))|(?:me|nos|le|les|se) (?:l[oa]s? )?agarr(?:o|aron)\b|agarr(?:o|aron) (?=mis? )|cogi(?:o|eron)\b|birl\w+"
    r"|chor(?:eo|earon|eado|iaron|io)\b|bolsique\w+|carterea\w+|pele(?:o|aron)\b|limpi(?:o|aron)\b|vaci(?:o|aron|ado)\b|apoder\w+|adue[nñ]\w+|apropi\w+|afan(?:o|aron)\b"
    r"|extrajo|extrajeron|(?:se (?:me )?(?:va|van|fue|fueron|fugo|fugaron|larg[oó]|largaron|desaparecio)|escapo|escaparon|huyo|huyeron|corrio|corrieron) con\b"
    r"|se metieron (?=\d|un|una|dos|tres|mi|mis)|se (?:lo|la|los|las)? ?tir(?:o|aron) (?=mi|el|la)|estaf\w+|cambiazo|pepear\w+|desvalij\w+|saque(?:o|aron)\b"
    r"|(?:me|nos|le|les|tambien|m) (?:l[oa]s? )?vol(?:o|aron)\b|vol(?:o|aron) (?=mis?|el|la|los|las|sus?)|jalone\w+|decomis\w+|incaut\w+|llevandose\b|se qued(?:o|aron) con (?=mis?|el|la|los|las|sus?)|me (?:hizo|hicieron) (?:el )?pase|cambi(?:o|aron) (?=(?:la|mi) tarjeta)|(?:acab\w+|termin\w+|logr\w+) (?:de )?(?:rob|quit|arranch|arrebat|llev|jal|hurt|sac|chor)ar(?:me|le|nos|se)?\b|despacharon|alzaron|alzo con|cargaron con|cargo con|arras(?:o|aron|ando) con|(?:se (?:fue|fueron|escapo|escaparon|fugo|fugaron)|huyo|huyeron) en (?=mi|nuestr)"
)
_LOSING = (
    r"perdi(?:o|do|da|dos|das|mos|eron)?\b|perdida\b|perder\b|pierdo|e[sx]travi\w+|olvid\w+|deje\b|dejamos\b|dejo olvidad\w+|desapareci\w*|despareci\w+|traspapel\w+|arrastr(?:o|aron)\b|falta(?:n|ba|ban|ron)?\b"
    r"|se (?:me|nos|le) (?:\w+ )?(?:fue|fueron|cay\w+|quedo|quedaron|salio|salieron|rodo|ha caido|han caido|habia caido)\b|cay(?:o|eron)\b"
    r"|no estaban? (?=mis?|la|el|los|las|sus?)|se quedo (?=mi |el cel|la bill)|(?:no|ni) (?:encuentro|encontre|encontramos|encontraba|encontro|hallo|halle|ubico|aparecen?)\b|ya no (?:esta|estan|estaban?|tenia|tengo|tenian|encontre|hay|aparece)|(?:cuenta|percat\w+|note|notamos|vi)(?: de)? que (?:ya )?no (?:tenia|estaban?|encontraba|llevaba)\b|pedi el duplicado"
    r"|(?:amaneci|amanecimos|quede|quedamos|desperte|dejaron|dejo|salir|sali|despertar|devolvi\w+|regrese|llegue)\b(?! sin tener)[^.;,\n]{0,30}? sin\b(?= (?:mi|mis|su|sus|el|la|nada|plata|celu|reloj|dinero|billetera|ni))"
)
_DAMAGING = (
    r"romp(?:io|ieron|iendo)\b|roto\b|dan(?:o|aron|ado|ada|ados)\b|choc(?:o|aron|ado)\b|choque (?=(?:mi|el|con mi) )|ray(?:o|aron|ado|ada)\b|quem(?:o|aron|ado)\b|destroz\w+|destruy\w+"
    r"|abolla\w+|malogr\w+|parti(?:o|eron) (?=mis?|el|la|los|las)|quebr(?:o|aron|ado)\b|chanc(?:o|aron) (?=mis?|el|la)|corto (?=mis?|el|la|los|las)|arruin\w+|pisote\w+|(?:causando|causo) (?:la rotura|danos?) (?:de|en|a)\b|desmantel\w+|pincha(?:r|ron|do)\w*|cortaron\b|(?:me|nos|le) corto\b|tumb(?:o|aron)\b|reven(?:to|taron)\b|incendi\w+|raj(?:o|aron|ado)\b|balea\w+|apedre\w+"
    r"|(?:prendi\w+|metieron|metio) fuego (?:a|al)\b|impact(?:o|aron) (?=mi|el|contra mi)|pint(?:o|arrajearon|arrajeo|aron) (?=mi|la|el)|estrell(?:o|aron)\b|aplast\w+|inund(?:o|aron)\b"
    r"|forz(?:o|aron) (?=la|mi)|violent(?:o|aron) (?=la|mi)|envenen\w+|mat(?:o|aron) (?=a? ?mis? )"
)
_PAYING = r"(?:entregue|entregamos|entrego (?=sus?|mis?|\d|el|la)|les? (?:di|dimos|dio) (?=mis?|sus?|\d|el|la|los|las|s/|\$)|rescat\w+|entregar(?:le|les)?\b|dar(?:le|les)(?= (?:mis?|sus?|el|la|los|las|\d))|hacer entrega de|di (?=mi celular|mi billetera|mi mochila|mi cartera))"
_INSIDE = (
    r"(?:a?dentro|ahi|alli|donde|en l[oa] cual|l[oa] cual|el cual|que) (?:yo |tambien |solo )?(?:tenia|llevaba|habia|estaban?|guardaba|tenian|iban?)\b|contenian?\b|conteniendo|trai[ae]\b"
    r"|(?:en|dentro de) (?:el|la|mi|su|esa|dicha|ese) (?:cartera|mochila|billetera|bolso|bolsa|maletin|maleta|monedero|canguro|morral|guantera|maletera)(?: \w+)? (?:yo )?(?:tenia|llevaba|habia|estaban?|guardaba|iban?|traia)"
)
_LOSS = re.compile(rf"\b(?:{_TAKING}|{_LOSING}|{_DAMAGING}|{_PAYING}|{_INSIDE})")
_NOUN_OF_LOSS = re.compile(
    r"\b(?:robo|hurto|perdida|extravio|despojo|duplicado|denuncia|sustraccion|arrebato|desaparicion|danos?|parte|constancia) (?:total |parcial |por (?:perdida|robo) )?"
    r"(?:de |del |a |en )(?:mi |mis |la |el |los |las |su |un |una |nuestr[oa] )?(?:\w+ )?$"
)
_ENDS = re.compile(
    r"[.;?\n](?!\d)|!(?![! ]*(?:las?|los|el|mis?|una?|\d))|\b(?:cuando|mientras|huy\w+|escap\w+ (?!con)|se fugaron|fugaron|estaba\b|estabamos|iba|ibamos|venia|vinieron|subieron|bajaron de|apunt\w+|amenaz\w+|encontre (?!que)"
    r"|llam(?:o|aron|e|ar)\b|contact\w+|escrib\w+|quiero|necesito|vivo|soy|porque|pero|tengo|aparecio|aparecieron|acerc\w+|intercept\w+|grab\w+|conteniendo las)\b"
)
_TRIED = re.compile(
    r"\b(?:intent\w+|quis(?:o|ieron)|quer\w+|trat(?:o|aron) de|pretend\w+|a punto de|casi|para que no)(?: (?:de|me|nos|le|a|lo|la))* $"
)
_DENIED = re.compile(
    r"\b(?:no|nunca|tampoco|sin) (?:(?:me|se|nos|le|les|lo|la|los|las|ha|han|habian?|llego a|llegaron a|pudieron|pudo|lograron|logro) ){0,4}$"
)
_ONLY = re.compile(r"^[^.;]{0,14}\b(?:nada mas que|mas que|sino|solo)\b")
_KEPT_AFTER = re.compile(
    r"^[^.;,\n]{0,30}?\b(?:no (?:(?:me|se|nos) )?(?:l[oa]s?|han) (?:(?:han|ha|pudieron|lograron) )?(?:llev|rob|quit|yev|toc)\w*|se salv\w+|esta a salvo|sigue (?:conmigo|en|aqui|ahi)|salio intact\w+|ahi seguia|si (?:estaba|quedo|l[oa]s? dejaron)|no (?:me|se|nos) (?:l[oa]s?) )"
)
_NONE_OF = re.compile(
    r"\b(?:ningun[oa]?s?|nada de|tampoco|falto poco|no tengo|(?<!ya )(?<!cuenta que )(?<!cuenta de que )(?<!note que )no tenia|no uso|no usaba) (?:\w+ )?$"
)
_LACKED = re.compile(
    r"\b(?<!cuenta que )(?<!cuenta de que )(?<!note que )no (?:tiene|tenia|tenian|lleva|llevaba|usa|cuenta con|habia|hay|tengo|anoto|vi) (?:\w+ )?$"
)
_OWNED = re.compile(
    r"\b(?:mi|mis|nuestr[oa]s?|su|sus|la|el|los|las|un|una|mas|del|\d+|dos|tres|cuatro|cinco) (?:\w+ )?$"
)
_STEMS = (
    r"(?:r+o[bv]|[qk]uit|arrebat|arranch|llev|yev|lleb|sac|jal|hurt|chor|sustraj|romp|ray|bot|danar|choc|quem|malogr)"
)
_BROKEN = r"(?:hundid|abollad|rot|destrozad|danad|rayad|chocad|doblad|partid|rajad|quemad|inservible|siniestrad|malograd|cortad|destruid|aplastad|sin (?:faro|luna|espejo|puerta|parachoque))"
_OWNED_LOST = re.compile(
    rf"^ (?:\w+ ){{0,3}}que (?:me|nos|le|se) (?:ha |han )?{_STEMS}\w+|^[^.;\n]{{0,45}}?\b(?:(?:fue|fueron|ha sido|han sido|es|esta|estaba) (?:robad|sustraid|hurtad|perdid|extraviad|arrebatad|{_BROKEN})\w*"
    rf"|(?:me|nos|le|les) l[oa]s? (?:ha |han |habian )?{_STEMS}\w+|(?<!y )(?<!cuando )(?<!donde )(?:me|nos|le|les) (?:ha |han |habian )?{_STEMS}\w+(?= ?(?:$|[.,;\n]| (?:a (?:mi|su)|ayer|hoy|anoche|pe|pues|senor|en (?:el|la|mi))\b))|l[oa]s? han? {_STEMS}\w+|se (?:me |nos |le )?(?:l[oa]s? )?(?:ha |han |an |habian? )?(?:{_STEMS}|perdi|cay|cai|extravi)\w+\b(?! (?:mi|mis|su|sus|la|el|los|las|un|una|\d+|con) )"
    r"|desapareci\w*|ya no (?:esta|estaba|estan|estaban|l[oa]s?|hay|aparece)\b|l[oa]s? (?:perdi|olvide|extravie|robaron|llevaron)|se (?:me|nos|le) (?:quedo|quedaron|fue|fueron|salio|olvid\w+|e[sx]travi\w+|a e[sx]travi\w+)|(?:se )?(?:quedo|quedaron) en (?:la|el|una?|su) |(?:he|hemos|ha|han) (?:perdido|extraviado|olvidado)|(?:ya )?no (?:llego|amanecio)\b|no esta(?:n|ba|ban)?(?= ?(?:[.,;!\n]|$))|ya no aparece|no aparecen?\b|robad[oa]s?\b|perdid[oa]s?\b"
    rf"|(?:tiene|quedo|quedaron|resulto|salio|termino|dejaron|dejo)\b[^.;]{{0,30}}\b{_BROKEN}\w*)|^ {_BROKEN}\w*|^[^.;,\n]{{0,12}} (?:me|nos|le) (?:ha |han ){_STEMS}\w+(?! \w)"
    rf"|^(?: (?!cuando\b|mientras\b|y\b|que\b|donde\b|para\b|con\b)\w+){{0,4}} (?:me|nos|les?) (?:ha |han |habian )?{_STEMS}\w+\b(?! (?:mis?|el|la|los|las|una?|sus?|\d|todo|por|con))"
)
_PASSING = re.compile(
    r"(?:\b(?:en|a bordo de|abordo de|sobre|desde|conduciendo|manejando|por|via|mediante|dentro de|encima de|subi\w* a|subio a|subir a|bajar de|bajando de|bajo de|entre|chofer de|conductor de|llamada de"
    r"|fuera de|adentro de|atras de|numero de|bajarme de|interior de|robando en|venta de|compra de|vend\w+|compre|ofrecia\w*|estacionad[oa] en|contra|parecid[oa] a|usando|para|papeles de|llaves? de)"
    r" (?:la |el |un |una |unos |unas |mi |mis |su |sus |otro |otra |los |las |nuestr[oa] |dicho |esa |ese |aquella )?(?:\w+ )?$)|\b(?:al|del|con) (?:un |una |el |la |su )?$"
)
_FROM_INSIDE = re.compile(
    r"\b(?:de|del|en|desde|dentro de|a|al|por) (?:mi|la|el|mis|su|nuestr[oa]|un|una|los|las|bolsillo de mi|bolsillo de la|interior de (?:mi|la|el)|otro|otra)? ?$"
)
_TO_THING = re.compile(r"\b(?:choc\w+|ray\w+|dan\w+|romp\w+|impact\w+|fuego|quem\w+) (?:a|al)(?: mi| la| el| su)? $")
_PULLED_FROM = re.compile(r"\bbaj(?:aron|o|ado) (?:del|de (?:mi|su|la|el|nuestr[oa])) $")
_DISPOSSESSED = re.compile(
    r"\b(?:despoj\w+|apoder\w+|adue\w+|apropi\w+)(?: \w+)? de (?:todas? |todos? )?(?:mis?|sus?|las?|los|el|nuestr[oa]s?|un|una) (?:\w+ )?$"
)
_ALONGSIDE = re.compile(r"\b(?:con|usando|en|por|mediante|via) (?:un|una|el|la|su|dos|tres|otro|otra) (?:\w+ )?$")
_RIDING = re.compile(
    r"\b(?:en|con|a bordo de|desde|sobre|chofer|conductor|taxista|pasajero|por) (?:de |del )?(?:\w+ ){0,2}$"
)
_CONNECTED = re.compile(
    r"^(?: ?\(?[\w°/.'-]+(?: [\w°/.'-]+){0,6}?)??\)? ?(?:,|\by\b|\be\b|\bni\b|\bcon\b|\bmas\b|\b[oi]\b|\btambien\b|\bcomo\b|\+|:|\n|-)+ ?"
    r"(?:(?:y|e|con|ni|mas|tambien|ademas|ademas de|junto con|asi como|hasta|incluso|todo|todos|todas|de|ademas mi|sin) )*"
    r"(?:(?:mi|mis|su|sus|el|la|los|las|un|una|unos|unas|par de|otro|otra|nuestr[oa]s?|\d+|dos|tres|cuatro|cinco|seis|varios|varias|s/\.?|\$) ?)*(?:\w+ )?$"
)
_VERB = re.compile(
    r"\b(?!marron|dia|via|boli|guia|policia|energia|sandia|joyeria|tia)\w{2,}(?:aron|ieron|aba|aban|abamos|ando|iendo)\b|\b(?:estaba|era|es|fue|iba|tengo|vivo|soy|que me|me|se|nos|sali|subi|huye\w*|cual)\b"
)
_MINE = re.compile(r"\b(?:por|del) $|\b(?:mi|nuestr[oa]|su|la|el|un|una) (?:\w+ )?$")
_MINE_OR_OURS = re.compile(r"\b(?:mis?|nuestr[oa]s?|sus?) (?:\w+ )?$")
_GONE_LATER = re.compile(
    rf"\b(?:(?:se|c) l[oa]s? (?:ha |han |habian |habia )?(?:llev|yev|rob)\w+|(?:me|m|nos|le) l[oa]s? (?:ha |han )?{_STEMS}\w+|ya no (?:estaba|esta|la encontre|lo encontre)\b|habia desaparecido|no regreso (?:mas )?con)"
)
_TOO = re.compile(
    r"(?:^|[.;,\n] ?| y )(?:y )?(?:tambien|ademas|asi como|a parte|aparte)(?: de)? (?:(?:mi|mis|su|sus|un|una|unos|unas|la|el|los|las) )?(?:\w+ )?$"
)
_IN_ENVELOPE = re.compile(r"\b(?:sobre|fajo|rollo|paquete|bolsita) (?:con|de) $")
_CLITIC = re.compile(r"\bl[oa]s? (?:ha |han |an |habian? )?$")
_STRIPPED = re.compile(r"\b(?:desmantel|desvalij)\w+ (?:mi|la|el|su|nuestr[oa]) (?:\w+ )?$")
_HAS_BROKEN = re.compile(r"\b(?:tiene|quedo con|con) (?:la|el|las|los|una?|toda la) $")
_HELD = re.compile(
    r"\b(?:(?:y )?(?:ahi|alli|adentro|dentro|donde|que|la cual|el cual) )?(?:yo )?(?:tenia|llevaba|habia|estaban?|guardaba|contenia)(?: tambien)? (?=mis?|sus?|el|la|los|las|\d|un)"
)
_ARTICLE = re.compile(r" (?:(?:mis?|sus?|el|la|los|las|una?|nuestr[oa]s?|todo el|toda la) )?(?:\w+ )?")
_IS_BROKEN = re.compile(rf" {_BROKEN}")
_HIT_ON = re.compile(
    r"\b(?:impact|choc|colision|embisti|golpe|rasp|roz|dan|abolla|ray)\w+ [^.;]{0,30}\b(?:parte|lado|costado|zona|lateral) (?:\w+ ){0,2}de (?:mi|nuestro|su) $"
)
_CAME_BACK = re.compile(r"\b(?:devolvi\w+|recuper\w+|encontre) (?:la|el|mi|su|los|las|mis|sus) (\w+)")
_HELD_IN_IT = re.compile(
    r"[.;!\n] ?(?:(?:ahi|alli|adentro|dentro|en ella|en el)(?: mismo)? )?(?:yo )?(?:tenia|llevaba|traia|contenia|habia|estaban?|iban?)(?: todo| tambien)?:? (?:(?:mis?|sus?|el|la|los|las|una?|dos|tres) )?(?:\w+ )?$"
)
_MONEY_GONE = re.compile(rf" ?(?:que )?(?:me|nos|le|se me|se nos)(?: (?:ha|han|habian))? (?:{_STEMS}|cay|perd)\w+")
_HOLDS = frozenset(("vehicle", "bag", "phone", "laptop", "other", "wallet", "cash", "document", "bicycle"))


class Losses:
    """The losses that a folded text tells."""

    def __init__(self, folded: str) -> None:
        self.folded = folded

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        found = (m.span() for m in _LOSS.finditer(self.folded))
        return [s for s in found if not self._denied(s)]

    def _denied(self, span: tuple[int, int]) -> bool:
        before = self.folded[max(0, span[0] - 30) : span[0]]
        if self.folded[span[0] : span[1]].startswith(("no ", "ni ", "ya no", "falta")):
            return False
        if self.folded[span[0] : span[1]] == "robe" and re.search(
            r"\b(?:yo (?:no )?(?:les? )?|que (?:yo )?les? )$", before
        ):
            return True  # what somebody says that the writer stole
        doubled = re.match(r" (?:mis?|sus?|el|la|los|las) ", self.folded[span[1] : span[1] + 6])
        if (_CLITIC.search(before) and not doubled) or _TRIED.search(before):
            return True
        return bool(_DENIED.search(before)) and not _ONLY.match(self.folded[span[1] : span[1] + 30])

    def tell(self, start: int, end: int, kind: str, *, after: int | None = None) -> bool:
        """Whether the thing named there is one of the victim's that is gone or damaged.

        ``after`` is where the last such thing ended: what is listed with it went with it.
        """
        before, following = self.folded[max(0, start - 60) : start], self.folded[end : end + 90]
        if _KEPT_AFTER.match(following) or _NONE_OF.search(before) or self._given_back(start, end):
            return False
        if (
            _NOUN_OF_LOSS.search(before)
            or _DISPOSSESSED.search(before)
            or (kind == "vehicle" and (_PULLED_FROM.search(before) or _HIT_ON.search(before)))
        ):
            return True
        if (kind == "vehicle" and _STRIPPED.search(before)) or (
            _HAS_BROKEN.search(before) and _IS_BROKEN.match(following)
        ):
            return False
        if kind == "money" and _MONEY_GONE.match(following):
            return True
        if (
            after is not None
            and after <= start
            and (_TOO.search(before) or _HELD_IN_IT.search(before) or self._listed(after, start))
        ):
            return True
        if self._gone(before, following):
            return True
        if (
            kind in _HOLDS
            and not self._carried_off(start)
            and (_FROM_INSIDE.search(before) or _PASSING.search(before))
            and not _TO_THING.search(before)
        ):
            return False
        return self._taken(start, kind, before)

    def keeps(self, start: int, end: int, kind: str) -> bool:
        """Whether a thing named in an enumeration is told not to be gone, or is a vehicle of others."""
        before, following = self.folded[max(0, start - 60) : start], self.folded[end : end + 90]
        if kind == "vehicle" and not _MINE_OR_OURS.search(before):
            return True
        return bool(_KEPT_AFTER.match(following) or _NONE_OF.search(before) or self._given_back(start, end))

    def since(self, at: int, before: str) -> str:
        """What stands between the last loss and a place, if it is within the words before."""
        ends = [b for _, b in self.spans if at - len(before) <= b <= at]
        return self.folded[ends[-1] : at] if ends else before

    def _listed(self, after: int, start: int) -> bool:
        gap = _HELD.sub("y ", self.folded[after:start])
        if len(gap) > 60 or re.search(r"[.;?](?! ?(?:tambien|ademas|y) )", gap) or _ENDS.search(gap.replace(".", " ")):
            return False
        gap = re.sub(r"\b(?:que|de|del) \w+(?: \w+)?(?=,| y )", "", gap)
        return (
            bool(_CONNECTED.match(gap))
            and not _VERB.search(gap)
            and not _ALONGSIDE.search(gap[-14:].replace("con ", ""))
        )

    def _carried_off(self, start: int) -> bool:
        """Whether the thing stands right behind "se fue con", "cargaron con"."""
        return any(
            self.folded[a:b].endswith(" con") and _ARTICLE.fullmatch(self.folded[b:start])
            for a, b in self.spans
            if b <= start < b + 30
        )

    @staticmethod
    def _gone(before: str, following: str) -> bool:
        if _IN_ENVELOPE.search(before):
            return bool(_OWNED_LOST.search(following))
        if not _OWNED.search(before) or _FROM_INSIDE.search(before) or _PASSING.search(before):
            return False
        return bool(_OWNED_LOST.search(following))

    def _taken(self, start: int, kind: str, before: str) -> bool:
        if kind == "vehicle" and _RIDING.search(before) and not self._carried_off(start):
            return False
        loss = max((s for s in self.spans if s[1] <= start and start - s[0] < 420), default=None)
        if loss is None:
            return False
        between = self.folded[loss[1] : start]
        if _ENDS.search(between) or _LACKED.search(between) or self._by_another(start, kind, loss):
            return False
        return self._carried_off(start) or not _ALONGSIDE.search(between)

    def _by_another(self, start: int, kind: str, loss: tuple[int, int]) -> bool:
        """Whether the vehicle did it: "me chocó una camioneta"."""
        done = self.folded[loss[0] : loss[1]].startswith(("choc", "atropell", "impact", "ray", "romp"))
        verb = self.folded[loss[0] : loss[1]]
        article = "" if verb.startswith(("choc", "atropell", "impact")) else "|el|la|los|las"
        own = re.search(rf"\b(?:mi|mis|nuestr[oa]|su{article}) ", self.folded[loss[1] : start + 1])
        return kind == "vehicle" and done and not own

    @cached_property
    def _returned(self) -> list[str]:
        """What is told to have come back: "le devolvieron la mochila"."""
        return [m[1] for m in _CAME_BACK.finditer(self.folded)]

    def _given_back(self, start: int, end: int) -> bool:
        return any(self.folded.startswith(name, start) for name in self._returned)

    def tells_later(self, start: int, end: int, kind: str) -> bool:
        """Whether an own thing named first is told to be gone further on: "vendo mi moto… se la llevó"."""
        before = self.folded[max(0, start - 24) : start]
        if kind not in ("vehicle", "phone", "laptop", "bicycle", "bag") or not _MINE.search(before):
            return False
        return bool(_GONE_LATER.search(self.folded, end, end + 400))
