"""Ever fewer subjects, down to one: what events of one member cost that wait for each other."""

from bench.growth import MEMBERS
from bench.load import Measured
from bench.stage import Stage, send
from bench.table import Size, Table, cells, ratio

SUBJECTS = (MEMBERS, 100, 10, 1)


async def by_subjects(stage: Stage, size: Size) -> Table:
    """Measure single events and batches about ever fewer members, to those about all, in turn."""
    shop = await stage.shop(MEMBERS)
    found: dict[tuple[int, bool], list[Measured]] = {}
    for _ in range(size.rounds):
        for subjects in SUBJECTS:
            for batch in (False, True):
                fields = {"path": "/v1/events/batch", "events": 100, "connections": 4} if batch else {}
                await stage.quiet()
                measured = await send(stage.load(shop, seconds=2, subjects=subjects, **fields))
                found.setdefault((subjects, batch), []).append(measured)
                kind = "batches" if batch else "single"
                print(f"  {subjects:6} {kind:8} {measured.rate:7.0f}/s  p99 {measured.p99_ms:7.2f} ms", flush=True)
        await stage.tidy()
    rows, figures = [], {}
    for subjects in SUBJECTS:
        row = [f"{subjects:,}"]
        for batch in (False, True):
            own, all_members = found[subjects, batch], found[MEMBERS, batch]
            figure = ratio([each.rate for each in own], [each.rate for each in all_members])
            row += [*cells(figure), f"{min(each.p99_ms for each in own):.1f} ms"]
            if subjects != MEMBERS:
                kind = "batches of 100" if batch else "single"
                figures[f"{subjects:,} subjects, {kind}, to {MEMBERS:,}"] = figure
        rows.append(row)
    columns = ["Subjects", "single events, to all members", "rounds", "p99", "batches of 100", "rounds", "p99"]
    return Table("Hot subjects", columns, rows, figures)
