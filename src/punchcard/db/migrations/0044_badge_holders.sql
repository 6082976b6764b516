-- Who has a badge: found by the badge, not member by member.
create index earned_badges_by_badge on earned_badges (tenant_id, badge_id, user_id);
