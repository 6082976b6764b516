"""The figures R01 to R20, in the order in which they are tried: those with a fixed size first."""

from typing import NamedTuple


class Figure(NamedTuple):
    """What is to hold. `weight`: its share of the time. `missing`: why nothing tries it, if nothing does."""

    name: str
    what: str
    weight: float = 1
    missing: str = ""


FIGURES = (
    Figure("R05", "no age around the border of 60 s is misjudged"),
    Figure("R09", "every operation answers every kind of caller as declared, and shows nothing of another tenant's", 3),
    Figure("R10", "every balance of real baskets is the model's: in order, shuffled, twice, with kills", 3),
    Figure("R14", "no address within is called by a webhook", 0.5),
    Figure("R17", "no attack on tokens and sessions gets through", 2),
    Figure("R18", "nothing of an erased person is left, and the books are as they were"),
    Figure("R19", "every seeded bug is caught", 8),
    Figure("R12", "loops and fan-outs end within their budget"),
    Figure("R13", "each webhook is delivered at least once", missing="nothing delivers yet; R03 has those that wait"),
    Figure("R15", "migration under load from every released schema"),
    Figure("R16", "backup and restore"),
    Figure("R20", "slow clients and an exhausted pool harm nobody else"),
    Figure("R04", "of concurrent duplicates one is recorded, and every 409 names it", 2),
    Figure("R06", "of 32 purchases as many succeed as the balance affords", 2),
    Figure("R07", "stock and codes go exactly once", 3),
    Figure("R03", "whatever happens at a failpoint, nothing is lost or doubled", 6),
    Figure("R01", "kill -9 of the engine loses and doubles nothing", 8),
    Figure("R02", "kill -9 of PostgreSQL loses and doubles nothing, and is over within 5 s", 6),
    Figure("N01", "whatever happens in whatever order, nothing is lost or doubled", 6),
    Figure("N02", "networks, disks, memory, processors and whole servers fail: nothing is lost or doubled", 4),
    Figure("M01", "at least 85 % of the mutants of the kernel, the ledger and duplicates are seen", 8),
    Figure("R08", "fuzzed requests are answered as described, never by a 5xx", 12),
    Figure("R11", "hours under load with faults: everything recorded once, and memory stays as it is", 12),
)
