-- What a version of an event type says beside its schema. A version from before says nothing: everything is as it was.
alter table event_type_versions
    add column settings json not null default '{}',
    add column enhancers json not null default '[]',
    add column meta_type_mappings json not null default '[]';
