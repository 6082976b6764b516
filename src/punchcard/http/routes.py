"""The whole API on one page: what there is, and who may call it.

After the operation stand the kinds of callers that it is for, then the roles in which an administrator may call it
(access/roles.py says what each is trusted with). `own` names the path's user, who must be the caller where an end user
calls; `streams` is true of an answer that goes on; `status` is what success is answered with, 200 but where the
reference says 201. The two first lines are the hot lane's.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from punchcard.access import audit, clients, issuers, settings, staff, tenants, tokens
from punchcard.access.principals import Kind
from punchcard.access.roles import INTEGRATION, MANAGER, OWNER, SUPPORT, VIEWER, Role
from punchcard.commands import refer
from punchcard.commands import tranches as tranche_commands
from punchcard.commands.adjust_points import adjust_points, approve_adjustment, reject_adjustment
from punchcard.commands.agree import give_consent, revoke_consent
from punchcard.commands.award_badge import award_badge
from punchcard.commands.change_tenant import patch_tenant
from punchcard.commands.close_account import close_account
from punchcard.commands.erase_person import erase_person
from punchcard.commands.expire_points import trigger_one_policy, trigger_points_policies
from punchcard.commands.export_person import export_person
from punchcard.commands.merge_accounts import merge_accounts
from punchcard.commands.on_behalf import command_user, purchase_for_user, redeem_for_user, validate_for_user
from punchcard.commands.populate_reactors import populate_reactors
from punchcard.commands.purchase_reward import purchase_reward
from punchcard.commands.readmit import release_duplicate, resubmit_quarantined
from punchcard.commands.redeem_benefit import redeem_benefit
from punchcard.commands.refund_voucher import refund_voucher
from punchcard.commands.register_account import register_account
from punchcard.commands.release_points import activate_points, cancel_points
from punchcard.commands.reverse_event import reverse_event
from punchcard.commands.set_attributes import create_attribute, create_attributes
from punchcard.commands.update_profile import update_profile
from punchcard.commands.validate_voucher import validate_voucher
from punchcard.events import (
    alerts,
    duplicates,
    event_type_check,
    event_type_exchange,
    event_type_secrets,
    event_type_versions,
    event_types,
    export,
    offers,
    preview,
    quarantine,
    standing,
    statistics,
    stream,
    volumes,
    webhooks,
)
from punchcard.events.explain import explain_event
from punchcard.http import hot, live, rate_limits
from punchcard.jobs import jobs
from punchcard.jobs.backtest import backtest_reactor
from punchcard.jobs.import_users import import_users
from punchcard.jobs.integrity import check_integrity
from punchcard.points import adjustments, integrity, lot_list, outlook, over_time, policies, wallet
from punchcard.reactors import check, counters, lifecycle, reactors, versions
from punchcard.referrals import campaigns, referral_codes, referrals, tranches
from punchcard.rewards import (
    benefits,
    categories,
    code_pools,
    code_uploads,
    discounts,
    pool_codes,
    shelf,
    venues,
    visibility,
)
from punchcard.users import (
    attribute_list,
    audience_builder,
    audience_stays,
    audiences,
    badge_collection,
    badge_holders,
    badges,
    consent_types,
    consents,
    imports,
    tier_progress,
    tiers,
    user_list,
    users,
)

Operation = Callable[..., Awaitable[Any]]

ADMIN = (Kind.ADMIN,)
MEMBER = (Kind.ADMIN, Kind.USER)
REPORTER = (Kind.ADMIN, Kind.USER, Kind.SECRET)

ANY = (OWNER, MANAGER, SUPPORT, VIEWER, INTEGRATION)
LOOK = (OWNER, MANAGER, SUPPORT, VIEWER)  # to read what a till has no use for
WORK = (OWNER, MANAGER, SUPPORT, INTEGRATION)  # what tills and shops do all day
DESK = (OWNER, MANAGER, SUPPORT)  # what is done for one member
SET_UP = (OWNER, MANAGER)  # the programme itself
MACHINE = (OWNER, INTEGRATION)  # to speak for users
OWN = (OWNER,)


class Route(Struct, frozen=True):
    """One operation: its address, its function, and the kinds of callers that it is for, and administrators' roles."""

    method: str
    path: str
    operation: Operation
    who: tuple[Kind, ...]
    roles: tuple[Role, ...]
    own: str | None = None
    streams: bool = False
    status: int = 200

    @property
    def name(self) -> str:
        """The operation's id in the OpenAPI document."""
        return str(self.operation.__name__)

    @property
    def summary(self) -> str:
        """The first sentence of the operation's docstring."""
        return (self.operation.__doc__ or "").strip().partition("\n")[0]


