"""Numbers in sentences."""


def plural(number: int, noun: str) -> str:
    """Return a noun as it follows a number, whatever its sign: point, points."""
    return noun if abs(number) == 1 else f"{noun}s"


def many(number: int, noun: str) -> str:
    """Return a number of things: 1 point, -2 points, 3 pending points."""
    return f"{number} {plural(number, noun)}"


def points(number: int) -> str:
    """Return a number of points."""
    return many(number, "point")


def verb(number: int, one: str, several: str) -> str:
    """Return a verb as it goes with a number: is, are."""
    return one if abs(number) == 1 else several
