import pytest

from actions.understanding.victim import happened_to_writer


@pytest.mark.parametrize(
    ("story", "own"),
    [
        ("mi esposo me pegó anoche", True),
        ("un hombre me siguió y me manoseó en el bus", True),
        ("mi papá me pega con correa", True),
        ("mi padrastro abusó de mi hija", None),
        ("mi ex me amenaza y le pegó a mi hijo", None),
        ("el vecino golpea a su mujer", None),
    ],
)
def test_whose_story_it_is_is_asked_unless_the_writer_says_that_it_is_theirs(story: str, own: bool | None) -> None:
    assert happened_to_writer(story) is own
