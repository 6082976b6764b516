-- Secrets with names, one a chain of tills, that are rotated: while the overlap lasts, two of one name are valid.

alter table event_type_secrets
    add name text not null default 'default' check (length(name) between 1 and 64),
    add version integer not null default 1 check (version >= 1),
    add successor_id uuid,
    add line_id uuid;

-- A secret's line begins with itself and goes on by its rotations; Idempotency-Keys belong to it.
update event_type_secrets set line_id = id;

-- Of several from before, the newest keeps the plain name.
update event_type_secrets as secret set name = 'default ' || older.place
from (
    select tenant_id, id, row_number() over (partition by tenant_id, event_type_id order by created_at desc, id desc)
        as place from event_type_secrets
) as older
where older.tenant_id = secret.tenant_id and older.id = secret.id and older.place > 1;

-- A secret's successor has taken over its name. It is recorded after the name is free, hence the wait until COMMIT.
alter table event_type_secrets
    alter name drop default,
    alter line_id set not null,
    add foreign key (tenant_id, line_id) references event_type_secrets,
    add foreign key (tenant_id, successor_id) references event_type_secrets deferrable initially deferred,
    add check (successor_id is null or expires_at is not null or revoked_at is not null);

create unique index event_type_secrets_name on event_type_secrets (tenant_id, event_type_id, name)
    where revoked_at is null and successor_id is null;
create index event_type_secrets_of_type on event_type_secrets (tenant_id, event_type_id, id);

-- Apart from the secrets, since processes cache those and drop what they cached at each change.
create table event_type_secret_uses (
    tenant_id uuid not null,
    secret_id uuid not null,
    last_used_at timestamptz not null,
    primary key (tenant_id, secret_id),
    foreign key (tenant_id, secret_id) references event_type_secrets
) with (fillfactor = 50);