# fmt: off
ROUTES = (
    Route("POST",   "/v1/events/",                       hot.report_one,                REPORTER, WORK),
    Route("POST",   "/v1/events/batch",                  hot.report_batch,              REPORTER, WORK),
    Route("GET",    "/v1/events/",                       stream.list_events,            MEMBER, ANY),
    Route("GET",    "/v1/events/stream",                 live.stream_events,            ADMIN, LOOK, streams=True),
    Route("GET",    "/v1/events/export.csv",             export.export_events_as_csv,   ADMIN, LOOK),
    Route("GET",    "/v1/events/export.jsonl",           export.export_events_as_json_lines, ADMIN, LOOK),
    Route("POST",   "/v1/events/test_reaction",          preview.preview_event,         ADMIN, ANY),
    Route("GET",    "/v1/events/{id}",                   stream.get_event,              MEMBER, ANY),
    Route("GET",    "/v1/events/{id}/reactions",         stream.get_reactions,          ADMIN, ANY),
    Route("GET",    "/v1/events/{id}/explain",           explain_event,                 MEMBER, ANY),
    Route("GET",    "/v1/events/{id}/webhooks",          webhooks.get_webhooks,         ADMIN, LOOK),
    Route("POST",   "/v1/events/{id}/reverse",           reverse_event,                 ADMIN, DESK),

    Route("GET",    "/v1/duplicates/",                   duplicates.list_duplicates,    ADMIN, LOOK),
    Route("GET",    "/v1/duplicates/{id}",               duplicates.get_duplicate,      ADMIN, LOOK),
    Route("POST",   "/v1/duplicates/{id}/release",       release_duplicate,             ADMIN, DESK),
    Route("GET",    "/v1/quarantine/",                   quarantine.list_quarantine,    ADMIN, ANY),
    Route("GET",    "/v1/quarantine/{id}",               quarantine.get_quarantined,    ADMIN, ANY),
    Route("POST",   "/v1/quarantine/{id}/resubmit",      resubmit_quarantined,          ADMIN, DESK),
    Route("POST",   "/v1/quarantine/{id}/discard",       quarantine.discard_quarantined, ADMIN, DESK),

    Route("GET",    "/v1/event_types/",                  event_types.list_event_types,  ADMIN, ANY),
    Route("POST",   "/v1/event_types/",                  event_types.create_event_type, ADMIN, SET_UP),
    Route("POST",   "/v1/event_types/check",             event_type_check.check_event_type, ADMIN, LOOK),
    Route("GET",    "/v1/event_types/export",            event_type_exchange.export_event_types, ADMIN, LOOK),
    Route("POST",   "/v1/event_types/import",            event_type_exchange.import_event_types, ADMIN, SET_UP),
    Route("GET",    "/v1/event_types/{identifier}",      event_types.get_event_type,    ADMIN, ANY),
    Route("PATCH",  "/v1/event_types/{identifier}",      event_types.patch_event_type,  ADMIN, SET_UP),
    Route("GET",    "/v1/event_types/{identifier}/example", event_type_versions.get_example, ADMIN, ANY),
    Route("GET",    "/v1/event_types/{identifier}/versions/", event_type_versions.list_versions, ADMIN, ANY),
    Route("GET",    "/v1/event_types/{identifier}/versions/{number}", event_type_versions.get_version, ADMIN, ANY),
    Route("GET",    "/v1/event_types/{identifier}/versions/{number}/schema", event_type_versions.get_schema, ADMIN, ANY),
    Route("GET",    "/v1/event_types/{identifier}/secret", event_type_secrets.get_secret, ADMIN, OWN),
    Route("GET",    "/v1/event_types/{identifier}/secrets/", event_type_secrets.list_secrets, ADMIN, OWN),
    Route("POST",   "/v1/event_types/{identifier}/secrets/", event_type_secrets.create_secret, ADMIN, OWN),
    Route("GET",    "/v1/event_types/{identifier}/secrets/{secret_id}", event_type_secrets.get_secret_in_full, ADMIN, OWN),
    Route("PATCH",  "/v1/event_types/{identifier}/secrets/{secret_id}", event_type_secrets.patch_secret, ADMIN, OWN),
    Route("DELETE", "/v1/event_types/{identifier}/secrets/{secret_id}", event_type_secrets.revoke_secret, ADMIN, OWN),
    Route("POST",   "/v1/event_types/{identifier}/secrets/{secret_id}/rotate", event_type_secrets.rotate_secret, ADMIN, OWN),

    Route("GET",    "/v1/event_reactors/",               reactors.list_reactors,        ADMIN, LOOK),
    Route("POST",   "/v1/event_reactors/",               reactors.create_reactor,       ADMIN, SET_UP),
    Route("POST",   "/v1/event_reactors/check",          check.check_constraint,        ADMIN, LOOK),
    Route("POST",   "/v1/event_reactors/backtest",       backtest_reactor,              ADMIN, SET_UP),
    Route("GET",    "/v1/event_reactors/{id}",           reactors.get_reactor,          ADMIN, LOOK),
    Route("PATCH",  "/v1/event_reactors/{id}",           reactors.patch_reactor,        ADMIN, SET_UP),
    Route("DELETE", "/v1/event_reactors/{id}",           reactors.end_reactor,          ADMIN, SET_UP),
    Route("POST",   "/v1/event_reactors/{id}/publish",   lifecycle.publish_reactor,     ADMIN, SET_UP),
    Route("POST",   "/v1/event_reactors/{id}/pause",     lifecycle.pause_reactor,       ADMIN, SET_UP),
    Route("POST",   "/v1/event_reactors/{id}/resume",    lifecycle.resume_reactor,      ADMIN, SET_UP),
    Route("POST",   "/v1/event_reactors/{id}/clone",     lifecycle.clone_reactor,       ADMIN, SET_UP),
    Route("GET",    "/v1/event_reactors/{id}/versions/", versions.list_reactor_versions, ADMIN, LOOK),
    Route("GET",    "/v1/event_reactors/{id}/versions/{version}", versions.get_reactor_version, ADMIN, LOOK),
    Route("GET",    "/v1/event_reactors/{id}/versions/{version}/diff/{other}", versions.diff_reactor_versions, ADMIN, LOOK),

    Route("GET",    "/v1/counters/",                     counters.list_counters,        ADMIN, ANY),
    Route("POST",   "/v1/counters/",                     counters.create_counter,       ADMIN, SET_UP),
    Route("GET",    "/v1/counters/{id}",                 counters.get_counter,          ADMIN, ANY),
    Route("PATCH",  "/v1/counters/{id}",                 counters.patch_counter,        ADMIN, SET_UP),
    Route("DELETE", "/v1/counters/{id}",                 counters.delete_counter,       ADMIN, SET_UP),

    Route("GET",    "/v1/tenant/",                       tenants.get_tenant,            ADMIN, ANY),
    Route("PATCH",  "/v1/tenant/",                       patch_tenant,                  ADMIN, OWN),
    Route("POST",   "/v1/tenant/populate_reactors",      populate_reactors,             ADMIN, OWN),

    Route("GET",    "/v1/rate_limits",                   rate_limits.get_rate_limits,   ADMIN, OWN),

    Route("GET",    "/v1/staff/",                        staff.list_staff,              ADMIN, OWN),
    Route("POST",   "/v1/staff/",                        staff.create_staff,            ADMIN, OWN),
    Route("GET",    "/v1/staff/{staff_id}",              staff.get_staff,               ADMIN, OWN),
    Route("PATCH",  "/v1/staff/{staff_id}",              staff.patch_staff,             ADMIN, OWN),
    Route("POST",   "/v1/staff/{staff_id}/reset",        staff.reset_staff,             ADMIN, OWN),
    Route("DELETE", "/v1/staff/{staff_id}",              staff.remove_staff,            ADMIN, OWN),

    Route("GET",    "/v1/clients/",                      clients.list_clients,          ADMIN, OWN),
    Route("POST",   "/v1/clients/",                      clients.create_client,         ADMIN, OWN),
    Route("GET",    "/v1/clients/{client_id}",           clients.get_client,            ADMIN, OWN),
    Route("PATCH",  "/v1/clients/{client_id}",           clients.patch_client,          ADMIN, OWN),
    Route("DELETE", "/v1/clients/{client_id}",           clients.revoke_client,         ADMIN, OWN),
    Route("POST",   "/v1/clients/{client_id}/rotate",    clients.rotate_client,         ADMIN, OWN),

    Route("GET",    "/v1/audit/",                        audit.list_audit,              ADMIN, OWN),
    Route("GET",    "/v1/audit/{id}",                    audit.get_audit_entry,         ADMIN, OWN),

    Route("GET",    "/v1/settings/",                     settings.list_settings,        ADMIN, ANY),
    Route("POST",   "/v1/settings/",                     settings.create_setting,       ADMIN, OWN, status=201),
    Route("PATCH",  "/v1/settings/",                     settings.patch_settings,       ADMIN, OWN),
    Route("GET",    "/v1/settings/{name}",               settings.get_setting,          ADMIN, ANY),

    Route("GET",    "/v1/users/",                        user_list.list_users,          ADMIN, ANY),
    Route("POST",   "/v1/users/",                        register_account,              ADMIN, WORK),
    Route("POST",   "/v1/users/import",                  import_users,                  ADMIN, WORK),
    Route("GET",    "/v1/user_imports/{id}/refused",     imports.list_refused_rows,     ADMIN, WORK),
    Route("GET",    "/v1/users/summary",                 user_list.list_user_summaries, ADMIN, ANY),
    Route("GET",    "/v1/users/{id}",                    users.get_user,                MEMBER, ANY, own="id"),
    Route("GET",    "/v1/users/{id}/active_campaign",    refer.get_active_campaign,     MEMBER, ANY, own="id"),
    Route("PATCH",  "/v1/users/{id}",                    update_profile,                MEMBER, WORK, own="id"),
    Route("DELETE", "/v1/users/{id}",                    close_account,                 ADMIN, DESK),
    Route("POST",   "/v1/users/{id}/erase",              erase_person,                  ADMIN, SET_UP),
    Route("GET",    "/v1/users/{id}/export",             export_person,                 MEMBER, DESK, own="id"),
    Route("POST",   "/v1/users/{id}/merge",              merge_accounts,                ADMIN, DESK),
    Route("GET",    "/v1/users/{user_id}/wallet",        wallet.get_wallet,             MEMBER, ANY, own="user_id"),
    Route("GET",    "/v1/users/{user_id}/wallet/predictions", outlook.get_predictions, MEMBER, ANY, own="user_id"),
    Route("GET",    "/v1/users/{user_id}/wallet/lots",   lot_list.get_lots,             MEMBER, ANY, own="user_id"),
    Route("GET",    "/v1/users/{user_id}/wallet/history", over_time.get_wallet_history, MEMBER, ANY, own="user_id"),
    Route("GET",    "/v1/users/{user_id}/counters",      standing.list_user_counters,   MEMBER, ANY, own="user_id"),
    Route("POST",   "/v1/users/{user_id}/access_tokens", tokens.mint_user_token,        ADMIN, MACHINE),

    Route("GET",    "/v1/attributes/",                   attribute_list.list_attributes, MEMBER, ANY),
    Route("POST",   "/v1/attributes/",                   create_attribute,              ADMIN, WORK),
    Route("POST",   "/v1/attributes/batch",              create_attributes,             ADMIN, WORK),
    Route("GET",    "/v1/attributes/{id}",               attribute_list.get_attribute,  MEMBER, ANY),
    Route("GET",    "/v1/consents/",                     consents.list_consents,        MEMBER, ANY),
    Route("POST",   "/v1/consents/",                     give_consent,                  MEMBER, WORK),
    Route("GET",    "/v1/consents/{id}",                 consents.get_consent,          MEMBER, ANY),
    Route("DELETE", "/v1/consents/{id}",                 revoke_consent,                MEMBER, WORK),
    Route("GET",    "/v1/consent_types/",                consent_types.list_consent_types, MEMBER, ANY),
    Route("POST",   "/v1/consent_types/",                consent_types.create_consent_type, ADMIN, SET_UP),
    Route("GET",    "/v1/consent_types/{id}",            consent_types.get_consent_type, MEMBER, ANY),
    Route("PATCH",  "/v1/consent_types/{id}",            consent_types.patch_consent_type, ADMIN, SET_UP),
    Route("DELETE", "/v1/consent_types/{id}",            consent_types.delete_consent_type, ADMIN, SET_UP),

    Route("GET",    "/v1/points_liability_criteria/",    policies.list_points_policies, ADMIN, LOOK),
    Route("POST",   "/v1/points_liability_criteria/",    policies.create_points_policy, ADMIN, SET_UP),
    Route("POST",   "/v1/points_liability_criteria/trigger_one", trigger_one_policy,    ADMIN, SET_UP),
    Route("POST",   "/v1/points_liability_criteria/trigger_daily_cron", trigger_points_policies, ADMIN, SET_UP),
    Route("GET",    "/v1/points_liability_criteria/{id}", policies.get_points_policy,   ADMIN, LOOK),
    Route("PATCH",  "/v1/points_liability_criteria/{id}", policies.patch_points_policy, ADMIN, SET_UP),
    Route("DELETE", "/v1/points_liability_criteria/{id}", policies.delete_points_policy, ADMIN, SET_UP),

    Route("GET",    "/v1/tiers/",                        tier_progress.list_tiers,      MEMBER, ANY),
    Route("POST",   "/v1/tiers/",                        tiers.create_tier,             ADMIN, SET_UP),
    Route("GET",    "/v1/tiers/{id}",                    tier_progress.get_tier,        MEMBER, ANY),
    Route("PATCH",  "/v1/tiers/{id}",                    tiers.patch_tier,              ADMIN, SET_UP),
    Route("DELETE", "/v1/tiers/{id}",                    tiers.delete_tier,             ADMIN, SET_UP),
    Route("GET",    "/v1/users/{user_id}/tiers",         tier_progress.list_tier_stays, MEMBER, ANY, own="user_id"),

    Route("GET",    "/v1/rewards/",                      offers.list_rewards,           MEMBER, ANY),
    Route("POST",   "/v1/rewards/",                      shelf.create_reward,           ADMIN, SET_UP),
    Route("GET",    "/v1/rewards/availability-criteria-builder/config",
          visibility.get_availability_criteria_config, ADMIN, LOOK),
    Route("GET",    "/v1/rewards/{id}",                  offers.get_reward,             MEMBER, ANY),
    Route("PATCH",  "/v1/rewards/{id}",                  shelf.patch_reward,            ADMIN, SET_UP),
    Route("DELETE", "/v1/rewards/{id}",                  shelf.delete_reward,           ADMIN, SET_UP),
    Route("GET",    "/v1/rewards/{id}/codes",            shelf.list_own_codes,          ADMIN, SET_UP),
    Route("POST",   "/v1/rewards/{id}/codes",            shelf.create_own_code,         ADMIN, SET_UP),
    Route("DELETE", "/v1/rewards/{id}/codes/{code_id}",  shelf.delete_own_code,         ADMIN, SET_UP),
    Route("GET",    "/v1/rewards/{reward_id}/discounts", discounts.list_discounts,      MEMBER, ANY),
    Route("POST",   "/v1/rewards/{reward_id}/discounts", discounts.create_discount,     ADMIN, SET_UP, status=201),
    Route("GET",    "/v1/rewards/{reward_id}/discounts/{id}", discounts.get_discount,   MEMBER, ANY),
    Route("PATCH",  "/v1/rewards/{reward_id}/discounts/{id}", discounts.patch_discount, ADMIN, SET_UP),
    Route("DELETE", "/v1/rewards/{reward_id}/discounts/{id}", discounts.delete_discount, ADMIN, SET_UP),
    Route("GET",    "/v1/reward_categories/",            categories.list_categories,    MEMBER, ANY),
    Route("POST",   "/v1/reward_categories/",            categories.create_category,    ADMIN, SET_UP),
    Route("GET",    "/v1/reward_categories/{id}",        categories.get_category,       MEMBER, ANY),
    Route("PATCH",  "/v1/reward_categories/{id}",        categories.patch_category,     ADMIN, SET_UP),
    Route("DELETE", "/v1/reward_categories/{id}",        categories.delete_category,    ADMIN, SET_UP),
    Route("GET",    "/v1/reward_categories/{id}/rewards", offers.list_rewards_of_category, MEMBER, ANY),
    Route("GET",    "/v1/venues/",                       venues.list_venues,            MEMBER, ANY),
    Route("POST",   "/v1/venues/",                       venues.create_venue,           ADMIN, SET_UP, status=201),
    Route("GET",    "/v1/venues/{id}",                   venues.get_venue,              MEMBER, ANY),
    Route("PATCH",  "/v1/venues/{id}",                   venues.patch_venue,            ADMIN, SET_UP),
    Route("DELETE", "/v1/venues/{id}",                   venues.delete_venue,           ADMIN, SET_UP),
    Route("GET",    "/v1/code_pools/",                   code_pools.list_pools,         ADMIN, LOOK),
    Route("POST",   "/v1/code_pools/",                   code_pools.create_pool,        ADMIN, SET_UP),
    Route("GET",    "/v1/code_pools/{id}",               code_pools.get_pool,           ADMIN, LOOK),
    Route("PATCH",  "/v1/code_pools/{id}",               code_pools.patch_pool,         ADMIN, SET_UP),
    Route("GET",    "/v1/code_pools/{pool_id}/codes/",   pool_codes.list_codes,         ADMIN, SET_UP),
    Route("POST",   "/v1/code_pools/{pool_id}/codes/",   pool_codes.create_code,        ADMIN, SET_UP),
    Route("DELETE", "/v1/code_pools/{pool_id}/codes/",   pool_codes.delete_codes,       ADMIN, SET_UP),
    Route("POST",   "/v1/code_pools/{pool_id}/codes/create_bulk", pool_codes.create_codes, ADMIN, SET_UP),
    Route("POST",   "/v1/code_pools/{pool_id}/codes/upload", code_uploads.upload_codes, ADMIN, SET_UP),
    Route("GET",    "/v1/code_pools/{pool_id}/codes/{id}", pool_codes.get_code,         ADMIN, SET_UP),
    Route("DELETE", "/v1/code_pools/{pool_id}/codes/{id}", pool_codes.delete_code,      ADMIN, SET_UP),
    Route("GET",    "/v1/audiences/",                    audiences.list_audiences,      ADMIN, LOOK),
    Route("POST",   "/v1/audiences/",                    audiences.create_audience,     ADMIN, SET_UP),
    Route("GET",    "/v1/audiences/criteria-builder/config", audience_builder.get_criteria_config, ADMIN, LOOK),
    Route("POST",   "/v1/audiences/preview",             audience_builder.preview_audience, ADMIN, LOOK),
    Route("GET",    "/v1/audiences/{id}",                audiences.get_audience,        ADMIN, LOOK),
    Route("PATCH",  "/v1/audiences/{id}",                audiences.patch_audience,      ADMIN, SET_UP),
    Route("DELETE", "/v1/audiences/{id}",                audiences.delete_audience,     ADMIN, SET_UP),
    Route("POST",   "/v1/audiences/{id}/trigger-search-results", audience_builder.trigger_search_results, ADMIN, SET_UP),
    Route("GET",    "/v1/audiences/{id}/results",        audience_stays.list_results,   ADMIN, LOOK),
    Route("GET",    "/v1/users/{user_id}/audiences",     audience_stays.list_audience_stays, ADMIN, LOOK),

    Route("GET",    "/v1/badges/",                       badge_collection.list_badges,  MEMBER, ANY),
    Route("POST",   "/v1/badges/",                       badges.create_badge,           ADMIN, SET_UP),
    Route("GET",    "/v1/badges/earned",                 badge_collection.list_earned_badges, MEMBER, ANY),
    Route("GET",    "/v1/badges/{id}",                   badge_collection.get_badge,    MEMBER, ANY),
    Route("PATCH",  "/v1/badges/{id}",                   badges.patch_badge,            ADMIN, SET_UP),
    Route("GET",    "/v1/badges/{id}/holders",           badge_holders.list_badge_holders, ADMIN, LOOK),

    Route("POST",   "/v1/users/{id}/referral_code",      refer.create_referral_code,    MEMBER, WORK, own="id"),
    Route("POST",   "/v1/referral_codes/{code}/referral/activity", refer.record_referral_activity, ADMIN, WORK),
    Route("POST",   "/v1/referral_codes/referral/tranche_status", refer.get_tranche_status, ADMIN, WORK),
    Route("GET",    "/v1/referrals/",                    referrals.list_referrals,      ADMIN, LOOK),
    Route("GET",    "/v1/referrals/{id}",                referrals.get_referral,        ADMIN, LOOK),
    Route("POST",   "/v1/referrals/{id}/approve",        refer.approve_referral,        ADMIN, SET_UP),
    Route("POST",   "/v1/referrals/{id}/reject",         refer.reject_referral,         ADMIN, SET_UP),
    Route("GET",    "/v1/campaigns/",                    campaigns.list_campaigns,      ADMIN, LOOK),
    Route("POST",   "/v1/campaigns/",                    campaigns.create_campaign,     ADMIN, SET_UP, status=201),
    Route("GET",    "/v1/campaigns/{id}",                campaigns.get_campaign,        ADMIN, LOOK),
    Route("PATCH",  "/v1/campaigns/{id}",                campaigns.patch_campaign,      ADMIN, SET_UP),
    Route("DELETE", "/v1/campaigns/{id}",                campaigns.delete_campaign,     ADMIN, SET_UP),
    Route("GET",    "/v1/campaigns/{campaign_id}/referral_codes/", referral_codes.list_referral_codes, ADMIN, LOOK),
    Route("GET",    "/v1/campaigns/{campaign_id}/referral_codes/{id}", referral_codes.get_referral_code, ADMIN, LOOK),
    Route("PATCH",  "/v1/campaigns/{campaign_id}/referral_codes/{id}", referral_codes.patch_referral_code,
          ADMIN, DESK),
    Route("DELETE", "/v1/campaigns/{campaign_id}/referral_codes/{id}", referral_codes.delete_referral_code,
          ADMIN, DESK),
    Route("POST",   "/v1/campaigns/{campaign_id}/referral_codes/{id}/referral", refer.create_referral, ADMIN, WORK),
    Route("GET",    "/v1/campaigns/{campaign_id}/tranches/", tranches.list_tranches,    ADMIN, LOOK),
    Route("POST",   "/v1/campaigns/{campaign_id}/tranches/", tranche_commands.create_tranche,
          ADMIN, SET_UP, status=201),
    Route("GET",    "/v1/campaigns/{campaign_id}/tranches/{id}", tranches.get_tranche,  ADMIN, LOOK),
    Route("PATCH",  "/v1/campaigns/{campaign_id}/tranches/{id}", tranche_commands.patch_tranche, ADMIN, SET_UP),
    Route("DELETE", "/v1/campaigns/{campaign_id}/tranches/{id}", tranche_commands.delete_tranche, ADMIN, SET_UP),

    Route("GET",    "/v1/vouchers/",                     benefits.list_vouchers,        MEMBER, ANY),
    Route("GET",    "/v1/vouchers/{id}",                 benefits.get_voucher,          MEMBER, ANY),
    Route("POST",   "/v1/vouchers/{id}/refund",          refund_voucher,                ADMIN, DESK),
    Route("GET",    "/v1/benefits/",                     benefits.list_benefits,        MEMBER, ANY),
    Route("GET",    "/v1/benefits/{id}",                 benefits.get_benefit,          MEMBER, ANY),

    Route("POST",   "/v1/commands/purchase_reward",      purchase_reward,               MEMBER, WORK),
    Route("POST",   "/v1/commands/redeem_benefit",       redeem_benefit,                MEMBER, WORK),
    Route("POST",   "/v1/commands/validate_voucher",     validate_voucher,              ADMIN, WORK),
    Route("POST",   "/v1/users/{id}/purchases",          purchase_for_user,             MEMBER, WORK, own="id"),
    Route("POST",   "/v1/users/{id}/redemptions",        redeem_for_user,               MEMBER, WORK, own="id"),
    Route("POST",   "/v1/users/{id}/redemptions/validate", validate_for_user,           MEMBER, WORK, own="id"),
    Route("POST",   "/v1/users/{id}/commands",           command_user,                  MEMBER, WORK, own="id"),
    Route("POST",   "/v1/commands/adjust_points",        adjust_points,                 ADMIN, DESK),
    Route("POST",   "/v1/commands/award_badge",          award_badge,                   ADMIN, DESK),
    Route("POST",   "/v1/commands/activate_points",      activate_points,               ADMIN, SET_UP),
    Route("POST",   "/v1/commands/cancel_points",        cancel_points,                 ADMIN, SET_UP),

    Route("GET",    "/v1/adjustments/",                  adjustments.list_adjustments,  ADMIN, LOOK),
    Route("GET",    "/v1/adjustments/{id}",              adjustments.get_adjustment,    ADMIN, LOOK),
    Route("POST",   "/v1/adjustments/{id}/approve",      approve_adjustment,            ADMIN, SET_UP),
    Route("POST",   "/v1/adjustments/{id}/reject",       reject_adjustment,             ADMIN, DESK),

    Route("GET",    "/v1/statistics",                    statistics.get_statistics,     ADMIN, LOOK),
    Route("GET",    "/v1/statistics/event_types",        volumes.get_event_volumes,     ADMIN, LOOK),
    Route("GET",    "/v1/statistics/reactors",           volumes.get_reactor_volumes,   ADMIN, LOOK),
    Route("GET",    "/v1/integrity",                     integrity.get_integrity,       ADMIN, LOOK),
    Route("POST",   "/v1/integrity/check",               check_integrity,               ADMIN, SET_UP),

    Route("GET",    "/v1/alerts/",                       alerts.list_alerts,            ADMIN, LOOK),
    Route("GET",    "/v1/alerts/{id}",                   alerts.get_alert,              ADMIN, LOOK),
    Route("POST",   "/v1/alerts/{id}/acknowledge",       alerts.acknowledge_alert,      ADMIN, SET_UP),

    Route("GET",    "/v1/jobs/",                         jobs.list_jobs,                ADMIN, ANY),
    Route("GET",    "/v1/jobs/{id}",                     jobs.get_job,                  ADMIN, ANY),
    Route("POST",   "/v1/jobs/{id}/cancel",              jobs.cancel_job,               ADMIN, SET_UP),

    Route("GET",    "/v1/token_issuers/",                issuers.list_issuers,          ADMIN, LOOK),
    Route("POST",   "/v1/token_issuers/",                issuers.create_issuer,         ADMIN, OWN),
    Route("GET",    "/v1/token_issuers/{issuer_id}",     issuers.get_issuer,            ADMIN, LOOK),
    Route("PATCH",  "/v1/token_issuers/{issuer_id}",     issuers.patch_issuer,          ADMIN, OWN),
    Route("DELETE", "/v1/token_issuers/{issuer_id}",     issuers.delete_issuer,         ADMIN, OWN),
)
# fmt: on
