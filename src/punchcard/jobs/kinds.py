"""Every kind of job on one page. A name, once given, stays: jobs of it may be waiting."""

from collections.abc import Mapping

from punchcard.events.effects import TELL_REFERRER
from punchcard.jobs import (
    add_up,
    backtest,
    count_past,
    date_idle_points,
    erase_traces,
    expire_points,
    expire_vouchers,
    forget_jobs,
    import_users,
    integrity,
    judge_tiers,
    purchase_rewards,
    refresh_audiences,
    take_back_referral,
    tell_referrer,
    watch_pools,
    watch_velocity,
)
from punchcard.jobs.step import JobKind
from punchcard.users import audiences, tiers

KINDS: Mapping[str, JobKind] = {
    backtest.KIND: JobKind(backtest.step),
    count_past.KIND: JobKind(count_past.step),
    purchase_rewards.KIND: JobKind(purchase_rewards.step, cron="23 2 * * *"),
    "expire_points": JobKind(expire_points.step, cron="*/10 * * * *", for_each_tenant=False, rest=expire_points.REST),
    "expire_vouchers": JobKind(expire_vouchers.step, cron="*/10 * * * *", for_each_tenant=False),
    "date_idle_points": JobKind(date_idle_points.step),
    tiers.JUDGE: JobKind(judge_tiers.step, rest=judge_tiers.REST),
    "end_tiers": JobKind(judge_tiers.step_ending, cron="*/10 * * * *", for_each_tenant=False),
    audiences.REFRESH: JobKind(refresh_audiences.step, rest=refresh_audiences.REST),
    "refresh_due_audiences": JobKind(refresh_audiences.step_due, cron="*/5 * * * *", for_each_tenant=False),
    erase_traces.KIND: JobKind(erase_traces.step),
    import_users.KIND: JobKind(import_users.step, rest=import_users.REST),
    TELL_REFERRER: JobKind(tell_referrer.step),
    take_back_referral.KIND: JobKind(take_back_referral.step),
    integrity.KIND: JobKind(integrity.step, cron="41 3 * * *"),
    "watch_velocity": JobKind(watch_velocity.step, cron="* * * * *", for_each_tenant=False),
    "watch_code_pools": JobKind(watch_pools.step, cron="*/10 * * * *", for_each_tenant=False),
    "add_up_statistics": JobKind(add_up.step, cron="* * * * *", for_each_tenant=False, rest=add_up.REST),
    "forget_jobs": JobKind(forget_jobs.step, cron="17 4 * * *", for_each_tenant=False),
}
