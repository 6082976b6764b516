-- All attributes that a user has, or had, are looked at by a replay and by erasure.
create index attributes_of_user on attributes (tenant_id, user_id) where user_id is not null;
