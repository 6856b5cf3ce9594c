"""``python -m api.cli.healthcheck URL``: exit 0 if the address answers well. For containers, which lack curl."""

import sys

import httpx


def main(url: str) -> int:
    try:
        return 0 if httpx.get(url, timeout=4).is_success else 1
    except httpx.HTTPError:
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
