"""Every kind of incident, told in one message and filed through the live stack, with the care that its kind needs."""

import pytest

from tests.e2e.conftest import Citizen, go_on
from vocabulary.incidents import INTAKES, IncidentType
from vocabulary.steps import Step

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STORIES = {
    IncidentType.THEFT: "Ayer en la tarde me sacaron la billetera de la mochila en el mercado de Comas, no sentí nada",
    IncidentType.ROBBERY: "Anoche dos hombres me apuntaron con una pistola y me quitaron el celular en San Juan de Lurigancho",
    IncidentType.LOST_DOCUMENT: "El lunes perdí mi DNI y mi brevete en el paradero de Comas, se me cayeron del bolsillo",
    IncidentType.LOST_PROPERTY: "Ayer dejé olvidada mi mochila con mi ropa en un taxi en Comas",
    IncidentType.FRAUD: "El martes pagué 850 soles por un celular en una página de Facebook y nunca me llegó, vivo en Comas",
    IncidentType.CYBERCRIME: "Ayer vaciaron mi cuenta del banco por la aplicación, hicieron transferencias que yo no hice, 850 soles",
    IncidentType.EXTORTION: "Desde ayer me escriben pidiendo cupo de 5000 soles para mi bodega en Comas o me ponen una bomba",
    IncidentType.THREATS: "Ayer mi vecino me dijo que me va a matar y me mandó audios amenazándome en Comas",
    IncidentType.ASSAULT: "El sábado un desconocido me golpeó en la cara en la puerta de una discoteca en Comas",
    IncidentType.DOMESTIC_VIOLENCE: "Anoche mi esposo me golpeó en mi casa en Comas, ahora estoy donde mi mamá",
    IncidentType.SEXUAL_VIOLENCE: "Ayer en el bus un hombre me manoseó y se frotó contra mí, fue en Comas",
    IncidentType.PROPERTY_DAMAGE: "Ayer mi vecino rompió a pedradas la luna de mi tienda en Comas",
    IncidentType.MISSING_PERSON: "Mi hermana de 15 años no aparece desde ayer, salió del colegio en Comas y no volvió a casa",
    IncidentType.TRAFFIC_ACCIDENT: "Ayer un taxi me chocó por atrás en la avenida Túpac Amaru en Comas y se fue",
    IncidentType.VEHICLE_THEFT: "Anoche se robaron mi moto de la puerta de mi casa en Comas",
    IncidentType.NOISE_DISTURBANCE: "El bar de al lado pone música a todo volumen hasta las 4 de la mañana en Comas, ayer fue igual",
    IncidentType.POLICE_MISCONDUCT: "Ayer un policía de tránsito me pidió 100 soles de coima para no ponerme papeleta en Comas",
    IncidentType.OTHER: "Desde ayer están vendiendo droga en la esquina de mi casa en Comas",
}


@pytest.mark.parametrize("kind", list(IncidentType))
def test_a_story_of_each_kind_is_filed_by_its_own_path(citizen: Citizen, kind: IncidentType) -> None:
    intake = INTAKES[kind]
    first = citizen.say(STORIES[kind])
    if intake.safety_first:
        assert citizen.step == Step.SAFE_NOW
        assert "No he enviado a nadie" in first
        assert "105" in first
    asked = go_on(citizen, answers={"incident_type": kind})
    state = citizen.state
    assert (state["incident_type"], bool(state["case_number"])) == (kind, True)
    assert set(asked) <= {*intake.steps, Step.CLARIFY}
    assert Step.NARRATIVE not in asked
    said = "\n".join(reply["text"] for reply in citizen.replies)
    papers = citizen.documents(2 if intake.copy_at_once else 1)
    assert "Constancia" in papers[0]["title"]
    if intake.confidential:
        assert "no dirá de qué se trata" in said
    if intake.report_within:
        assert "24 horas" in said


def test_a_stolen_phone_told_in_one_message_needs_six_questions(citizen: Citizen) -> None:
    citizen.say(
        "Ayer a las 8 de la noche dos sujetos con cuchillo me robaron mi celular Samsung en San Juan de Lurigancho"
    )
    asked = go_on(citizen)
    assert len(asked) <= 6
    assert citizen.state["case_number"]


