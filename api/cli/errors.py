"""What may go wrong while setting up, each with its mend: one clear sentence, never a traceback."""

from vocabulary.sentences import sentence


class Trouble(Exception):
    """A command can't go on; the text is a sentence for whoever runs it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(sentence(f"cli.trouble.{key}", "es", **values))
