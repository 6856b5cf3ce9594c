"""Who did it and with what: how many, whether the victim knows them, and weapons said, denied and not told."""

import pytest

from actions.understanding import people

COUNTS: list[tuple[str, int | None]] = [
    ("me cogotearon entre tres", 3),
    ("eran como cinco", 5),
    ("tres eran", 3),
    ("seis eran, con machetes", 6),
    ("un viejo me tocó", 1),
    ("dos causas en moto me robaron", 2),
    ("entre 5 alumnos le pegaron", 5),
    ("a las 2 de la mañana entraron a robar", None),
    ("el martes 23 tipo 6 me robaron", None),
    ("el chibolo estaba solo y me arranchó", 1),
    ("era uno alto con gorra", 1),
    ("un pasajero me sacó cuchillo", 1),
    ("un sujeto y una mujer me robaron", 2),
    ("dos sujetos y una mujer", 3),
    ("me robaron dos celulares", None),
    ("vinieron en dos motos y me robaron", None),
    ("cuatro tipos en dos motos me cerraron", 4),
    ("unos cinco tipos me rodearon", 5),
    ("2 venecos me asaltaron", 2),
    ("una pareja me robó", None),
    ("me asaltaron tres", 3),
    ("me asaltaron 3 choros con pistola", 3),
    ("dos personas me auxiliaron", None),
    ("éramos tres amigos y nos robaron", None),
    ("me robó un solo tipo", 1),
    ("un hombre de tez morena me robó", 1),
    ("varios sujetos me golpearon", None),
    ("los dos me apuntaron", 2),
    ("uno me apuntó y el otro me quitó la mochila", 2),
    ("uno manejaba y el otro bajó a robarme", 2),
    ("tengo 2 hijos y mi esposo me pega", None),
    ("mi vecino me pegó", None),
    ("un carro me chocó", None),
    ("un taxista me robó", 1),
]
KNOWN: list[tuple[str, bool | None]] = [
    ("mi ex me pegó", True),
    ("mi exesposo me amenaza", True),
    ("el papá de mi hija me golpeó", True),
    ("no sé quiénes eran", False),
    ("unos desconocidos", False),
    ("primera vez que los veo", False),
    ("son del barrio, los conozco", True),
    ("es mi vecino", True),
    ("mi vecino el Juan me quiere pegar", True),
    ("mi jefe me tocó", True),
    ("mi inquilino no me quiere pagar y me amenazó", True),
    ("mi vecina me avisó que robaron mi casa", None),
    ("mi mamá fue asaltada", None),
    ("a mi hermano le robaron", None),
    ("mi conviviente me botó de la casa", True),
    ("el vecino bota basura en mi puerta", True),
    ("fui con mi prima y nos robaron", None),
    ("mi padrastro me toca", True),
    ("nunca en mi vida los he visto", False),
    ("no los pude reconocer", False),
    ("no vi quién fue", None),
    ("ya sé quién es, es el hijo de la panadera", True),
    ("mi amiga me estafó con 500 soles", True),
    ("un amigo me prestó y no me devuelve", None),
    ("la señora que trabaja en mi casa se llevó mis joyas", None),
    ("un sujeto desconocido me robó", False),
    ("mi tío me vio llorando", None),
    ("mi hijo desapareció", None),
    ("mi primo salió y no regresa", None),
    ("me escribe un número desconocido", None),
]
WEAPONS: list[tuple[str, bool | None]] = [
    ("con un cuchillo", True),
    ("me puso un fierro en el cuello", True),
    ("sin armas", False),
    ("no tenía arma", False),
    ("arma no tenían", False),
    ("a mano armada", True),
    ("me apuntaron", True),
    ("me encañonaron", True),
    ("con pistola en mano", True),
    ("sacaron sus armas", True),
    ("me dio con un palo", True),
    ("me lanzó una botella", True),
    ("me amenazó con matarme", None),
    ("solo me empujaron", None),
    ("me dispararon", True),
    ("balearon mi casa", True),
    ("con un desarmador me hincó", True),
    ("me van a meter bala", None),
    ("puro brazo nomas, nada de armas", False),
    ("no vi arma", False),
    ("con una réplica de pistola", True),
    ("parecía tener un arma bajo el polo", None),
    ("me tiró piedra", True),
    ("con piedra me ha dado", True),
    ("chaira", None),
    ("con verduguillo", True),
    ("me cortó la cara con gillette", True),
    ("me golpeó con el casco", None),
    ("compré un cuchillo de cocina por internet y no llegó", None),
    ("trabajo en una tienda de armas", None),
    ("machetazo", True),
]


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_the_count(text: str, count: int | None) -> None:
    assert people.find_suspects(text).count == count


@pytest.mark.parametrize(("text", "known"), KNOWN)
def test_whether_they_are_known(text: str, known: bool | None) -> None:
    assert people.find_suspects(text).known_to_victim is known


@pytest.mark.parametrize(("text", "weapon"), WEAPONS)
def test_weapons(text: str, weapon: bool | None) -> None:
    assert people.find_weapon(text) is weapon