def test_what_is_added_at_the_summary_is_kept_and_shown(citizen: Citizen) -> None:
    citizen.say(STORIES[IncidentType.ROBBERY])
    go_on(citizen, until="confirm")
    said = citizen.say("uno tenía un tatuaje de alacrán en el cuello y el otro cojeaba")
    assert "Lo añadí" in said
    assert "alacrán" in said
    assert citizen.step == "confirm"
    citizen.choose("confirm")
    assert citizen.state["case_number"]


def test_violence_may_be_reported_without_a_name_and_leaves_a_receipt_only(citizen: Citizen) -> None:
    citizen.say(STORIES[IncidentType.DOMESTIC_VIOLENCE])
    go_on(citizen, until="full_name")
    assert {"id": "skip", "title": "Sin dar mi nombre"} in citizen.replies[-1]["choices"]
    citizen.choose("skip")
    asked = go_on(citizen)
    assert not {"document_number", "phone", "email"} & set(asked)
    assert citizen.state["case_number"]
    assert "código de la constancia" in "\n".join(reply["text"] for reply in citizen.replies)
    assert len(citizen.documents(1)) == 1


def test_somebody_else_may_report_for_the_victim(citizen: Citizen) -> None:
    citizen.say("el esposo de mi vecina la golpea, anoche la dejó con la cara hinchada en Comas")
    asked = go_on(citizen, answers={"reporting_for": "por mi vecina", "incident_type": "domestic_violence"})
    assert {"reporting_for", "victim_name", "relationship"} <= set(asked)
    assert citizen.state["case_number"]


def test_a_minor_reports_alone_and_is_not_frightened_by_the_law(citizen: Citizen) -> None:
    citizen.say("tengo 14 años y mi papá me pega con correa, anoche me pegó otra vez en mi casa en Comas")
    go_on(citizen, until="oath")
    said = "\n".join(reply["text"] for reply in citizen.replies)
    assert "delito" not in said
    assert "no pasa nada" in said
    go_on(citizen)
    assert citizen.state["case_number"]


def test_who_refuses_consent_after_telling_of_violence_is_led_to_a_person(citizen: Citizen) -> None:
    citizen.say(STORIES[IncidentType.DOMESTIC_VIOLENCE])
    citizen.say("sí, estoy a salvo")
    said = citizen.choose("no")
    assert "Línea 100" in said
    assert citizen.state["draft"]["narrative"] is None
    citizen.choose("human")
    assert citizen.state["handover"] == "queued"


def test_misconduct_goes_to_the_inspectorate_and_says_so(citizen: Citizen) -> None:
    citizen.say(STORIES[IncidentType.POLICE_MISCONDUCT])
    said = citizen.choose("yes")
    assert "Inspectoría" in said
    assert "1818" in said
    go_on(citizen, answers={"incident_type": "police_misconduct"})
    assert citizen.state["case_number"].startswith("000001-")


def test_extortion_may_bypass_the_local_station(citizen: Citizen) -> None:
    citizen.say(STORIES[IncidentType.EXTORTION])
    go_on(citizen)
    assert citizen.state["case_number"].startswith("000000-")


def test_noise_is_told_who_is_competent_and_registered_all_the_same(citizen: Citizen) -> None:
    citizen.say(STORIES[IncidentType.NOISE_DISTURBANCE])
    assert "municipalidad" in citizen.choose("yes")
    go_on(citizen, answers={"incident_type": "noise_disturbance"})
    assert citizen.state["case_number"].startswith("150110-")


def test_a_company_reports_its_lost_invoices(citizen: Citizen) -> None:
    citizen.say("Ayer perdimos 50 facturas y las guías de remisión de la empresa en el camino a Comas")
    asked = go_on(
        citizen,
        answers={
            "incident_type": "lost_document",
            "stolen_items": "50 facturas y guías de remisión",
            "company": "RUC 20100070970, Comercial Andina SAC, soy la administradora",
        },
    )
    assert "company" in asked
    assert citizen.state["case_number"]
