"""Whose story it is: whether the writer is the one it happened to."""

import re

from actions.understanding.text import capped, fold

_DONE = (
    r"peg|golpe|insult|amenaz|viol|toc(?:o|a|an|aron|aba)|manose|acos|maltrat|empuj|agred|ahorc|pate|cachete|encerr"
    r"|quem|oblig|persig|persegu|chantaj|forz|forc|jalone|jal[oa]|abus|humill|grit|control|cel[oa]|tir[oa]|lanz|bot[oa]"
    r"|extorsion|sigu|quit|rompi|hizo|hace|hicieron|peg|cort[oa]|apunt|agarr|ultraj|manda|escrib|llam|pid|exig|drog"
)
_TO_ME = re.compile(
    rf"\b(?:me|nos) (?:(?:ha|han|habia|esta|estan|estaba|vive|viene|quiso|quiere|intento|trato de|volvio a|vuelve a)(?: \w+)? )?(?:{_DONE})\w*"
)
_TO_ANOTHER = re.compile(
    r"\b(?:a|de|con) (?:mi|una?|la|el|su) (?:\w+ )?(?:hij[oa]|hijit[oa]|mama|madre|papa|padre|herman[oa]|herman\w+|sobrin[oa]|prim[oa]|abuel\w+|niet[oa]|ti[oa]"
    r"|vecin[oa]|amig[oa]|alumn[oa]|companer[oa]|cunad[oa]|nin[oa]|bebe|menor|senora|chica|empleada|nuera)\b"
)


def happened_to_writer(text: str) -> bool | None:
    """Whether it happened to the writer; None where the text leaves it open, so that it is asked."""
    folded = fold(capped(text))
    if _TO_ANOTHER.search(folded):
        return None
    return True if _TO_ME.search(folded) else None
