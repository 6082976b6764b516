-- The venues that a user is linked to, such as the shop where the member is a regular.
alter table users add column linked_venues uuid[] not null default '{}';
