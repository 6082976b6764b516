-- What a member had reached by an event that was undone since: whoever invited him keeps nothing of it.
alter table tranche_activations
    add column withdrawn_at timestamptz,
    add check (withdrawn_at is null or told_at is not null);
