-- Roles of administrators: of clients, of links to the console, and of the sessions that these open.

-- Whoever could call so far could do everything.
alter table clients drop constraint clients_role_check;
update clients set role = 'OWNER';

-- serial_id: the order in which they are listed. user_id: the member that the client's holder is besides. A secret that
-- was rotated is good until former_until.
alter table clients
    alter role drop default,
    add check (role in ('OWNER', 'MANAGER', 'SUPPORT', 'VIEWER', 'INTEGRATION')),
    add check (length(name) between 1 and 200),
    add serial_id uuid not null default gen_random_uuid(),
    add user_id uuid,
    add former_digest bytea check (length(former_digest) = 32),
    add former_until timestamptz,
    add version integer not null default 1 check (version >= 1),
    add updated_at timestamptz not null default clock_timestamp(),
    add check ((former_digest is null) = (former_until is null)),
    add foreign key (tenant_id, user_id) references users;
alter table clients alter serial_id drop default;
create unique index clients_serial on clients (tenant_id, serial_id);

-- client_id: the client that made the link; none: somebody who can reach the database. A session has the role of its
-- link, and never more than that client has by now.
alter table sign_in_links
    add role text not null default 'OWNER' check (role in ('OWNER', 'MANAGER', 'SUPPORT', 'VIEWER', 'INTEGRATION')),
    add client_id text,
    add foreign key (tenant_id, client_id) references clients;
alter table console_sessions
    add role text not null default 'OWNER' check (role in ('OWNER', 'MANAGER', 'SUPPORT', 'VIEWER', 'INTEGRATION')),
    add client_id text,
    add foreign key (tenant_id, client_id) references clients;
alter table sign_in_links alter role drop default;
alter table console_sessions alter role drop default;
