-- What was posted in a time, of all members together: entries are added in the order of time, so that a few bytes for
-- each megabyte of them say where a time is. Costs an insert next to nothing.
create index ledger_entries_recorded on ledger_entries using brin (recorded_at) with (pages_per_range = 32);
