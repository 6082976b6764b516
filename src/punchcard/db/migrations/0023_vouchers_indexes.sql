-- A member has few vouchers: the index of all of them is enough to count, and to find the unused one of a reward.
drop index vouchers_of_member;
drop index vouchers_of_reward;
