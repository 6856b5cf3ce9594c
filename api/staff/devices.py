"""A browser in plain words, from what it says of itself."""

_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


def in_words(user_agent: str) -> str:
    """``Firefox en Windows``; what can't be told is left out."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "Un navegador")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), None)
    return f"{browser} en {system}" if system else browser
