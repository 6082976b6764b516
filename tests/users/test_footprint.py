"""What becomes of a member's rows, table by table, when accounts are made one and when a member is erased.

A new table that knows users fails here until it is said.
"""

from punchcard.commands.export_person import PARTS
from punchcard.db.connection import Db

# merged: "moves" to the survivor, is "added" to what the survivor has, or "stays" where it was recorded.
MERGED = {
    "activation_windows": "added", "activations": "added", "alerts": "stays", "adjustments": "moves while it waits",
    "attributes": "copied", "audience_stays": "ends", "claims": "moves",
    "clients": "moves", "cloud_events": "stays", "consents": "moves", "counter_runs": "added",
    "counter_values": "added", "duplicates": "moves until it is released", "earned_badges": "added",
    "event_reversals": "stays",
    "events": "stays", "ledger_entries": "stays", "lot_moves": "stays", "lots": "stays", "merges": "stays",
    "near_values": "moves", "outbox": "stays", "referral_codes": "moves", "referrals": "moves",
    "period_points": "added", "quarantine": "moves while it waits", "staff": "moves",
    "tier_points": "added", "tier_stays": "stays", "tranche_activations": "moves",
    "user_contacts": "made anew", "user_keys": "moves",
    "velocity_counts": "stays", "vouchers": "moves", "wallets": "emptied",
}  # fmt: skip

# erased: what is "dropped", "emptied" of all but ids and numbers, or "stays", since nothing in it names a person.
ERASED = {
    "activation_windows": "stays", "activations": "stays", "alerts": "stays", "adjustments": "emptied",
    "attributes": "dropped",
    "audience_stays": "stays",
    "claims": "dropped", "clients": "emptied", "cloud_events": "stays", "consents": "dropped", "counter_runs": "stays",
    "counter_values": "stays", "duplicates": "dropped", "earned_badges": "stays", "event_reversals": "stays",
    "events": "stays",
    "ledger_entries": "stays", "lot_moves": "stays", "lots": "stays", "merges": "stays", "near_values": "dropped",
    "outbox": "dropped", "referral_codes": "emptied", "referrals": "emptied",
    "period_points": "stays", "quarantine": "emptied", "staff": "emptied", "tier_points": "stays",
    "tier_stays": "stays", "tranche_activations": "stays",
    "user_contacts": "dropped", "user_keys": "dropped but for ids and account numbers",
    "velocity_counts": "stays", "vouchers": "stays", "wallets": "stays",
}  # fmt: skip

# Not in the export: it follows from what is, or says nothing of the person.
NOT_EXPORTED = {
    "activation_windows", "activations", "alerts", "claims", "clients", "cloud_events", "counter_runs",
    "event_reversals", "lot_moves", "merges", "near_values", "period_points", "staff", "tranche_activations",
    "user_contacts", "velocity_counts",
}  # fmt: skip

COLUMNS = """
    select distinct table_name from information_schema.columns
    where table_schema = current_schema() and column_name = 'user_id'
"""


async def test_every_table_that_knows_users_says_what_becomes_of_it(db: Db) -> None:
    """A table with a `user_id` has its words here, and the commands that merge, erase and export do as they say."""
    tables = {row["table_name"] for row in await db.fetch(COLUMNS)}
    assert (sorted(tables - set(MERGED)), sorted(tables - set(ERASED))) == ([], [])
    assert sorted(tables - {part.table for part in PARTS} - NOT_EXPORTED) == []
