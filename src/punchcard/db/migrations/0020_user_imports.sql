-- Files of users being imported. A row's content goes as soon as somebody was registered for it, or it was refused: what
-- is left of a file are counts, and for rows that were refused their numbers and the reasons.
create table user_imports (
    tenant_id uuid not null references tenants,
    id uuid not null,
    digest bytea not null check (length(digest) = 32),
    created_by text not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    unique (tenant_id, digest)
);

create table user_import_rows (
    tenant_id uuid not null,
    id uuid not null,
    import_id uuid not null,
    number integer not null check (number >= 1),
    content json,
    code text,
    pointer text,
    detail text,
    primary key (tenant_id, id),
    foreign key (tenant_id, import_id) references user_imports on delete cascade,
    check ((content is null) = (code is not null) and (code is null) = (detail is null))
);
create index user_import_rows_waiting on user_import_rows (tenant_id, import_id, number) where content is not null;
create index user_import_rows_refused on user_import_rows (tenant_id, import_id, id) where content is null;
