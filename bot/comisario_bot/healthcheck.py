"""``python -m comisario_bot.healthcheck URL``: exit 0 if the address answers well. For containers, which lack curl."""

import sys
import urllib.error
import urllib.request
from typing import Text


def main(url: Text) -> int:
    try:
        with urllib.request.urlopen(url, timeout=4) as answer:
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError):
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
