--
-- PostgreSQL database dump
--

\restrict r4yh4fCVIKatwWVWz4csLhcymLCrPb76KceUstehz3bYK6lUaf9d5mfvxwrdzYX

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: bump_catalogue(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.bump_catalogue() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    changed uuid := coalesce(new.tenant_id, old.tenant_id);
begin
    insert into catalogue_versions as current (tenant_id) values (changed)
    on conflict (tenant_id) do update set version = current.version + 1;
    perform pg_notify('punchcard_catalogue', changed::text);
    return null;
end $$;


--
-- Name: bump_catalogue_of_tenant(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.bump_catalogue_of_tenant() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into catalogue_versions as current (tenant_id) values (new.id)
    on conflict (tenant_id) do update set version = current.version + 1;
    perform pg_notify('punchcard_catalogue', new.id::text);
    return null;
end $$;


--
-- Name: note_event_user(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.note_event_user() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    new.event_user_id := coalesce(new.event_user_id, new.user_id);
    return new;
end $$;


--
-- Name: note_points_terms(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.note_points_terms(changed uuid) RETURNS void
    LANGUAGE sql
    AS $$
    with now_in_force as (
        select tenant.id, tenant.time_zone, coalesce((
            select json_agg(json_build_array(policy.id, policy.version) order by policy.id) from points_policies as policy
            where policy.tenant_id = tenant.id and policy.is_active and policy.deleted_at is null
        ), '[]'::json) as policies
        from tenants as tenant where tenant.id = changed
    ), last as (
        select * from points_terms where tenant_id = changed order by number desc limit 1
    )
    insert into points_terms (tenant_id, number, time_zone, policies)
    select now_in_force.id, coalesce(last.number, 0) + 1, now_in_force.time_zone, now_in_force.policies
    from now_in_force left join last on true
    where last.number is null or last.time_zone <> now_in_force.time_zone
        or last.policies::text <> now_in_force.policies::text
$$;


--
-- Name: note_terms_of_policy(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.note_terms_of_policy() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform note_points_terms(new.tenant_id);
    return null;
end $$;


--
-- Name: note_terms_of_tenant(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.note_terms_of_tenant() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform note_points_terms(new.id);
    return null;
end $$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception '% is append-only: counter it with a new row', tg_table_name using errcode = 'restrict_violation';
end $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: activation_windows; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.activation_windows (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    counter_id uuid NOT NULL,
    stretch text NOT NULL,
    count integer NOT NULL,
    points bigint NOT NULL,
    fired_at timestamp with time zone[] DEFAULT '{}'::timestamp with time zone[] NOT NULL,
    CONSTRAINT activation_windows_count_check CHECK ((count >= 0)),
    CONSTRAINT activation_windows_fired_at_check CHECK ((cardinality(fired_at) <= 1000)),
    CONSTRAINT activation_windows_points_check CHECK ((points >= 0))
)
WITH (fillfactor='70');


--
-- Name: activations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.activations (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    counter_id uuid CONSTRAINT activations_reactor_id_not_null NOT NULL,
    count integer NOT NULL,
    CONSTRAINT activations_count_check CHECK ((count >= 0))
)
WITH (fillfactor='70');


--
-- Name: adjustments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.adjustments (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    points bigint NOT NULL,
    impact text NOT NULL,
    liability_handling text NOT NULL,
    reason text NOT NULL,
    status text DEFAULT 'PENDING'::text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    resolved_by text,
    resolved_at timestamp with time zone,
    event_id uuid,
    CONSTRAINT adjustments_check CHECK ((expires_at > requested_at)),
    CONSTRAINT adjustments_check1 CHECK (
CASE impact
    WHEN 'EARN'::text THEN (points > 0)
    WHEN 'SPEND'::text THEN (points < 0)
    ELSE true
END),
    CONSTRAINT adjustments_check2 CHECK ((((status = 'PENDING'::text) = (resolved_at IS NULL)) AND ((status = 'PENDING'::text) = (resolved_by IS NULL)))),
    CONSTRAINT adjustments_check3 CHECK (((status = 'APPROVED'::text) = (event_id IS NOT NULL))),
    CONSTRAINT adjustments_check4 CHECK (((status <> 'APPROVED'::text) OR ((resolved_by <> requested_by) AND (resolved_at < expires_at)))),
    CONSTRAINT adjustments_impact_check CHECK ((impact = ANY (ARRAY['EARN'::text, 'SPEND'::text, 'NONE'::text]))),
    CONSTRAINT adjustments_liability_handling_check CHECK ((liability_handling = ANY (ARRAY['BYPASS'::text, 'REJECT_EVENT'::text]))),
    CONSTRAINT adjustments_points_check CHECK ((points <> 0)),
    CONSTRAINT adjustments_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1024))),
    CONSTRAINT adjustments_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'REJECTED'::text])))
);


--
-- Name: alerts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alerts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    user_id uuid,
    reporter text,
    code_pool_id uuid,
    details json NOT NULL,
    status text DEFAULT 'OPEN'::text NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    comment text,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT alerts_check CHECK ((((status = 'OPEN'::text) = (acknowledged_at IS NULL)) AND ((status = 'OPEN'::text) = (acknowledged_by IS NULL)))),
    CONSTRAINT alerts_comment_check CHECK (((length(comment) >= 1) AND (length(comment) <= 1024))),
    CONSTRAINT alerts_kind_check CHECK ((kind = ANY (ARRAY['VELOCITY'::text, 'CODE_POOL_LOW'::text]))),
    CONSTRAINT alerts_status_check CHECK ((status = ANY (ARRAY['OPEN'::text, 'ACKNOWLEDGED'::text]))),
    CONSTRAINT alerts_version_check CHECK ((version >= 1))
);


--
-- Name: attributes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attributes (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    user_id uuid GENERATED ALWAYS AS (
CASE subject_type
    WHEN 'USER'::text THEN subject_id
    ELSE NULL::uuid
END) STORED,
    reward_id uuid GENERATED ALWAYS AS (
CASE subject_type
    WHEN 'REWARD'::text THEN subject_id
    ELSE NULL::uuid
END) STORED,
    key text NOT NULL,
    value json NOT NULL,
    is_enabled boolean NOT NULL,
    event_id uuid,
    reactor_version_id bigint,
    reaction smallint,
    created_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone,
    replaced_by uuid,
    CONSTRAINT attributes_check CHECK (((subject_type <> 'TENANT'::text) OR (subject_id = tenant_id))),
    CONSTRAINT attributes_check1 CHECK (((event_id IS NULL) OR (subject_type = 'USER'::text))),
    CONSTRAINT attributes_check2 CHECK (((reactor_version_id IS NULL) = (reaction IS NULL))),
    CONSTRAINT attributes_check3 CHECK (((replaced_by IS NULL) OR (replaced_at IS NOT NULL))),
    CONSTRAINT attributes_key_check CHECK (((length(key) >= 1) AND (length(key) <= 512))),
    CONSTRAINT attributes_subject_type_check CHECK ((subject_type = ANY (ARRAY['USER'::text, 'REWARD'::text, 'TENANT'::text])))
);


--
-- Name: audience_stays; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audience_stays (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    CONSTRAINT audience_stays_check CHECK ((left_at >= joined_at))
);


--
-- Name: audiences; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audiences (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL,
    criteria json NOT NULL,
    tree json NOT NULL,
    frequency text NOT NULL,
    tells_joined boolean NOT NULL,
    tells_left boolean NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    next_at timestamp with time zone,
    refreshed_at timestamp with time zone,
    size bigint,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT audiences_description_check CHECK (((length(description) >= 2) AND (length(description) <= 10000))),
    CONSTRAINT audiences_frequency_check CHECK ((frequency = ANY (ARRAY['DAILY'::text, 'HOURLY'::text, 'REACTIVE'::text, 'MANUAL'::text, 'DAILY_REACTIVE'::text, 'DAILY_POST_POINTS_LIABILITY'::text]))),
    CONSTRAINT audiences_name_check CHECK (((length(name) >= 2) AND (length(name) <= 200))),
    CONSTRAINT audiences_size_check CHECK ((size >= 0)),
    CONSTRAINT audiences_version_check CHECK ((version >= 1))
);


--
-- Name: audit_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_log (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    operation text NOT NULL,
    request text NOT NULL,
    object_kind text NOT NULL,
    object_id text,
    principal text NOT NULL,
    session text,
    role text,
    request_id text,
    before json,
    after json,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: badges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.badges (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    internal_name text NOT NULL,
    internal_description text,
    details json DEFAULT '[]'::json NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT badges_internal_description_check CHECK ((length(internal_description) <= 1000)),
    CONSTRAINT badges_internal_name_check CHECK (((length(internal_name) >= 1) AND (length(internal_name) <= 200))),
    CONSTRAINT badges_priority_check CHECK ((priority >= 0)),
    CONSTRAINT badges_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'INACTIVE'::text, 'ARCHIVED'::text])))
);


--
-- Name: campaigns; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.campaigns (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    link_config json NOT NULL,
    is_active boolean NOT NULL,
    eligible_audiences uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    hourly_max integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT campaigns_hourly_max_check CHECK ((hourly_max >= 1)),
    CONSTRAINT campaigns_name_check CHECK (((length(name) >= 2) AND (length(name) <= 1024))),
    CONSTRAINT campaigns_version_check CHECK ((version >= 1))
);


--
-- Name: catalogue_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.catalogue_versions (
    tenant_id uuid NOT NULL,
    version bigint DEFAULT 1 NOT NULL
);


--
-- Name: claims; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.claims (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    event_id uuid NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    window_seconds integer DEFAULT 60 NOT NULL,
    CONSTRAINT claims_fingerprint_check CHECK ((length(fingerprint) = 16))
)
WITH (fillfactor='80');


--
-- Name: clients; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.clients (
    tenant_id uuid NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    secret_digest bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    revoked_at timestamp with time zone,
    serial_id uuid NOT NULL,
    user_id uuid,
    former_digest bytea,
    former_until timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT clients_check CHECK (((former_digest IS NULL) = (former_until IS NULL))),
    CONSTRAINT clients_former_digest_check CHECK ((length(former_digest) = 32)),
    CONSTRAINT clients_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT clients_role_check CHECK ((role = ANY (ARRAY['OWNER'::text, 'MANAGER'::text, 'SUPPORT'::text, 'VIEWER'::text, 'INTEGRATION'::text]))),
    CONSTRAINT clients_secret_digest_check CHECK ((length(secret_digest) = 32)),
    CONSTRAINT clients_version_check CHECK ((version >= 1))
);


--
-- Name: cloud_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cloud_events (
    tenant_id uuid NOT NULL,
    digest bytea NOT NULL,
    owner uuid NOT NULL,
    user_id uuid NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT cloud_events_digest_check CHECK ((length(digest) = 16))
);


--
-- Name: code_pools; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.code_pools (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    reward_id uuid,
    name text,
    description text,
    is_active boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    low_mark integer,
    CONSTRAINT code_pools_check CHECK (((name IS NULL) = (reward_id IS NOT NULL))),
    CONSTRAINT code_pools_low_mark_check CHECK ((low_mark >= 1)),
    CONSTRAINT code_pools_name_check CHECK (((length(name) >= 1) AND (length(name) <= 128)))
);


--
-- Name: codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.codes (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    pool_id uuid,
    digest bytea NOT NULL,
    sealed bytea NOT NULL,
    is_shared boolean DEFAULT false NOT NULL,
    taken_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT codes_check CHECK (((pool_id IS NULL) OR (NOT is_shared))),
    CONSTRAINT codes_digest_check CHECK ((length(digest) = 16))
)
WITH (fillfactor='90');


--
-- Name: consent_types; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consent_types (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    required boolean NOT NULL,
    priority bigint DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT consent_types_name_check CHECK (((length(name) >= 1) AND (length(name) <= 128))),
    CONSTRAINT consent_types_priority_check CHECK ((priority >= 0)),
    CONSTRAINT consent_types_version_check CHECK ((version >= 1))
);


--
-- Name: consents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consents (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    consent_type_id uuid NOT NULL,
    given_at timestamp with time zone NOT NULL,
    given_by text NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by text,
    CONSTRAINT consents_check CHECK (((revoked_at IS NULL) = (revoked_by IS NULL)))
);


--
-- Name: console_sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.console_sessions (
    tenant_id uuid NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    idle_expires_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    role text NOT NULL,
    client_id text,
    CONSTRAINT console_sessions_check CHECK ((idle_expires_at <= expires_at)),
    CONSTRAINT console_sessions_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT console_sessions_role_check CHECK ((role = ANY (ARRAY['OWNER'::text, 'MANAGER'::text, 'SUPPORT'::text, 'VIEWER'::text, 'INTEGRATION'::text])))
);


--
-- Name: counter_runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.counter_runs (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    series_id uuid NOT NULL,
    unit text NOT NULL,
    first integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT counter_runs_check CHECK ((last >= first)),
    CONSTRAINT counter_runs_unit_check CHECK ((unit = ANY (ARRAY['DAY'::text, 'WEEK'::text, 'MONTH'::text, 'YEAR'::text])))
)
WITH (fillfactor='70');


--
-- Name: counter_values; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.counter_values (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    series_id uuid NOT NULL,
    stretch text NOT NULL,
    count bigint NOT NULL,
    total numeric NOT NULL,
    CONSTRAINT counter_values_count_check CHECK ((count >= 0))
)
WITH (fillfactor='70');


--
-- Name: counter_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.counter_versions (
    tenant_id uuid NOT NULL,
    counter_id uuid NOT NULL,
    version integer NOT NULL,
    series_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    "constraint" json,
    what text NOT NULL,
    value text,
    per text NOT NULL,
    takes_past boolean NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT counter_versions_check CHECK (((what = 'SUM'::text) = (value IS NOT NULL))),
    CONSTRAINT counter_versions_check1 CHECK (((what <> 'STREAK'::text) OR (per = ANY (ARRAY['DAY'::text, 'WEEK'::text, 'MONTH'::text, 'YEAR'::text])))),
    CONSTRAINT counter_versions_per_check CHECK ((per = ANY (ARRAY['EVER'::text, 'HOUR'::text, 'DAY'::text, 'WEEK'::text, 'MONTH'::text, 'YEAR'::text]))),
    CONSTRAINT counter_versions_version_check CHECK ((version >= 1)),
    CONSTRAINT counter_versions_what_check CHECK ((what = ANY (ARRAY['COUNT'::text, 'SUM'::text, 'STREAK'::text])))
);


--
-- Name: counters; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.counters (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    version integer DEFAULT 1 NOT NULL,
    is_settled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT counters_description_check CHECK (((length(description) >= 1) AND (length(description) <= 1024))),
    CONSTRAINT counters_name_check CHECK ((name ~ '^[a-z][A-Za-z0-9_]{0,63}$'::text)),
    CONSTRAINT counters_version_check CHECK ((version >= 1))
);


--
-- Name: duplicates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.duplicates (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    original_id uuid NOT NULL,
    original_reported_at timestamp with time zone NOT NULL,
    reporter text NOT NULL,
    executor text,
    payload json,
    context json,
    occurred_at timestamp with time zone NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    released_at timestamp with time zone,
    released_by text,
    event_id uuid,
    CONSTRAINT duplicates_check CHECK ((num_nulls(released_at, released_by, event_id) = ANY (ARRAY[0, 3])))
);


--
-- Name: earned_badges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.earned_badges (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    badge_id uuid NOT NULL,
    event_id uuid NOT NULL,
    reactor_version_id bigint,
    reaction smallint,
    change smallint DEFAULT 1 NOT NULL,
    earned_at timestamp with time zone NOT NULL,
    CONSTRAINT earned_badges_change_check CHECK ((change <> 0)),
    CONSTRAINT earned_badges_check CHECK (((reactor_version_id IS NULL) = (reaction IS NULL)))
);


--
-- Name: event_reversals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_reversals (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    event_id uuid NOT NULL,
    from_share integer NOT NULL,
    to_share integer NOT NULL,
    reversal_id uuid NOT NULL,
    CONSTRAINT event_reversals_check CHECK (((to_share > from_share) AND (to_share <= 1000000))),
    CONSTRAINT event_reversals_check1 CHECK ((event_id <> reversal_id)),
    CONSTRAINT event_reversals_from_share_check CHECK ((from_share >= 0))
);


--
-- Name: event_type_secret_uses; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_type_secret_uses (
    tenant_id uuid NOT NULL,
    secret_id uuid NOT NULL,
    last_used_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');


--
-- Name: event_type_secrets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_type_secrets (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    digest bytea NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    name text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    successor_id uuid,
    line_id uuid NOT NULL,
    CONSTRAINT event_type_secrets_check CHECK (((successor_id IS NULL) OR (expires_at IS NOT NULL) OR (revoked_at IS NOT NULL))),
    CONSTRAINT event_type_secrets_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT event_type_secrets_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64))),
    CONSTRAINT event_type_secrets_version_check CHECK ((version >= 1))
);


--
-- Name: event_type_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_type_versions (
    tenant_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    version integer NOT NULL,
    description text NOT NULL,
    schema json,
    omit_from_user_activity boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    settings json DEFAULT '{}'::json NOT NULL,
    enhancers json DEFAULT '[]'::json NOT NULL,
    meta_type_mappings json DEFAULT '[]'::json NOT NULL,
    CONSTRAINT event_type_versions_version_check CHECK ((version >= 1))
);


--
-- Name: event_types; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event_types (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    is_private boolean NOT NULL,
    is_intrinsic boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT event_types_name_check CHECK ((((length(name) >= 2) AND (length(name) <= 64)) AND (name ~ '^[A-Z]+(_[A-Z]+)*$'::text))),
    CONSTRAINT event_types_version_check CHECK ((version >= 1))
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    event_type_version integer NOT NULL,
    reporter text NOT NULL,
    executor text,
    payload json NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    reacted_at timestamp with time zone NOT NULL,
    points bigint NOT NULL,
    verdicts json NOT NULL,
    recorded_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    enhanced json,
    context json,
    terms integer,
    CONSTRAINT events_terms_check CHECK ((terms >= 1))
);


--
-- Name: idempotency_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_keys (
    tenant_id uuid NOT NULL,
    principal text NOT NULL,
    key text NOT NULL,
    request_digest bytea NOT NULL,
    status smallint NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);


--
-- Name: installation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.installation (
    singleton boolean DEFAULT true NOT NULL,
    secret_key text,
    secret_key_check bytea NOT NULL,
    CONSTRAINT installation_singleton_check CHECK (singleton)
);


--
-- Name: integrity_checks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.integrity_checks (
    tenant_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    wallets bigint NOT NULL,
    entries bigint NOT NULL,
    events bigint NOT NULL,
    difference_count bigint NOT NULL,
    differences json NOT NULL,
    accounts json DEFAULT '{}'::json NOT NULL,
    state_hash text,
    CONSTRAINT integrity_checks_check CHECK ((ended_at >= started_at)),
    CONSTRAINT integrity_checks_difference_count_check CHECK ((difference_count >= 0)),
    CONSTRAINT integrity_checks_entries_check CHECK ((entries >= 0)),
    CONSTRAINT integrity_checks_events_check CHECK ((events >= 0)),
    CONSTRAINT integrity_checks_state_hash_check CHECK ((state_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT integrity_checks_wallets_check CHECK ((wallets >= 0))
);


--
-- Name: jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.jobs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    key text,
    input json NOT NULL,
    cursor json,
    state text DEFAULT 'QUEUED'::text NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    total bigint,
    steps integer DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    lease uuid,
    error text,
    result json,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT jobs_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT jobs_check CHECK (((state = ANY (ARRAY['DONE'::text, 'FAILED'::text, 'CANCELLED'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT jobs_check1 CHECK (((lease IS NULL) OR (state = 'RUNNING'::text))),
    CONSTRAINT jobs_check2 CHECK (((state <> 'FAILED'::text) OR (error IS NOT NULL))),
    CONSTRAINT jobs_done_check CHECK ((done >= 0)),
    CONSTRAINT jobs_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT jobs_kind_check CHECK ((kind ~ '^[a-z][a-z_]{1,62}$'::text)),
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'CANCELLED'::text]))),
    CONSTRAINT jobs_steps_check CHECK ((steps >= 0)),
    CONSTRAINT jobs_total_check CHECK ((total >= 0))
)
WITH (fillfactor='70');


--
-- Name: ledger_entries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ledger_entries (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    number bigint NOT NULL,
    event_id uuid NOT NULL,
    reactor_version_id bigint,
    reaction smallint,
    account text NOT NULL,
    points bigint NOT NULL,
    balance_after bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    is_pending boolean DEFAULT false NOT NULL,
    owed bigint DEFAULT 0 NOT NULL,
    is_undo boolean DEFAULT false NOT NULL,
    CONSTRAINT ledger_entries_account_check CHECK ((account = ANY (ARRAY['ISSUE'::text, 'REDEMPTION'::text, 'BREAKAGE'::text, 'ADJUSTMENT'::text, 'MERGE'::text, 'PENDING'::text]))),
    CONSTRAINT ledger_entries_balance_after_check CHECK ((balance_after >= 0)),
    CONSTRAINT ledger_entries_number_check CHECK ((number >= 1)),
    CONSTRAINT ledger_entries_owed_part CHECK (((owed = 0) OR ((NOT is_pending) AND (sign((owed)::double precision) = sign((points)::double precision)) AND (abs(owed) <= abs(points))))),
    CONSTRAINT ledger_entries_points_check CHECK ((points <> 0)),
    CONSTRAINT ledger_entries_reaction_check CHECK ((((reactor_version_id IS NULL) = (reaction IS NULL)) OR ((reactor_version_id IS NULL) AND (account = 'MERGE'::text))))
);


--
-- Name: lot_moves; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.lot_moves (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    entry bigint NOT NULL,
    lot bigint NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    points bigint NOT NULL,
    CONSTRAINT lot_moves_check CHECK ((source <> target)),
    CONSTRAINT lot_moves_points_check CHECK ((points > 0)),
    CONSTRAINT lot_moves_source_check CHECK ((source = ANY (ARRAY['USABLE'::text, 'PENDING'::text, 'ISSUE'::text, 'REDEMPTION'::text, 'ADJUSTMENT'::text, 'MERGE'::text]))),
    CONSTRAINT lot_moves_target_check CHECK ((target = ANY (ARRAY['USABLE'::text, 'DEBT'::text, 'ISSUE'::text, 'REDEMPTION'::text, 'BREAKAGE'::text, 'ADJUSTMENT'::text, 'MERGE'::text])))
);


--
-- Name: lots; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.lots (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    number bigint NOT NULL,
    points bigint NOT NULL,
    remaining bigint NOT NULL,
    earned_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    is_pending boolean NOT NULL,
    usable_at timestamp with time zone,
    awaits text,
    expired bigint DEFAULT 0 NOT NULL,
    withdrawn bigint DEFAULT 0 NOT NULL,
    CONSTRAINT lots_awaits_check CHECK (((length(awaits) >= 1) AND (length(awaits) <= 128))),
    CONSTRAINT lots_check CHECK ((((remaining + expired) + withdrawn) <= points)),
    CONSTRAINT lots_check1 CHECK (((NOT is_pending) OR (((remaining + expired) + withdrawn) = points))),
    CONSTRAINT lots_expired_check CHECK ((expired >= 0)),
    CONSTRAINT lots_number_check CHECK ((number >= 1)),
    CONSTRAINT lots_points_check CHECK ((points > 0)),
    CONSTRAINT lots_remaining_check CHECK ((remaining >= 0)),
    CONSTRAINT lots_withdrawn_check CHECK ((withdrawn >= 0))
)
WITH (fillfactor='70');


--
-- Name: merges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.merges (
    tenant_id uuid NOT NULL,
    merged_user_id uuid NOT NULL,
    user_id uuid NOT NULL,
    merged_event_id uuid NOT NULL,
    event_id uuid NOT NULL,
    earned bigint NOT NULL,
    spent bigint NOT NULL,
    expired bigint NOT NULL,
    adjusted bigint NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    CONSTRAINT merges_check CHECK ((merged_user_id <> user_id)),
    CONSTRAINT merges_earned_check CHECK ((earned >= 0)),
    CONSTRAINT merges_expired_check CHECK ((expired >= 0)),
    CONSTRAINT merges_spent_check CHECK ((spent >= 0))
);


--
-- Name: near_values; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.near_values (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    digest bytea NOT NULL,
    event_id uuid NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    CONSTRAINT near_values_digest_check CHECK ((length(digest) = 16))
);


--
-- Name: outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    reactor_version_id bigint NOT NULL,
    reaction smallint NOT NULL,
    url text NOT NULL,
    headers json NOT NULL,
    body text NOT NULL,
    state text DEFAULT 'QUEUED'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT outbox_state_check CHECK ((state = 'QUEUED'::text)),
    CONSTRAINT outbox_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2048)))
);


--
-- Name: period_points; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.period_points (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    period_start timestamp with time zone NOT NULL,
    through_number bigint NOT NULL,
    earned bigint NOT NULL,
    spent bigint NOT NULL,
    CONSTRAINT period_points_earned_check CHECK ((earned >= 0)),
    CONSTRAINT period_points_spent_check CHECK ((spent >= 0)),
    CONSTRAINT period_points_through_number_check CHECK ((through_number >= 0))
);


--
-- Name: points_policies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.points_policies (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT points_policies_version_check CHECK ((version >= 1))
);


--
-- Name: points_policy_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.points_policy_versions (
    tenant_id uuid NOT NULL,
    policy_id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    config json NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT points_policy_versions_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT points_policy_versions_type_check CHECK ((type = ANY (ARRAY['SIMPLE_EXPIRY'::text, 'MAXIMUM_POINTS_EARN_CAP'::text, 'MAXIMUM_POINTS_SPEND_CAP'::text, 'MAXIMUM_POINTS_BALANCE_CAP'::text, 'PURCHASE_REWARDS'::text]))),
    CONSTRAINT points_policy_versions_version_check CHECK ((version >= 1))
);


--
-- Name: points_terms; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.points_terms (
    tenant_id uuid NOT NULL,
    number integer NOT NULL,
    time_zone text NOT NULL,
    policies json NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT points_terms_number_check CHECK ((number >= 1))
);


--
-- Name: quarantine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quarantine (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    event_type_version integer NOT NULL,
    reporter text NOT NULL,
    executor text,
    payload json NOT NULL,
    context json,
    occurred_at timestamp with time zone NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    faults json NOT NULL,
    status text DEFAULT 'OPEN'::text NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text,
    discard_reason text,
    event_id uuid,
    CONSTRAINT quarantine_check CHECK ((((status = 'OPEN'::text) = (resolved_at IS NULL)) AND ((status = 'OPEN'::text) = (resolved_by IS NULL)))),
    CONSTRAINT quarantine_check1 CHECK (((status = 'RESUBMITTED'::text) = (event_id IS NOT NULL))),
    CONSTRAINT quarantine_check2 CHECK (((status = 'DISCARDED'::text) = (discard_reason IS NOT NULL))),
    CONSTRAINT quarantine_discard_reason_check CHECK (((length(discard_reason) >= 1) AND (length(discard_reason) <= 1024))),
    CONSTRAINT quarantine_reason_check CHECK ((reason = ANY (ARRAY['INVALID'::text, 'LATE'::text]))),
    CONSTRAINT quarantine_status_check CHECK ((status = ANY (ARRAY['OPEN'::text, 'RESUBMITTED'::text, 'DISCARDED'::text])))
);


--
-- Name: reactor_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reactor_versions (
    id bigint NOT NULL,
    tenant_id uuid NOT NULL,
    reactor_id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    description text,
    "constraint" json,
    reactions json NOT NULL,
    max_activations integer,
    activation_context text DEFAULT 'SUBJECT'::text NOT NULL,
    effective_from timestamp with time zone,
    effective_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    limits json DEFAULT '[]'::json NOT NULL,
    group_name text,
    group_mode text,
    counter_id uuid,
    CONSTRAINT reactor_versions_activation_context_check CHECK ((activation_context = ANY (ARRAY['GLOBAL'::text, 'TENANT'::text, 'SUBJECT'::text]))),
    CONSTRAINT reactor_versions_check CHECK (((group_name IS NULL) = (group_mode IS NULL))),
    CONSTRAINT reactor_versions_group_mode_check CHECK ((group_mode = ANY (ARRAY['ALL'::text, 'FIRST_MATCH'::text, 'BEST'::text]))),
    CONSTRAINT reactor_versions_group_name_check CHECK (((length(group_name) >= 1) AND (length(group_name) <= 64))),
    CONSTRAINT reactor_versions_max_activations_check CHECK ((max_activations >= 1)),
    CONSTRAINT reactor_versions_name_check CHECK (((length(name) >= 2) AND (length(name) <= 64))),
    CONSTRAINT reactor_versions_priority_check CHECK (((priority >= '-1000000'::integer) AND (priority <= 1000000))),
    CONSTRAINT reactor_versions_version_check CHECK ((version >= 1))
);


--
-- Name: reactor_versions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.reactor_versions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.reactor_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: reactors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reactors (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    ended_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    state text DEFAULT 'LIVE'::text NOT NULL,
    owner_type text,
    owner_id uuid,
    campaign_id uuid,
    CONSTRAINT reactors_check CHECK (((state = 'ENDED'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT reactors_check1 CHECK (((owner_type IS NULL) = (owner_id IS NULL))),
    CONSTRAINT reactors_check2 CHECK (((campaign_id IS NULL) OR (owner_id IS NOT NULL))),
    CONSTRAINT reactors_owner_type_check CHECK ((owner_type = 'TRANCHE'::text)),
    CONSTRAINT reactors_state_check CHECK ((state = ANY (ARRAY['DRAFT'::text, 'LIVE'::text, 'PAUSED'::text, 'ENDED'::text]))),
    CONSTRAINT reactors_version_check CHECK ((version >= 1))
);


--
-- Name: referral_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.referral_codes (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    user_id uuid NOT NULL,
    invite_code text NOT NULL,
    invite_link text NOT NULL,
    click_count bigint DEFAULT 0 NOT NULL,
    register_count bigint DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT referral_codes_click_count_check CHECK ((click_count >= 0)),
    CONSTRAINT referral_codes_invite_code_check CHECK (((length(invite_code) >= 1) AND (length(invite_code) <= 1024))),
    CONSTRAINT referral_codes_invite_link_check CHECK (((length(invite_link) >= 3) AND (length(invite_link) <= 8192))),
    CONSTRAINT referral_codes_register_count_check CHECK ((register_count >= 0)),
    CONSTRAINT referral_codes_version_check CHECK ((version >= 1))
);


--
-- Name: referrals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.referrals (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    code_id uuid NOT NULL,
    referrer_id uuid NOT NULL,
    source text,
    device bytea,
    status text NOT NULL,
    flag text,
    decided_by text,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT referrals_check CHECK (((user_id <> referrer_id) OR (status = 'REJECTED'::text))),
    CONSTRAINT referrals_check1 CHECK (((status <> 'FLAGGED'::text) OR (flag IS NOT NULL))),
    CONSTRAINT referrals_flag_check CHECK ((flag = ANY (ARRAY['CODE_VELOCITY'::text, 'DEVICE_VELOCITY'::text, 'SAME_PERSON'::text]))),
    CONSTRAINT referrals_status_check CHECK ((status = ANY (ARRAY['COUNTED'::text, 'FLAGGED'::text, 'REJECTED'::text]))),
    CONSTRAINT referrals_version_check CHECK ((version >= 1))
);


--
-- Name: reward_categories; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reward_categories (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    parent_id uuid,
    name text NOT NULL,
    priority numeric NOT NULL,
    picture_url text,
    description text,
    default_locale text,
    details json DEFAULT '{}'::json NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT reward_categories_check CHECK ((parent_id <> id)),
    CONSTRAINT reward_categories_name_check CHECK (((length(name) >= 2) AND (length(name) <= 64)))
);


--
-- Name: reward_discounts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reward_discounts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    reward_id uuid NOT NULL,
    type text NOT NULL,
    value numeric NOT NULL,
    sku text,
    product_sku text,
    venue_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT reward_discounts_check CHECK (((value >= (0)::numeric) AND ((type <> 'PERCENTAGE'::text) OR (value <= (100)::numeric)))),
    CONSTRAINT reward_discounts_type_check CHECK ((type = ANY (ARRAY['ABSOLUTE'::text, 'FIXED'::text, 'PERCENTAGE'::text])))
);


--
-- Name: rewards; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rewards (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    name text NOT NULL,
    price bigint NOT NULL,
    purchasable boolean NOT NULL,
    available_from timestamp with time zone NOT NULL,
    available_until timestamp with time zone,
    stock_capacity integer,
    stock_consumed integer DEFAULT 0 NOT NULL,
    attributes json NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    category_id uuid,
    code_type text DEFAULT 'OTP'::text NOT NULL,
    code_template text,
    code_id uuid,
    pool_id uuid,
    hide_code boolean DEFAULT false NOT NULL,
    expiration_days integer,
    limit_count integer,
    limit_per text,
    tier_id uuid,
    audience_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    venue_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    criteria json,
    notify_quantity numeric,
    notify_emails text[] DEFAULT '{}'::text[] NOT NULL,
    notified_at timestamp with time zone,
    CONSTRAINT rewards_check CHECK (((stock_capacity IS NULL) OR (stock_consumed <= stock_capacity))),
    CONSTRAINT rewards_check1 CHECK (((code_type <> 'STATIC'::text) OR (code_id IS NOT NULL))),
    CONSTRAINT rewards_check2 CHECK (((limit_count IS NULL) = (limit_per IS NULL))),
    CONSTRAINT rewards_code_template_check CHECK (((length(code_template) >= 1) AND (length(code_template) <= 200))),
    CONSTRAINT rewards_code_type_check CHECK ((code_type = ANY (ARRAY['HUMAN'::text, 'OTP'::text, 'POOL'::text, 'STATIC'::text]))),
    CONSTRAINT rewards_expiration_days_check CHECK (((expiration_days >= 1) AND (expiration_days <= 36500))),
    CONSTRAINT rewards_limit_count_check CHECK ((limit_count >= 1)),
    CONSTRAINT rewards_limit_per_check CHECK ((limit_per = ANY (ARRAY['DAY'::text, 'WEEK'::text, 'MONTH'::text, 'YEAR'::text, 'EVER'::text]))),
    CONSTRAINT rewards_name_check CHECK (((length(name) >= 2) AND (length(name) <= 200))),
    CONSTRAINT rewards_notify_quantity_check CHECK ((notify_quantity >= (0)::numeric)),
    CONSTRAINT rewards_price_check CHECK (((price >= 0) AND (price <= 10000000))),
    CONSTRAINT rewards_stock_capacity_check CHECK ((stock_capacity >= 0)),
    CONSTRAINT rewards_stock_consumed_check CHECK ((stock_consumed >= 0)),
    CONSTRAINT rewards_type_check CHECK ((type = 'VOUCHER'::text))
);


--
-- Name: schedules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schedules (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    cron text NOT NULL,
    next_at timestamp with time zone NOT NULL,
    CONSTRAINT schedules_cron_check CHECK (((length(cron) >= 9) AND (length(cron) <= 200))),
    CONSTRAINT schedules_kind_check CHECK ((kind ~ '^[a-z][a-z_]{1,62}$'::text))
);


--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: settings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.settings (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    value text NOT NULL,
    serial_id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT settings_name_check CHECK ((((length(name) >= 2) AND (length(name) <= 64)) AND (name ~ '^[a-zA-Z./]+$'::text))),
    CONSTRAINT settings_value_check CHECK (((length(value) >= 1) AND (length(value) <= 8192))),
    CONSTRAINT settings_version_check CHECK ((version >= 1))
);


--
-- Name: sign_in_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sign_in_links (
    tenant_id uuid NOT NULL,
    digest bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    role text NOT NULL,
    client_id text,
    CONSTRAINT sign_in_links_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT sign_in_links_role_check CHECK ((role = ANY (ARRAY['OWNER'::text, 'MANAGER'::text, 'SUPPORT'::text, 'VIEWER'::text, 'INTEGRATION'::text])))
);


--
-- Name: tenants; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tenants (
    id uuid NOT NULL,
    name text NOT NULL,
    api_key uuid NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    rate_limit integer,
    rate_burst integer,
    adjustment_limit bigint,
    debt_limit bigint,
    configuration json DEFAULT '{}'::json NOT NULL,
    profile_schema json,
    velocity_limits json DEFAULT '[]'::json NOT NULL,
    CONSTRAINT tenants_adjustment_limit_check CHECK ((adjustment_limit >= 0)),
    CONSTRAINT tenants_debt_limit_check CHECK (((debt_limit >= 0) AND (debt_limit <= '1000000000000000'::bigint))),
    CONSTRAINT tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT tenants_rate_burst_check CHECK (((rate_burst >= 1) AND (rate_burst <= 1000000))),
    CONSTRAINT tenants_rate_limit_check CHECK (((rate_limit >= 1) AND (rate_limit <= 1000000)))
);


--
-- Name: tier_points; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tier_points (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    period text NOT NULL,
    points bigint NOT NULL,
    CONSTRAINT tier_points_period_check CHECK (((length(period) >= 4) AND (length(period) <= 7)))
)
WITH (fillfactor='70');


--
-- Name: tier_stays; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tier_stays (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    tier_id uuid NOT NULL,
    reached_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    lost_at timestamp with time zone,
    lost_why text,
    CONSTRAINT tier_stays_check CHECK ((lost_at >= reached_at)),
    CONSTRAINT tier_stays_check1 CHECK (((lost_at IS NULL) = (lost_why IS NULL))),
    CONSTRAINT tier_stays_lost_why_check CHECK ((lost_why = ANY (ARRAY['PERIOD_ENDED'::text, 'POINTS'::text, 'TIER_ENDED'::text])))
);


--
-- Name: tiers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tiers (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    points_requirement bigint NOT NULL,
    calculation text NOT NULL,
    accumulation_period text,
    keeps_next boolean DEFAULT false NOT NULL,
    priority integer NOT NULL,
    effective_from timestamp with time zone,
    effective_until timestamp with time zone,
    default_locale text NOT NULL,
    details json NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    opens_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT tiers_accumulation_period_check CHECK ((accumulation_period = ANY (ARRAY['P1Y'::text, 'P1M'::text]))),
    CONSTRAINT tiers_calculation_check CHECK ((calculation = ANY (ARRAY['LIFETIME_EARN'::text, 'CALENDAR_PERIOD'::text]))),
    CONSTRAINT tiers_check CHECK (((calculation = 'CALENDAR_PERIOD'::text) = (accumulation_period IS NOT NULL))),
    CONSTRAINT tiers_check1 CHECK (((NOT keeps_next) OR (calculation = 'CALENDAR_PERIOD'::text))),
    CONSTRAINT tiers_check2 CHECK ((effective_until > effective_from)),
    CONSTRAINT tiers_default_locale_check CHECK ((default_locale = ANY (ARRAY['en'::text, 'fr'::text, 'de'::text, 'it'::text, 'es'::text, 'nl'::text, 'ar'::text, 'tr'::text]))),
    CONSTRAINT tiers_points_requirement_check CHECK (((points_requirement >= 0) AND (points_requirement <= '1000000000000000'::bigint))),
    CONSTRAINT tiers_priority_check CHECK ((priority >= 0)),
    CONSTRAINT tiers_version_check CHECK ((version >= 1))
);


--
-- Name: token_issuers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.token_issuers (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    issuer text NOT NULL,
    audience text NOT NULL,
    algorithm text NOT NULL,
    jwks json,
    sealed_secret bytea,
    subject_claim text DEFAULT 'sub'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT token_issuers_algorithm_check CHECK ((algorithm = ANY (ARRAY['RS256'::text, 'ES256'::text, 'EdDSA'::text, 'HS256'::text]))),
    CONSTRAINT token_issuers_audience_check CHECK (((length(audience) >= 1) AND (length(audience) <= 512))),
    CONSTRAINT token_issuers_check CHECK ((((algorithm = 'HS256'::text) = (sealed_secret IS NOT NULL)) AND ((algorithm <> 'HS256'::text) = (jwks IS NOT NULL)))),
    CONSTRAINT token_issuers_issuer_check CHECK (((length(issuer) >= 1) AND (length(issuer) <= 512))),
    CONSTRAINT token_issuers_subject_claim_check CHECK (((length(subject_claim) >= 1) AND (length(subject_claim) <= 128)))
);


--
-- Name: tranche_activations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tranche_activations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    tranche_id uuid NOT NULL,
    user_id uuid NOT NULL,
    event_id uuid NOT NULL,
    reactor_version_id bigint NOT NULL,
    depth integer NOT NULL,
    told_at timestamp with time zone,
    told_event_id uuid,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    withdrawn_at timestamp with time zone,
    CONSTRAINT tranche_activations_check CHECK (((told_event_id IS NULL) OR (told_at IS NOT NULL))),
    CONSTRAINT tranche_activations_check1 CHECK (((withdrawn_at IS NULL) OR (told_at IS NOT NULL))),
    CONSTRAINT tranche_activations_depth_check CHECK ((depth >= 1))
);


--
-- Name: tranches; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tranches (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    name text NOT NULL,
    event_type_id uuid NOT NULL,
    reactor_id uuid NOT NULL,
    referrer_reactor_id uuid,
    content json NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT tranches_name_check CHECK (((length(name) >= 2) AND (length(name) <= 1024))),
    CONSTRAINT tranches_version_check CHECK ((version >= 1))
);


--
-- Name: user_contacts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_contacts (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT user_contacts_kind_check CHECK ((kind = ANY (ARRAY['EMAIL_ADDRESS'::text, 'TELEPHONE_NUMBER'::text]))),
    CONSTRAINT user_contacts_value_check CHECK (((length(value) >= 1) AND (length(value) <= 512)))
);


--
-- Name: user_import_rows; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_import_rows (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    import_id uuid NOT NULL,
    number integer NOT NULL,
    content json,
    code text,
    pointer text,
    detail text,
    CONSTRAINT user_import_rows_check CHECK ((((content IS NULL) = (code IS NOT NULL)) AND ((code IS NULL) = (detail IS NULL)))),
    CONSTRAINT user_import_rows_number_check CHECK ((number >= 1))
);


--
-- Name: user_imports; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_imports (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    digest bytea NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT user_imports_digest_check CHECK ((length(digest) = 32))
);


--
-- Name: user_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_keys (
    tenant_id uuid NOT NULL,
    key text NOT NULL,
    user_id uuid NOT NULL,
    proves_identity boolean NOT NULL
);


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_number text NOT NULL,
    auth_identifier text,
    external_identifier text,
    profile json NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    flags json,
    merged_into uuid,
    erased_at timestamp with time zone,
    linked_venues uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    CONSTRAINT users_auth_identifier_check CHECK (((length(auth_identifier) >= 1) AND (length(auth_identifier) <= 512))),
    CONSTRAINT users_check CHECK (((status = 'MERGED'::text) = (merged_into IS NOT NULL))),
    CONSTRAINT users_external_identifier_check CHECK (((length(external_identifier) >= 1) AND (length(external_identifier) <= 512))),
    CONSTRAINT users_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'RESTRICTED'::text, 'CLOSED'::text, 'MERGED'::text])))
);


--
-- Name: velocity_counts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.velocity_counts (
    tenant_id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    user_id uuid NOT NULL,
    reporter text NOT NULL,
    minute timestamp with time zone NOT NULL,
    events bigint NOT NULL,
    points bigint NOT NULL,
    CONSTRAINT velocity_counts_events_check CHECK ((events >= 0)),
    CONSTRAINT velocity_counts_points_check CHECK ((points >= 0))
);


--
-- Name: velocity_places; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.velocity_places (
    tenant_id uuid NOT NULL,
    recorded_in xid8 NOT NULL,
    event_id uuid NOT NULL
);


--
-- Name: venues; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.venues (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    longitude numeric NOT NULL,
    latitude numeric NOT NULL,
    available_from timestamp with time zone NOT NULL,
    available_until timestamp with time zone,
    external_identifier text,
    attributes json NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT venues_address_check CHECK (((length(address) >= 1) AND (length(address) <= 512))),
    CONSTRAINT venues_external_identifier_check CHECK (((length(external_identifier) >= 1) AND (length(external_identifier) <= 512))),
    CONSTRAINT venues_latitude_check CHECK (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric))),
    CONSTRAINT venues_longitude_check CHECK (((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric))),
    CONSTRAINT venues_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64)))
);


--
-- Name: vouchers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.vouchers (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    event_id uuid NOT NULL,
    price bigint NOT NULL,
    status text DEFAULT 'PURCHASED'::text NOT NULL,
    purchased_at timestamp with time zone NOT NULL,
    origin text DEFAULT 'BOUGHT'::text NOT NULL,
    reactor_version_id bigint,
    reaction smallint,
    event_user_id uuid NOT NULL,
    code_id uuid,
    is_code_shared boolean DEFAULT false NOT NULL,
    expires_at timestamp with time zone,
    redeemed_at timestamp with time zone,
    burned_at timestamp with time zone,
    venue_id uuid,
    ended_at timestamp with time zone,
    CONSTRAINT vouchers_check CHECK (((origin = 'BOUGHT'::text) OR (price = 0))),
    CONSTRAINT vouchers_check1 CHECK (((reactor_version_id IS NULL) = (reaction IS NULL))),
    CONSTRAINT vouchers_check2 CHECK (((status = 'BURNED'::text) = (burned_at IS NOT NULL))),
    CONSTRAINT vouchers_check3 CHECK (((status <> ALL (ARRAY['REDEEMED'::text, 'BURNED'::text])) OR ((redeemed_at IS NOT NULL) AND (code_id IS NOT NULL)))),
    CONSTRAINT vouchers_check4 CHECK (((status = ANY (ARRAY['EXPIRED'::text, 'REFUNDED'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT vouchers_check5 CHECK (((status <> ALL (ARRAY['PURCHASED'::text, 'GIVEN'::text])) OR ((status = 'GIVEN'::text) = (origin = 'GIVEN'::text)))),
    CONSTRAINT vouchers_origin_check CHECK ((origin = ANY (ARRAY['BOUGHT'::text, 'GIVEN'::text]))),
    CONSTRAINT vouchers_price_check CHECK ((price >= 0)),
    CONSTRAINT vouchers_status_check CHECK ((status = ANY (ARRAY['PURCHASED'::text, 'GIVEN'::text, 'REDEEMED'::text, 'BURNED'::text, 'EXPIRED'::text, 'REFUNDED'::text])))
);


--
-- Name: wallets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.wallets (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    status text DEFAULT 'OPEN'::text NOT NULL,
    balance bigint DEFAULT 0 NOT NULL,
    earned bigint DEFAULT 0 NOT NULL,
    spent bigint DEFAULT 0 NOT NULL,
    entries bigint DEFAULT 0 NOT NULL,
    in_lots bigint DEFAULT 0 NOT NULL,
    pending bigint DEFAULT 0 NOT NULL,
    expired bigint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    active_at timestamp with time zone,
    adjusted bigint DEFAULT 0 NOT NULL,
    debt bigint DEFAULT 0 NOT NULL,
    CONSTRAINT wallets_balance_check CHECK ((balance >= 0)),
    CONSTRAINT wallets_check CHECK ((in_lots <= balance)),
    CONSTRAINT wallets_check1 CHECK (((status <> 'MERGED'::text) OR ((balance = 0) AND (pending = 0) AND (debt = 0)))),
    CONSTRAINT wallets_debt_check CHECK ((debt >= 0)),
    CONSTRAINT wallets_earned_check CHECK ((earned >= 0)),
    CONSTRAINT wallets_entries_check CHECK ((entries >= 0)),
    CONSTRAINT wallets_expired_check CHECK ((expired >= 0)),
    CONSTRAINT wallets_in_lots_check CHECK ((in_lots >= 0)),
    CONSTRAINT wallets_no_debt_beside_points CHECK (((debt = 0) OR (balance = 0))),
    CONSTRAINT wallets_pending_check CHECK ((pending >= 0)),
    CONSTRAINT wallets_spent_check CHECK ((spent >= 0)),
    CONSTRAINT wallets_status_check CHECK ((status = ANY (ARRAY['OPEN'::text, 'RESTRICTED'::text, 'CLOSED'::text, 'MERGED'::text]))),
    CONSTRAINT wallets_sums CHECK (((((earned - spent) - expired) + adjusted) = ((balance + pending) - debt)))
)
WITH (fillfactor='70');


--
-- Data for Name: activation_windows; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.activation_windows (tenant_id, user_id, counter_id, stretch, count, points, fired_at) FROM stdin;
\.


--
-- Data for Name: activations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.activations (tenant_id, user_id, counter_id, count) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2b38-716c-8d0f-759f7ce7a30e	3
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2b38-716c-8d0f-759f7ce7a30e	3
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2b38-716c-8d0f-759f7ce7a30e	3
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-2b38-716c-8d0f-759f7ce7a30e	3
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-2b38-716c-8d0f-759f7ce7a30e	3
\.


--
-- Data for Name: adjustments; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.adjustments (tenant_id, id, user_id, points, impact, liability_handling, reason, status, requested_by, requested_at, expires_at, resolved_by, resolved_at, event_id) FROM stdin;
\.


--
-- Data for Name: alerts; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.alerts (tenant_id, id, kind, name, user_id, reporter, code_pool_id, details, status, acknowledged_at, acknowledged_by, comment, version, created_at, updated_at) FROM stdin;
\.


--
-- Data for Name: attributes; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.attributes (tenant_id, id, subject_type, subject_id, key, value, is_enabled, event_id, reactor_version_id, reaction, created_at, replaced_at, replaced_by) FROM stdin;
\.


--
-- Data for Name: audience_stays; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audience_stays (tenant_id, user_id, audience_id, joined_at, left_at) FROM stdin;
\.


--
-- Data for Name: audiences; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audiences (tenant_id, id, name, description, is_active, criteria, tree, frequency, tells_joined, tells_left, version, next_at, refreshed_at, size, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: audit_log; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.audit_log (tenant_id, id, operation, request, object_kind, object_id, principal, session, role, request_id, before, after, recorded_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23c5-742f-b311-02d99053c924	create_tenant	punchcard tenant create	tenant	01a21b75-2316-70db-b578-a72c6316c971	operator	\N	\N	\N	\N	{"name":"A shop of long ago","apiKey":"87df264b-93b7-467c-a270-206e62f6d195","owner":"client_02EyMUAKCr8MEz7lMH6B"}	2026-11-27 05:23:11.433719+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2815-70aa-8f38-ef2539ed1a92	create_event_type	POST /v1/event_types/	event_types	01a21b75-27e3-70e9-ab12-063d8d89fbdc	admin:client_02EyMUAKCr8MEz7lMH6B	\N	OWNER	119b3c46132c49c60000000000000001	\N	{"id":"01a21b75-27e3-70e9-ab12-063d8d89fbdc","name":"PURCHASED_COFFEE","description":"An event type of a test","isPrivate":true,"isIntrinsic":false,"isActive":true,"omitFromUserActivity":false,"version":1,"schema":{"type":"object","required":["total"],"properties":{"total":{"type":"number","minimum":0},"items":{"type":"array"}}},"settings":{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"},"enhancers":[],"metaTypeMappings":[],"createdAt":"2026-11-27T05:23:12.483Z","updatedAt":"2026-11-27T05:23:12.483Z"}	2026-11-27 05:23:12.538323+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-289c-70d9-861d-65b28a443cf5	create_reactor	POST /v1/event_reactors/	event_reactors	01a21b75-2875-77c9-bdbf-aecc15bb37e8	admin:client_02EyMUAKCr8MEz7lMH6B	\N	OWNER	119b3c46132c49c60000000000000002	\N	{"id":"01a21b75-2875-77c9-bdbf-aecc15bb37e8","version":1,"state":"LIVE","name":"A reactor of a test","description":null,"eventType":{"id":"01a21b75-27e3-70e9-ab12-063d8d89fbdc"},"constraint":null,"reactions":[{"type":"POINTS","points":{"operation":"SUM","arguments":[{"type":"JSON_VALUE","value":"total"}]}}],"maxActivations":null,"activationContext":"SUBJECT","effectivity":null,"priority":0,"limits":[],"group":null,"endedAt":null,"createdAt":"2026-11-27T05:23:12.640Z","updatedAt":"2026-11-27T05:23:12.640Z"}	2026-11-27 05:23:12.67265+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b49-71e2-bbce-64072fc7bdff	create_reactor	POST /v1/event_reactors/	event_reactors	01a21b75-2b38-716c-8d0f-759f7ce7a30e	admin:client_02EyMUAKCr8MEz7lMH6B	\N	OWNER	119b3c46132c49c60000000000000008	\N	{"id":"01a21b75-2b38-716c-8d0f-759f7ce7a30e","version":1,"state":"LIVE","name":"A reactor of a test","description":null,"eventType":{"id":"01a21b75-27e3-70e9-ab12-063d8d89fbdc"},"constraint":null,"reactions":[{"type":"POINTS","points":{"operation":"SUM","arguments":[{"type":"NUMBER","value":"2"}]}}],"maxActivations":3,"activationContext":"SUBJECT","effectivity":null,"priority":0,"limits":[],"group":null,"endedAt":null,"createdAt":"2026-11-27T05:23:13.345Z","updatedAt":"2026-11-27T05:23:13.345Z"}	2026-11-27 05:23:13.357741+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2c04-718a-b994-abc9ffa43274	create_counter	POST /v1/counters/	counters	01a21b75-2be0-7698-bcd7-302bf80106f0	admin:client_02EyMUAKCr8MEz7lMH6B	\N	OWNER	119b3c46132c49c60000000000000009	\N	{"id":"01a21b75-2be0-7698-bcd7-302bf80106f0","version":1,"name":"coffees","description":null,"eventType":"01a21b75-27e3-70e9-ab12-063d8d89fbdc","constraint":null,"what":"COUNT","value":null,"per":"EVER","takesPast":false,"isReady":true,"createdAt":"2026-11-27T05:23:13.522Z","updatedAt":"2026-11-27T05:23:13.522Z"}	2026-11-27 05:23:13.542882+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2c99-720a-a5d7-7ffa1e9e0725	create_reward	POST /v1/rewards/	rewards	01a21b75-2c8b-7257-ab1a-75f3cc53f7f3	admin:client_02EyMUAKCr8MEz7lMH6B	\N	OWNER	119b3c46132c49c6000000000000000a	\N	{"id":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","type":"VOUCHER","name":"A cup","price":5,"availability":{"start":"2020-01-01T00:00:00.000Z","end":null},"purchasable":true,"stockCapacity":null,"stockConsumed":0,"codeType":"HUMAN","hideCode":false,"isLocked":false,"discounts":[],"venues":[],"purchasableForAudiences":[],"version":1,"createdAt":"2026-11-27T05:23:13.676Z","updatedAt":"2026-11-27T05:23:13.676Z"}	2026-11-27 05:23:13.689228+00
\.


--
-- Data for Name: badges; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.badges (tenant_id, id, internal_name, internal_description, details, priority, status, version, created_at, updated_at) FROM stdin;
\.


--
-- Data for Name: campaigns; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.campaigns (tenant_id, id, name, link_config, is_active, eligible_audiences, hourly_max, version, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: catalogue_versions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.catalogue_versions (tenant_id, version) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	29
\.


--
-- Data for Name: claims; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.claims (tenant_id, user_id, fingerprint, event_id, reported_at, window_seconds) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	\\x7f241612bf86258d5f8ea7636db37055	01a21b75-2cb6-7608-8000-bcda3cc9fd4c	2026-11-27 05:23:13.718386+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	\\x01cb17e2ed3051bb414b75c9e9f261e2	01a21b75-2d6f-7b48-8000-ec314d0f3feb	2026-11-27 05:23:13.903722+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	\\x24e9ca6384a63131355f0ef0d0d181ed	01a21b75-2dae-778c-8000-6a30fb2af5f4	2026-11-27 05:23:13.966483+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	\\x968b98d780aae1bd475667d9d66014af	01a21b75-2e0d-7f34-8000-ded5d3acff5e	2026-11-27 05:23:14.061973+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	\\x63e77667c24b2da1a4659aa1e8f95da5	01a21b75-2ef7-71fc-8000-d37e39928f1b	2026-11-27 05:23:14.295127+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	\\xef930c5fc6ef3678d8b6000990c4aa9e	01a21b75-2f0d-71f4-8000-462d9d1a1888	2026-11-27 05:23:14.317125+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	\\xab7b78d321eb4e5a211dacd6fcc17e75	01a21b75-2f33-7b9c-8000-5b841e7c6127	2026-11-27 05:23:14.355743+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	\\xbaa415650a646630bcebe627a07b1344	01a21b75-2f59-75d8-8000-36166a23fc8d	2026-11-27 05:23:14.393374+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	\\x767a7a302fa7c40a45d304f2aa00a572	01a21b75-2fa0-73b8-8000-1af4808f593d	2026-11-27 05:23:14.464238+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	\\x489a141ea228ce19403cc2f19d1e42f3	01a21b75-2fc4-774c-8000-ea0a5b3a190a	2026-11-27 05:23:14.500467+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	\\x5fc574887cb6685c4a9c1d4355258239	01a21b75-2fd6-74b8-8000-82ce3c343313	2026-11-27 05:23:14.518302+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	\\xa081358f120ec093fed723602ebb9d0f	01a21b75-2fe9-7c34-8000-4d620178edd0	2026-11-27 05:23:14.537781+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	\\x980bb9f4b78a9500e71956f59d903a83	01a21b75-3038-78a4-8000-fcd344f49c99	2026-11-27 05:23:14.616553+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	\\xacfd09048cb0243b28a03f7624f567ec	01a21b75-3054-7330-8000-db9dd1c43f21	2026-11-27 05:23:14.644204+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	\\xd49e66ce71ca870a1ca071ec73469269	01a21b75-3077-74c0-8000-0f7853163915	2026-11-27 05:23:14.679304+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	\\x19fb8c4cb6cd3ad79a0791f9d4e10d68	01a21b75-309d-7b48-8000-c752e4790629	2026-11-27 05:23:14.717722+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	\\x5a90879a75769b150336bc6d74df3c36	01a21b75-30e9-798c-8000-67865387a281	2026-11-27 05:23:14.793611+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	\\x98b5226471ee95a5124efcd44f0c683b	01a21b75-3105-75f4-8000-b6b6df72ac81	2026-11-27 05:23:14.821381+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	\\xea756b788911a9eeed6bb6114f5e8d16	01a21b75-3111-79f8-8000-0b4c0ce2bd02	2026-11-27 05:23:14.833638+00	60
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	\\xce68c4c7c689e9a5c4af604a809d2c62	01a21b75-311e-7c64-8000-f90c1712972f	2026-11-27 05:23:14.846793+00	60
\.


--
-- Data for Name: clients; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.clients (tenant_id, id, name, role, secret_digest, created_at, revoked_at, serial_id, user_id, former_digest, former_until, version, updated_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	client_02EyMUAKCr8MEz7lMH6B	first	OWNER	\\xa33f4bdab371a92ad2bdb21993d09ebbb09a9c38538238b9b3b84fa18003f583	2026-11-27 05:23:11.420841+00	\N	01a21b75-23bb-71b1-b44a-1e21e871b171	\N	\N	\N	1	2026-11-27 05:23:11.420841+00
\.


--
-- Data for Name: cloud_events; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.cloud_events (tenant_id, digest, owner, user_id, event_id) FROM stdin;
\.


--
-- Data for Name: code_pools; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.code_pools (tenant_id, id, reward_id, name, description, is_active, version, created_at, updated_at, low_mark) FROM stdin;
\.


--
-- Data for Name: codes; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.codes (tenant_id, id, pool_id, digest, sealed, is_shared, taken_at, created_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ed5-7075-8587-6c03687893fd	\N	\\x005feaace76cb14a56da06a0e9dad358	\\x018030268e3d1346a7aabb19d6001a09a5e7f707ecd245523a569260b4ee18f2b31ea5c33f9b	f	2026-11-27 05:23:14.264948+00	2026-11-27 05:23:14.264948+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2f94-7516-bd87-08eff80f9b2c	\N	\\x58a0e7bd85816f705f7aa26e5dfb1aeb	\\x016a3b0bbf8939dab9745d46ccd25dfae2cca6bf54f64e27164dcee651256a5a96f87604b2ba	f	2026-11-27 05:23:14.452543+00	2026-11-27 05:23:14.452543+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-3024-733c-a2d9-947acbcb741c	\N	\\x28543e550bfe76e7d00a783042fd5a7b	\\x011bd9e5dc203b531cc02397dd4a51644055a52888b3870d2058ca21734a3e9b1d82c4d4cedb	f	2026-11-27 05:23:14.597341+00	2026-11-27 05:23:14.597341+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-30da-7102-80cc-2dd167d830c1	\N	\\x6733a50bbec99990c4d3120fd8af3e98	\\x012cd98db1c1adf7a99bb4331d775e8ba9467802cd441588dc7cad97bca645cdf975f71d7abc	f	2026-11-27 05:23:14.778696+00	2026-11-27 05:23:14.778696+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-3145-76b5-a499-256024cefdf5	\N	\\x0617f7ec8d9f61940113e1f2f2b66f0f	\\x0123a0cd9e575953350b52f4db0b6314ffe5e2b11f6136db4f8799173f0c0b31de01b2723dc8	f	2026-11-27 05:23:14.885607+00	2026-11-27 05:23:14.885607+00
\.


--
-- Data for Name: consent_types; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.consent_types (tenant_id, id, name, required, priority, version, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: consents; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.consents (tenant_id, id, user_id, consent_type_id, given_at, given_by, revoked_at, revoked_by) FROM stdin;
\.


--
-- Data for Name: console_sessions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.console_sessions (tenant_id, digest, created_at, idle_expires_at, expires_at, role, client_id) FROM stdin;
\.


--
-- Data for Name: counter_runs; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.counter_runs (tenant_id, user_id, series_id, unit, first, last) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2bf4-71af-9c51-18f8712cc478	DAY	739947	739947
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2bf4-71af-9c51-18f8712cc478	DAY	739947	739947
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2bf4-71af-9c51-18f8712cc478	DAY	739947	739947
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-2bf4-71af-9c51-18f8712cc478	DAY	739947	739947
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-2bf4-71af-9c51-18f8712cc478	DAY	739947	739947
\.


--
-- Data for Name: counter_values; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.counter_values (tenant_id, user_id, series_id, stretch, count, total) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2bf4-71af-9c51-18f8712cc478	EVER	4	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2bf4-71af-9c51-18f8712cc478	EVER	4	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2bf4-71af-9c51-18f8712cc478	EVER	4	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-2bf4-71af-9c51-18f8712cc478	EVER	4	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-2bf4-71af-9c51-18f8712cc478	EVER	4	0
\.


--
-- Data for Name: counter_versions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.counter_versions (tenant_id, counter_id, version, series_id, event_type_id, "constraint", what, value, per, takes_past, created_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2be0-7698-bcd7-302bf80106f0	1	01a21b75-2bf4-71af-9c51-18f8712cc478	01a21b75-27e3-70e9-ab12-063d8d89fbdc	\N	COUNT	\N	EVER	f	2026-11-27 05:23:13.526594+00
\.


--
-- Data for Name: counters; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.counters (tenant_id, id, name, description, version, is_settled, created_at, updated_at, deleted_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2be0-7698-bcd7-302bf80106f0	coffees	\N	1	t	2026-11-27 05:23:13.522761+00	2026-11-27 05:23:13.522761+00	\N
\.


--
-- Data for Name: duplicates; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.duplicates (tenant_id, id, user_id, event_type_id, original_id, original_reported_at, reporter, executor, payload, context, occurred_at, reported_at, released_at, released_by, event_id) FROM stdin;
\.


--
-- Data for Name: earned_badges; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.earned_badges (tenant_id, user_id, id, badge_id, event_id, reactor_version_id, reaction, change, earned_at) FROM stdin;
\.


--
-- Data for Name: event_reversals; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event_reversals (tenant_id, user_id, event_id, from_share, to_share, reversal_id) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-311e-7c64-8000-f90c1712972f	0	500000	01a21b75-3152-7400-8000-2984dd018b02
\.


--
-- Data for Name: event_type_secret_uses; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event_type_secret_uses (tenant_id, secret_id, last_used_at) FROM stdin;
\.


--
-- Data for Name: event_type_secrets; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event_type_secrets (tenant_id, id, event_type_id, digest, sealed, created_at, expires_at, revoked_at, name, version, successor_id, line_id) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-27e9-774f-b505-3f0fb5bc42f2	01a21b75-27e3-70e9-ab12-063d8d89fbdc	\\xd86176a1b1c687131c70ded8e08962c4493706b5057488b042ec640e91eb4720	\\x014af4f541fd3a2aa342d689012452aa41d8bf45fee543d860665573127bf4f281b13e008bc22cb0bf39d1d76adb82dcfa5a4d5602ba6468a88ea25f5f1f406f0fafafe1957f15f9fc5882c9b82ee91e0fe8	2026-11-27 05:23:12.499199+00	\N	\N	default	1	\N	01a21b75-27e9-774f-b505-3f0fb5bc42f2
\.


--
-- Data for Name: event_type_versions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event_type_versions (tenant_id, event_type_id, version, description, schema, omit_from_user_activity, created_at, settings, enhancers, meta_type_mappings) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2355-73f8-9d46-8554d01e68ba	1	A user has registered.	{"type":"object","required":["userId","accountNumber"],"properties":{"userId":{"type":"string","format":"uuid","description":"the id of the user"},"accountNumber":{"type":"string","description":"what the user goes by, at a till for example"},"referralInviteCode":{"type":"string","description":"the code by which somebody invited the user"}}}	f	2026-11-27 05:23:11.35133+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2377-76a8-b3d9-34ee20ce9e32	1	A user's profile has changed; `fields` names what changed, not its content.	{"type":"object","required":["userId","fields"],"properties":{"userId":{"type":"string","format":"uuid","description":"the id of the user"},"fields":{"type":"array","items":{"type":"string"},"description":"the names of the fields that changed"}}}	f	2026-11-27 05:23:11.354821+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-237b-7570-b206-96bccd67402b	1	A user's account has been closed.	{"type":"object","required":["userId"],"properties":{"userId":{"type":"string","format":"uuid","description":"the id of the user"}}}	f	2026-11-27 05:23:11.356616+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-237d-72e0-87e1-d3f6dc9da866	1	A user has bought a reward for points.	{"type":"object","required":["rewardId","rewardName","voucherId","price"],"properties":{"rewardId":{"type":"string","format":"uuid","description":"the id of the reward"},"rewardName":{"type":"string","description":"what the reward was called when it was bought"},"voucherId":{"type":"string","format":"uuid","description":"the id of the voucher that was given for it"},"price":{"type":"integer","description":"the points that were taken"},"comment":{"type":"string","description":"what the buyer or an administrator wrote"}}}	f	2026-11-27 05:23:11.358625+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-237f-7643-a0a0-a6461dfaa1ef	1	An administrator has adjusted a user's points.	{"type":"object","required":["points","kind","reason","requestedBy"],"properties":{"points":{"type":"integer","description":"what the balance was changed by; below zero: taken"},"kind":{"type":"string","description":"what it counts as","enum":["EARN","SPEND","NONE"]},"reason":{"type":"string","description":"what the administrator wrote"},"requestedBy":{"type":"string","description":"who asked for it: the kind and id of the caller, at the console the session too"},"approvedBy":{"type":"string","description":"who agreed, where two had to"},"adjustmentId":{"type":"string","format":"uuid","description":"the id of the adjustment that waited for approval"},"liabilityHandlingPolicy":{"type":"string","description":"whether points policies were asked","enum":["BYPASS","REJECT_EVENT"]}}}	f	2026-11-27 05:23:11.36078+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2380-71c8-873d-54390d77f2bd	1	Two accounts of one person have become one.	{"type":"object","required":["survivorId","mergedId","points","pending"],"properties":{"survivorId":{"type":"string","format":"uuid","description":"the id of the user who goes on"},"mergedId":{"type":"string","format":"uuid","description":"the id of the user who was given up, whose id leads to the survivor"},"points":{"type":"integer","description":"the usable points that went over"},"pending":{"type":"integer","description":"the points that went over and are not usable yet"}}}	f	2026-11-27 05:23:11.362951+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2383-7746-b38e-249eb46296f9	1	A user has given a consent.	{"type":"object","required":["consentId","consentTypeId","name"],"properties":{"consentId":{"type":"string","format":"uuid","description":"the id of the consent"},"consentTypeId":{"type":"string","format":"uuid","description":"the id of its type"},"name":{"type":"string","description":"what the type was called then"}}}	f	2026-11-27 05:23:11.36438+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2389-76bb-af82-de4921fc8117	1	A user has revoked a consent.	{"type":"object","required":["consentId","consentTypeId","name"],"properties":{"consentId":{"type":"string","format":"uuid","description":"the id of the consent"},"consentTypeId":{"type":"string","format":"uuid","description":"the id of its type"},"name":{"type":"string","description":"what the type was called then"}}}	f	2026-11-27 05:23:11.370043+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238a-76f8-a2c3-9d0315d2a3b9	1	A user has earned a badge.	{"type":"object","required":["badgeId","badgeName"],"properties":{"badgeId":{"type":"string","format":"uuid","description":"the id of the badge"},"badgeName":{"type":"string","description":"what the badge was called among administrators when it was earned"},"awardedBy":{"type":"string","description":"who gave it, where somebody did: the kind and id of the caller"},"comment":{"type":"string","description":"what the administrator wrote"}}}	f	2026-11-27 05:23:11.370846+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238a-76f8-a2c3-9d0448b0658d	1	A user has been given a voucher.	{"type":"object","required":["rewardId","rewardName","voucherId"],"properties":{"rewardId":{"type":"string","format":"uuid","description":"the id of the reward"},"rewardName":{"type":"string","description":"what the reward was called when it was given"},"voucherId":{"type":"string","format":"uuid","description":"the id of the voucher"}}}	f	2026-11-27 05:23:11.371595+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238c-7318-b10f-77808fed2f9e	1	A member whom the user has invited has reached a tranche of a campaign.	{"type":"object","required":["trancheId","trancheName","campaignId","refereeId","eventId"],"properties":{"trancheId":{"type":"string","format":"uuid","description":"the id of the tranche"},"trancheName":{"type":"string","description":"what the tranche was called then"},"campaignId":{"type":"string","format":"uuid","description":"the id of its campaign"},"refereeId":{"type":"string","format":"uuid","description":"the id of the member who was invited"},"eventId":{"type":"string","format":"uuid","description":"the id of the event by which the member reached it"}}}	f	2026-11-27 05:23:11.372889+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238d-726f-b4ab-aa58a230783b	1	A user has joined an audience.	{"type":"object","required":["audienceId","audienceName"],"properties":{"audienceId":{"type":"string","format":"uuid","description":"the id of the audience"},"audienceName":{"type":"string","description":"what the audience was called then"}}}	f	2026-11-27 05:23:11.376537+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2390-7504-b0c3-8a9e7cc4e230	1	A user has left an audience.	{"type":"object","required":["audienceId","audienceName"],"properties":{"audienceId":{"type":"string","format":"uuid","description":"the id of the audience"},"audienceName":{"type":"string","description":"what the audience was called then"}}}	f	2026-11-27 05:23:11.386455+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-239b-7784-a739-210d752a002c	1	A user has come into a tier.	{"type":"object","required":["tierId","tierName","priority"],"properties":{"tierId":{"type":"string","format":"uuid","description":"the id of the tier"},"tierName":{"type":"string","description":"what the tier is called in its default language"},"priority":{"type":"integer","minimum":0,"description":"its place among the tiers"},"pointsRequirement":{"type":"integer","description":"the points that it takes"},"earnedPoints":{"type":"integer","description":"the points that the user has earned for it"},"isHighest":{"type":"boolean","description":"false: the user is in a higher tier as well"},"until":{"type":"string","description":"when it ends by itself","format":"date-time"}}}	f	2026-11-27 05:23:11.387773+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-239b-7784-a739-210e21dbcbfc	1	A user is in a tier no longer.	{"type":"object","required":["tierId","tierName","priority"],"properties":{"tierId":{"type":"string","format":"uuid","description":"the id of the tier"},"tierName":{"type":"string","description":"what the tier is called in its default language"},"priority":{"type":"integer","minimum":0,"description":"its place among the tiers"},"why":{"type":"string","description":"what has come to its end","enum":["PERIOD_ENDED","POINTS","TIER_ENDED"]},"lostAt":{"type":"string","description":"when it ended; when it was noted is the event's own time","format":"date-time"}}}	f	2026-11-27 05:23:11.389276+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-239d-72fd-a740-2289122e3153	1	A user has redeemed a voucher and seen its code.	{"type":"object","required":["rewardId","rewardName","voucherId","code"],"properties":{"rewardId":{"type":"string","format":"uuid","description":"the id of the reward"},"rewardName":{"type":"string","description":"what the reward is called"},"voucherId":{"type":"string","format":"uuid","description":"the id of the voucher"},"code":{"type":"string","description":"what is shown at the till"},"position":{"type":"object","required":["longitude","latitude"],"properties":{"longitude":{"type":"number"},"latitude":{"type":"number"}}}}}	f	2026-11-27 05:23:11.393301+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a2-7624-b07b-1c3efd4e7d6b	1	A voucher has been used at a till.	{"type":"object","required":["rewardId","rewardName","voucherId"],"properties":{"rewardId":{"type":"string","format":"uuid","description":"the id of the reward"},"rewardName":{"type":"string","description":"what the reward is called"},"voucherId":{"type":"string","format":"uuid","description":"the id of the voucher"},"venueId":{"type":"string","format":"uuid","description":"the id of the venue"},"position":{"type":"object","required":["longitude","latitude"],"properties":{"longitude":{"type":"number"},"latitude":{"type":"number"}}}}}	f	2026-11-27 05:23:11.39528+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a3-7726-b980-cb67831e1d03	1	A voucher has been taken back, and its price given back.	{"type":"object","required":["rewardId","rewardName","voucherId","price"],"properties":{"rewardId":{"type":"string","format":"uuid","description":"the id of the reward"},"rewardName":{"type":"string","description":"what the reward is called"},"voucherId":{"type":"string","format":"uuid","description":"the id of the voucher"},"price":{"type":"integer","description":"the points that were given back"},"comment":{"type":"string","description":"what the administrator wrote"}}}	f	2026-11-27 05:23:11.396797+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a6-766c-adb2-24dc69650541	1	Points of a user have run out.	{"type":"object","required":["points","lots"],"properties":{"points":{"type":"integer","minimum":1,"description":"how many points have run out"},"lots":{"type":"array","items":{"type":"object","required":["points"],"properties":{"number":{"type":"integer","minimum":1},"points":{"type":"integer","minimum":1},"earnedAt":{"type":"string","format":"date-time"},"expiresAt":{"type":"string","format":"date-time"}}},"description":"which ones, up to 100: the ledger's entry that earned them; without a number, those that were kept without terms"}}}	f	2026-11-27 05:23:11.400067+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a8-745f-9ba3-06b3405c539b	1	Points of a user have become usable.	{"type":"object","required":["points","lots"],"properties":{"points":{"type":"integer","minimum":1,"description":"how many points have become usable"},"lots":{"type":"array","items":{"type":"object","required":["points"],"properties":{"number":{"type":"integer","minimum":1},"points":{"type":"integer","minimum":1},"earnedAt":{"type":"string","format":"date-time"},"expiresAt":{"type":"string","format":"date-time"}}},"description":"which ones, up to 100: the ledger's entry that earned them; without a number, those that were kept without terms"},"awaits":{"type":"string","description":"what they waited for, where a command named that"},"reason":{"type":"string","description":"what the administrator wrote"},"requestedBy":{"type":"string","description":"who asked for it, where somebody did: the kind and id of the caller"}}}	f	2026-11-27 05:23:11.402396+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23aa-709d-9792-83ed3ae69b0e	1	An event has been undone, in whole or by a share.	{"type":"object","required":["eventId","eventType","share","shareInAll","policy","takenBack","givenBack","owed","forgiven","ranOut","undone","left","requestedBy"],"properties":{"eventId":{"type":"string","format":"uuid","description":"the id of the event that is undone"},"eventType":{"type":"string","description":"its type"},"share":{"type":"number","description":"how much of it is undone, of 1"},"shareInAll":{"type":"number","description":"the same, with what was undone of it before"},"policy":{"type":"string","description":"what to do about spent points","enum":["within_balance","debt","refuse"]},"takenBack":{"type":"integer","minimum":0,"description":"points that the member lost, those owed among them"},"givenBack":{"type":"integer","minimum":0,"description":"points that the member got"},"owed":{"type":"integer","minimum":0,"description":"points that the member owes by it"},"forgiven":{"type":"integer","minimum":0,"description":"points that were spent, and are left"},"ranOut":{"type":"integer","minimum":0,"description":"points that had run out already"},"undone":{"type":"array","items":{"type":"string"},"description":"what else was undone"},"left":{"type":"array","items":{"type":"object"},"description":"what stays, and why"},"requestedBy":{"type":"string","description":"who asked for it: the kind and id of the caller"},"comment":{"type":"string","description":"what the administrator wrote"},"followedFrom":{"type":"string","format":"uuid","description":"the id of the event from which it followed, and with which it is undone"}}}	f	2026-11-27 05:23:11.404685+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23b3-7332-b737-61ec600f3b46	1	Pending points of a user have been taken back.	{"type":"object","required":["points","lots"],"properties":{"points":{"type":"integer","minimum":1,"description":"how many points have been taken back"},"lots":{"type":"array","items":{"type":"object","required":["points"],"properties":{"number":{"type":"integer","minimum":1},"points":{"type":"integer","minimum":1},"earnedAt":{"type":"string","format":"date-time"},"expiresAt":{"type":"string","format":"date-time"}}},"description":"which ones, up to 100: the ledger's entry that earned them; without a number, those that were kept without terms"},"awaits":{"type":"string","description":"what they waited for, where a command named that"},"reason":{"type":"string","description":"what the administrator wrote"},"requestedBy":{"type":"string","description":"who asked for it, where somebody did: the kind and id of the caller"}}}	f	2026-11-27 05:23:11.417719+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	An event type of a test	{"type":"object","required":["total"],"properties":{"total":{"type":"number","minimum":0},"items":{"type":"array"}}}	f	2026-11-27 05:23:12.488755+00	{"allowUnknown":true,"occurredPastDays":null,"occurredFutureSeconds":null,"latePolicy":"accept","lateAfterDays":null,"duplicateWindowSeconds":60,"duplicateInclude":[],"duplicateExclude":[],"nearDuplicatePointer":null,"onInvalid":"reject"}	[]	[]
\.


--
-- Data for Name: event_types; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event_types (tenant_id, id, name, is_private, is_intrinsic, is_active, version, created_at, updated_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2355-73f8-9d46-8554d01e68ba	REGISTERED_ACCOUNT	t	t	t	1	2026-11-27 05:23:11.341965+00	2026-11-27 05:23:11.341965+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2377-76a8-b3d9-34ee20ce9e32	PROFILE_UPDATED	t	t	t	1	2026-11-27 05:23:11.352854+00	2026-11-27 05:23:11.352854+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-237b-7570-b206-96bccd67402b	CLOSED_ACCOUNT	t	t	t	1	2026-11-27 05:23:11.355596+00	2026-11-27 05:23:11.355596+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-237d-72e0-87e1-d3f6dc9da866	PURCHASED_REWARD	t	t	t	1	2026-11-27 05:23:11.357327+00	2026-11-27 05:23:11.357327+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-237f-7643-a0a0-a6461dfaa1ef	POINTS_ADJUSTED	t	t	t	1	2026-11-27 05:23:11.359918+00	2026-11-27 05:23:11.359918+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2380-71c8-873d-54390d77f2bd	ACCOUNTS_MERGED	t	t	t	1	2026-11-27 05:23:11.361932+00	2026-11-27 05:23:11.361932+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2383-7746-b38e-249eb46296f9	CONSENT_GIVEN	t	t	t	1	2026-11-27 05:23:11.363672+00	2026-11-27 05:23:11.363672+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2389-76bb-af82-de4921fc8117	CONSENT_REVOKED	t	t	t	1	2026-11-27 05:23:11.369742+00	2026-11-27 05:23:11.369742+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238a-76f8-a2c3-9d0315d2a3b9	BADGE_EARNED	t	t	t	1	2026-11-27 05:23:11.3706+00	2026-11-27 05:23:11.3706+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238a-76f8-a2c3-9d0448b0658d	VOUCHER_GIVEN	t	t	t	1	2026-11-27 05:23:11.371198+00	2026-11-27 05:23:11.371198+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238c-7318-b10f-77808fed2f9e	REFERRAL_TRANCHE_ACTIVATION	t	t	t	1	2026-11-27 05:23:11.372671+00	2026-11-27 05:23:11.372671+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-238d-726f-b4ab-aa58a230783b	AUDIENCE_JOINED	t	t	t	1	2026-11-27 05:23:11.376069+00	2026-11-27 05:23:11.376069+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2390-7504-b0c3-8a9e7cc4e230	AUDIENCE_LEFT	t	t	t	1	2026-11-27 05:23:11.376858+00	2026-11-27 05:23:11.376858+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-239b-7784-a739-210d752a002c	TIER_REACHED	t	t	t	1	2026-11-27 05:23:11.387124+00	2026-11-27 05:23:11.387124+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-239b-7784-a739-210e21dbcbfc	TIER_LOST	t	t	t	1	2026-11-27 05:23:11.388488+00	2026-11-27 05:23:11.388488+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-239d-72fd-a740-2289122e3153	REDEEMED_VOUCHER	t	t	t	1	2026-11-27 05:23:11.390471+00	2026-11-27 05:23:11.390471+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a2-7624-b07b-1c3efd4e7d6b	BURNED_VOUCHER	t	t	t	1	2026-11-27 05:23:11.394906+00	2026-11-27 05:23:11.394906+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a3-7726-b980-cb67831e1d03	VOUCHER_REFUNDED	t	t	t	1	2026-11-27 05:23:11.396193+00	2026-11-27 05:23:11.396193+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a6-766c-adb2-24dc69650541	POINTS_EXPIRED	t	t	t	1	2026-11-27 05:23:11.399358+00	2026-11-27 05:23:11.399358+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23a8-745f-9ba3-06b3405c539b	POINTS_ACTIVATED	t	t	t	1	2026-11-27 05:23:11.400998+00	2026-11-27 05:23:11.400998+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23aa-709d-9792-83ed3ae69b0e	EVENT_REVERSED	t	t	t	1	2026-11-27 05:23:11.404063+00	2026-11-27 05:23:11.404063+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-23b3-7332-b737-61ec600f3b46	POINTS_CANCELLED	t	t	t	1	2026-11-27 05:23:11.415422+00	2026-11-27 05:23:11.415422+00
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-27e3-70e9-ab12-063d8d89fbdc	PURCHASED_COFFEE	t	f	t	1	2026-11-27 05:23:12.483797+00	2026-11-27 05:23:12.483797+00
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, executor, payload, occurred_at, reported_at, reacted_at, points, verdicts, recorded_in, enhanced, context, terms) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2a47-79d8-8000-0fcfc1e7cd2d	01a21b75-2355-73f8-9d46-8554d01e68ba	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"userId":"01a21b75-2936-72ec-a8e3-eafd620c359f","accountNumber":"204556406930"}	2026-11-27 05:23:13.09563+00	2026-11-27 05:23:13.09563+00	2026-11-27 05:23:13.154796+00	0	{}	797	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2aa0-7ba0-8000-7cd9e8ba3fe6	01a21b75-2355-73f8-9d46-8554d01e68ba	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"userId":"01a21b75-2a9b-7519-ae1f-2c058e8be009","accountNumber":"981137904745"}	2026-11-27 05:23:13.184744+00	2026-11-27 05:23:13.184744+00	2026-11-27 05:23:13.185825+00	0	{}	798	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2ab6-7ca4-8000-45a374dad443	01a21b75-2355-73f8-9d46-8554d01e68ba	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"userId":"01a21b75-2ab2-71b3-8228-71dc0a78bbf6","accountNumber":"480729581086"}	2026-11-27 05:23:13.206809+00	2026-11-27 05:23:13.206809+00	2026-11-27 05:23:13.215106+00	0	{}	799	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-2ae9-7bac-8000-3da6c2b7cda6	01a21b75-2355-73f8-9d46-8554d01e68ba	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"userId":"01a21b75-2ae0-74c1-a9a6-b54fd669066a","accountNumber":"622420490071"}	2026-11-27 05:23:13.257747+00	2026-11-27 05:23:13.257747+00	2026-11-27 05:23:13.262196+00	0	{}	800	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-2b19-74ec-8000-d787b67f79da	01a21b75-2355-73f8-9d46-8554d01e68ba	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"userId":"01a21b75-2b0d-766a-a6b3-398cd2f9a54d","accountNumber":"160606637652"}	2026-11-27 05:23:13.305315+00	2026-11-27 05:23:13.305315+00	2026-11-27 05:23:13.314741+00	0	{}	801	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2cb6-7608-8000-bcda3cc9fd4c	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":10}	2026-11-27 05:23:13.718386+00	2026-11-27 05:23:13.718386+00	2026-11-27 05:23:13.815739+00	12	{"F":[[1,[0,10]],[2,[0,2]]]}	806	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2d6f-7b48-8000-ec314d0f3feb	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":11}	2026-11-27 05:23:13.903722+00	2026-11-27 05:23:13.903722+00	2026-11-27 05:23:13.927375+00	13	{"F":[[1,[0,11]],[2,[0,2]]]}	807	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2dae-778c-8000-6a30fb2af5f4	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":12}	2026-11-27 05:23:13.966483+00	2026-11-27 05:23:13.966483+00	2026-11-27 05:23:14.01067+00	14	{"F":[[1,[0,12]],[2,[0,2]]]}	808	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2e0d-7f34-8000-ded5d3acff5e	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":13}	2026-11-27 05:23:14.061973+00	2026-11-27 05:23:14.061973+00	2026-11-27 05:23:14.108049+00	13	{"F":[[1,[0,13]]],"L":[[2,3]]}	809	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2e65-7d48-8000-5aa25dfd6c89	01a21b75-237d-72e0-87e1-d3f6dc9da866	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-2e7f-7434-a6ab-f58857895f61","price":5}	2026-11-27 05:23:14.14985+00	2026-11-27 05:23:14.14985+00	2026-11-27 05:23:14.178945+00	-5	{}	810	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2eca-7b9c-8000-768698689289	01a21b75-239d-72fd-a740-2289122e3153	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-2e7f-7434-a6ab-f58857895f61","code":"MWGQ-G7EY"}	2026-11-27 05:23:14.250743+00	2026-11-27 05:23:14.250743+00	2026-11-27 05:23:14.279955+00	0	{}	811	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2ef7-71fc-8000-d37e39928f1b	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":11}	2026-11-27 05:23:14.295127+00	2026-11-27 05:23:14.295127+00	2026-11-27 05:23:14.302645+00	13	{"F":[[1,[0,11]],[2,[0,2]]]}	812	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2f0d-71f4-8000-462d9d1a1888	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":12}	2026-11-27 05:23:14.317125+00	2026-11-27 05:23:14.317125+00	2026-11-27 05:23:14.331171+00	14	{"F":[[1,[0,12]],[2,[0,2]]]}	813	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2f33-7b9c-8000-5b841e7c6127	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":13}	2026-11-27 05:23:14.355743+00	2026-11-27 05:23:14.355743+00	2026-11-27 05:23:14.369106+00	15	{"F":[[1,[0,13]],[2,[0,2]]]}	814	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2f59-75d8-8000-36166a23fc8d	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":14}	2026-11-27 05:23:14.393374+00	2026-11-27 05:23:14.393374+00	2026-11-27 05:23:14.402807+00	14	{"F":[[1,[0,14]]],"L":[[2,3]]}	815	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2f72-7c64-8000-f378c48f9a74	01a21b75-237d-72e0-87e1-d3f6dc9da866	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-2f75-73b6-b24e-76cdbeab7669","price":5}	2026-11-27 05:23:14.418793+00	2026-11-27 05:23:14.418793+00	2026-11-27 05:23:14.421915+00	-5	{}	816	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2f91-702c-8000-57c9485ca209	01a21b75-239d-72fd-a740-2289122e3153	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-2f75-73b6-b24e-76cdbeab7669","code":"7NJD-5FH9"}	2026-11-27 05:23:14.449011+00	2026-11-27 05:23:14.449011+00	2026-11-27 05:23:14.45812+00	0	{}	817	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2fa0-73b8-8000-1af4808f593d	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":12}	2026-11-27 05:23:14.464238+00	2026-11-27 05:23:14.464238+00	2026-11-27 05:23:14.49491+00	14	{"F":[[1,[0,12]],[2,[0,2]]]}	818	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2fc4-774c-8000-ea0a5b3a190a	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":13}	2026-11-27 05:23:14.500467+00	2026-11-27 05:23:14.500467+00	2026-11-27 05:23:14.505572+00	15	{"F":[[1,[0,13]],[2,[0,2]]]}	819	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2fd6-74b8-8000-82ce3c343313	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":14}	2026-11-27 05:23:14.518302+00	2026-11-27 05:23:14.518302+00	2026-11-27 05:23:14.521034+00	16	{"F":[[1,[0,14]],[2,[0,2]]]}	821	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2fe9-7c34-8000-4d620178edd0	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":15}	2026-11-27 05:23:14.537781+00	2026-11-27 05:23:14.537781+00	2026-11-27 05:23:14.556031+00	15	{"F":[[1,[0,15]]],"L":[[2,3]]}	822	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-300b-7be4-8000-51b7599ea747	01a21b75-237d-72e0-87e1-d3f6dc9da866	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-3013-70bc-aedb-a26c0e4f250e","price":5}	2026-11-27 05:23:14.571761+00	2026-11-27 05:23:14.571761+00	2026-11-27 05:23:14.579745+00	-5	{}	823	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-301e-7ec0-8000-e5b5e3d94ac6	01a21b75-239d-72fd-a740-2289122e3153	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-3013-70bc-aedb-a26c0e4f250e","code":"MXFP-TFFP"}	2026-11-27 05:23:14.590944+00	2026-11-27 05:23:14.590944+00	2026-11-27 05:23:14.60029+00	0	{}	824	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-3038-78a4-8000-fcd344f49c99	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":13}	2026-11-27 05:23:14.616553+00	2026-11-27 05:23:14.616553+00	2026-11-27 05:23:14.627652+00	15	{"F":[[1,[0,13]],[2,[0,2]]]}	825	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-3054-7330-8000-db9dd1c43f21	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":14}	2026-11-27 05:23:14.644204+00	2026-11-27 05:23:14.644204+00	2026-11-27 05:23:14.655617+00	16	{"F":[[1,[0,14]],[2,[0,2]]]}	826	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-3077-74c0-8000-0f7853163915	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":15}	2026-11-27 05:23:14.679304+00	2026-11-27 05:23:14.679304+00	2026-11-27 05:23:14.692681+00	17	{"F":[[1,[0,15]],[2,[0,2]]]}	827	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-309d-7b48-8000-c752e4790629	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":16}	2026-11-27 05:23:14.717722+00	2026-11-27 05:23:14.717722+00	2026-11-27 05:23:14.722448+00	16	{"F":[[1,[0,16]]],"L":[[2,3]]}	828	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-30b5-7460-8000-0b2a6c0f3d42	01a21b75-237d-72e0-87e1-d3f6dc9da866	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-30b8-77ec-92d9-1ac863f0433e","price":5}	2026-11-27 05:23:14.74128+00	2026-11-27 05:23:14.74128+00	2026-11-27 05:23:14.745249+00	-5	{}	829	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-30d5-76c8-8000-c6e617eb205c	01a21b75-239d-72fd-a740-2289122e3153	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-30b8-77ec-92d9-1ac863f0433e","code":"SQ6K-HFH6"}	2026-11-27 05:23:14.773434+00	2026-11-27 05:23:14.773434+00	2026-11-27 05:23:14.781548+00	0	{}	830	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-30e9-798c-8000-67865387a281	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":14}	2026-11-27 05:23:14.793611+00	2026-11-27 05:23:14.793611+00	2026-11-27 05:23:14.805069+00	16	{"F":[[1,[0,14]],[2,[0,2]]]}	831	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-3105-75f4-8000-b6b6df72ac81	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":15}	2026-11-27 05:23:14.821381+00	2026-11-27 05:23:14.821381+00	2026-11-27 05:23:14.823834+00	17	{"F":[[1,[0,15]],[2,[0,2]]]}	832	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-3111-79f8-8000-0b4c0ce2bd02	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":16}	2026-11-27 05:23:14.833638+00	2026-11-27 05:23:14.833638+00	2026-11-27 05:23:14.838864+00	18	{"F":[[1,[0,16]],[2,[0,2]]]}	833	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-311e-7c64-8000-f90c1712972f	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"total":17}	2026-11-27 05:23:14.846793+00	2026-11-27 05:23:14.846793+00	2026-11-27 05:23:14.854413+00	17	{"F":[[1,[0,17]]],"L":[[2,3]]}	834	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-3130-7010-8000-5119f251a758	01a21b75-237d-72e0-87e1-d3f6dc9da866	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-3133-73e3-b17b-26219306b5dd","price":5}	2026-11-27 05:23:14.864004+00	2026-11-27 05:23:14.864004+00	2026-11-27 05:23:14.868267+00	-5	{}	835	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-3141-78d4-8000-3c5e60cece65	01a21b75-239d-72fd-a740-2289122e3153	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"rewardId":"01a21b75-2c8b-7257-ab1a-75f3cc53f7f3","rewardName":"A cup","voucherId":"01a21b75-3133-73e3-b17b-26219306b5dd","code":"V3QH-EVNK"}	2026-11-27 05:23:14.881565+00	2026-11-27 05:23:14.881565+00	2026-11-27 05:23:14.888879+00	0	{}	836	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-3152-7400-8000-2984dd018b02	01a21b75-23aa-709d-9792-83ed3ae69b0e	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"eventId":"01a21b75-311e-7c64-8000-f90c1712972f","eventType":"PURCHASED_COFFEE","share":0.5,"shareInAll":0.5,"policy":"within_balance","takenBack":8,"givenBack":0,"owed":0,"forgiven":0,"ranOut":0,"undone":[],"left":[],"requestedBy":"admin:client_02EyMUAKCr8MEz7lMH6B"}	2026-11-27 05:23:14.898256+00	2026-11-27 05:23:14.898256+00	2026-11-27 05:23:14.94473+00	-8	{}	837	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-319c-70d0-8000-e27207dfa216	01a21b75-237f-7643-a0a0-a6461dfaa1ef	1	admin:client_02EyMUAKCr8MEz7lMH6B	\N	{"points":7,"kind":"EARN","reason":"A gift","liabilityHandlingPolicy":"REJECT_EVENT","requestedBy":"admin:client_02EyMUAKCr8MEz7lMH6B"}	2026-11-27 05:23:14.972052+00	2026-11-27 05:23:14.972052+00	2026-11-27 05:23:14.974232+00	7	{}	838	\N	\N	\N
\.


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.idempotency_keys (tenant_id, principal, key, request_digest, status, body, created_at) FROM stdin;
\.


--
-- Data for Name: installation; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.installation (singleton, secret_key, secret_key_check) FROM stdin;
t	\N	\\x6028707a9b13885b68a4c19d036d6ba3882e0d248f6ec6cf01394534a50cacd4
\.


--
-- Data for Name: integrity_checks; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.integrity_checks (tenant_id, started_at, ended_at, wallets, entries, events, difference_count, differences, accounts, state_hash) FROM stdin;
\.


--
-- Data for Name: jobs; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.jobs (tenant_id, id, kind, key, input, cursor, state, done, total, steps, attempt, due_at, lease, error, result, created_at, started_at, ended_at) FROM stdin;
\.


--
-- Data for Name: ledger_entries; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points, balance_after, recorded_at, is_pending, owed, is_undo) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	1	01a21b75-2cb6-7608-8000-bcda3cc9fd4c	1	0	ISSUE	10	10	2026-11-27 05:23:13.718386+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	2	01a21b75-2cb6-7608-8000-bcda3cc9fd4c	2	0	ISSUE	2	12	2026-11-27 05:23:13.718386+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	3	01a21b75-2d6f-7b48-8000-ec314d0f3feb	1	0	ISSUE	11	23	2026-11-27 05:23:13.903722+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	4	01a21b75-2d6f-7b48-8000-ec314d0f3feb	2	0	ISSUE	2	25	2026-11-27 05:23:13.903722+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	5	01a21b75-2dae-778c-8000-6a30fb2af5f4	1	0	ISSUE	12	37	2026-11-27 05:23:13.966483+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	6	01a21b75-2dae-778c-8000-6a30fb2af5f4	2	0	ISSUE	2	39	2026-11-27 05:23:13.966483+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	7	01a21b75-2e0d-7f34-8000-ded5d3acff5e	1	0	ISSUE	13	52	2026-11-27 05:23:14.061973+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	8	01a21b75-2e65-7d48-8000-5aa25dfd6c89	\N	\N	REDEMPTION	-5	47	2026-11-27 05:23:14.14985+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	1	01a21b75-2ef7-71fc-8000-d37e39928f1b	1	0	ISSUE	11	11	2026-11-27 05:23:14.295127+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	2	01a21b75-2ef7-71fc-8000-d37e39928f1b	2	0	ISSUE	2	13	2026-11-27 05:23:14.295127+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	3	01a21b75-2f0d-71f4-8000-462d9d1a1888	1	0	ISSUE	12	25	2026-11-27 05:23:14.317125+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	4	01a21b75-2f0d-71f4-8000-462d9d1a1888	2	0	ISSUE	2	27	2026-11-27 05:23:14.317125+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	5	01a21b75-2f33-7b9c-8000-5b841e7c6127	1	0	ISSUE	13	40	2026-11-27 05:23:14.355743+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	6	01a21b75-2f33-7b9c-8000-5b841e7c6127	2	0	ISSUE	2	42	2026-11-27 05:23:14.355743+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	7	01a21b75-2f59-75d8-8000-36166a23fc8d	1	0	ISSUE	14	56	2026-11-27 05:23:14.393374+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	8	01a21b75-2f72-7c64-8000-f378c48f9a74	\N	\N	REDEMPTION	-5	51	2026-11-27 05:23:14.418793+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	1	01a21b75-2fa0-73b8-8000-1af4808f593d	1	0	ISSUE	12	12	2026-11-27 05:23:14.464238+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	2	01a21b75-2fa0-73b8-8000-1af4808f593d	2	0	ISSUE	2	14	2026-11-27 05:23:14.464238+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	3	01a21b75-2fc4-774c-8000-ea0a5b3a190a	1	0	ISSUE	13	27	2026-11-27 05:23:14.500467+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	4	01a21b75-2fc4-774c-8000-ea0a5b3a190a	2	0	ISSUE	2	29	2026-11-27 05:23:14.500467+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	5	01a21b75-2fd6-74b8-8000-82ce3c343313	1	0	ISSUE	14	43	2026-11-27 05:23:14.518302+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	6	01a21b75-2fd6-74b8-8000-82ce3c343313	2	0	ISSUE	2	45	2026-11-27 05:23:14.518302+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	7	01a21b75-2fe9-7c34-8000-4d620178edd0	1	0	ISSUE	15	60	2026-11-27 05:23:14.537781+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	8	01a21b75-300b-7be4-8000-51b7599ea747	\N	\N	REDEMPTION	-5	55	2026-11-27 05:23:14.571761+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	1	01a21b75-3038-78a4-8000-fcd344f49c99	1	0	ISSUE	13	13	2026-11-27 05:23:14.616553+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	2	01a21b75-3038-78a4-8000-fcd344f49c99	2	0	ISSUE	2	15	2026-11-27 05:23:14.616553+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	3	01a21b75-3054-7330-8000-db9dd1c43f21	1	0	ISSUE	14	29	2026-11-27 05:23:14.644204+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	4	01a21b75-3054-7330-8000-db9dd1c43f21	2	0	ISSUE	2	31	2026-11-27 05:23:14.644204+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	5	01a21b75-3077-74c0-8000-0f7853163915	1	0	ISSUE	15	46	2026-11-27 05:23:14.679304+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	6	01a21b75-3077-74c0-8000-0f7853163915	2	0	ISSUE	2	48	2026-11-27 05:23:14.679304+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	7	01a21b75-309d-7b48-8000-c752e4790629	1	0	ISSUE	16	64	2026-11-27 05:23:14.717722+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	8	01a21b75-30b5-7460-8000-0b2a6c0f3d42	\N	\N	REDEMPTION	-5	59	2026-11-27 05:23:14.74128+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	1	01a21b75-30e9-798c-8000-67865387a281	1	0	ISSUE	14	14	2026-11-27 05:23:14.793611+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	2	01a21b75-30e9-798c-8000-67865387a281	2	0	ISSUE	2	16	2026-11-27 05:23:14.793611+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	3	01a21b75-3105-75f4-8000-b6b6df72ac81	1	0	ISSUE	15	31	2026-11-27 05:23:14.821381+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	4	01a21b75-3105-75f4-8000-b6b6df72ac81	2	0	ISSUE	2	33	2026-11-27 05:23:14.821381+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	5	01a21b75-3111-79f8-8000-0b4c0ce2bd02	1	0	ISSUE	16	49	2026-11-27 05:23:14.833638+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	6	01a21b75-3111-79f8-8000-0b4c0ce2bd02	2	0	ISSUE	2	51	2026-11-27 05:23:14.833638+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	7	01a21b75-311e-7c64-8000-f90c1712972f	1	0	ISSUE	17	68	2026-11-27 05:23:14.846793+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	8	01a21b75-3130-7010-8000-5119f251a758	\N	\N	REDEMPTION	-5	63	2026-11-27 05:23:14.864004+00	f	0	f
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	9	01a21b75-3152-7400-8000-2984dd018b02	1	0	ISSUE	-8	55	2026-11-27 05:23:14.898256+00	f	0	t
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	9	01a21b75-319c-70d0-8000-e27207dfa216	\N	\N	ISSUE	7	54	2026-11-27 05:23:14.972052+00	f	0	f
\.


--
-- Data for Name: lot_moves; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.lot_moves (tenant_id, user_id, entry, lot, source, target, points) FROM stdin;
\.


--
-- Data for Name: lots; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.lots (tenant_id, user_id, number, points, remaining, earned_at, expires_at, is_pending, usable_at, awaits, expired, withdrawn) FROM stdin;
\.


--
-- Data for Name: merges; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.merges (tenant_id, merged_user_id, user_id, merged_event_id, event_id, earned, spent, expired, adjusted, merged_at) FROM stdin;
\.


--
-- Data for Name: near_values; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.near_values (tenant_id, user_id, digest, event_id, reported_at) FROM stdin;
\.


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.outbox (tenant_id, user_id, id, event_id, reactor_version_id, reaction, url, headers, body, state, created_at) FROM stdin;
\.


--
-- Data for Name: period_points; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.period_points (tenant_id, user_id, period_start, through_number, earned, spent) FROM stdin;
\.


--
-- Data for Name: points_policies; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.points_policies (tenant_id, id, version, is_active, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: points_policy_versions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.points_policy_versions (tenant_id, policy_id, version, name, type, config, is_active, created_at) FROM stdin;
\.


--
-- Data for Name: points_terms; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.points_terms (tenant_id, number, time_zone, policies, created_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	1	UTC	[]	2026-11-27 05:23:11.316048+00
\.


--
-- Data for Name: quarantine; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.quarantine (tenant_id, id, user_id, event_type_id, event_type_version, reporter, executor, payload, context, occurred_at, reported_at, reason, faults, status, resolved_at, resolved_by, discard_reason, event_id) FROM stdin;
\.


--
-- Data for Name: reactor_versions; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.reactor_versions (id, tenant_id, reactor_id, version, name, description, "constraint", reactions, max_activations, activation_context, effective_from, effective_until, created_at, priority, limits, group_name, group_mode, counter_id) FROM stdin;
1	01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2875-77c9-bdbf-aecc15bb37e8	1	A reactor of a test	\N	\N	[{"type":"POINTS","points":{"operation":"SUM","arguments":[{"type":"JSON_VALUE","value":"total"}]}}]	\N	SUBJECT	\N	\N	2026-11-27 05:23:12.656161+00	0	[]	\N	\N	01a21b75-2875-77c9-bdbf-aecc15bb37e8
2	01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b38-716c-8d0f-759f7ce7a30e	1	A reactor of a test	\N	\N	[{"type":"POINTS","points":{"operation":"SUM","arguments":[{"type":"NUMBER","value":"2"}]}}]	3	SUBJECT	\N	\N	2026-11-27 05:23:13.347323+00	0	[]	\N	\N	01a21b75-2b38-716c-8d0f-759f7ce7a30e
\.


--
-- Data for Name: reactors; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.reactors (tenant_id, id, event_type_id, version, ended_at, created_at, updated_at, state, owner_type, owner_id, campaign_id) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2875-77c9-bdbf-aecc15bb37e8	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	\N	2026-11-27 05:23:12.640589+00	2026-11-27 05:23:12.640589+00	LIVE	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b38-716c-8d0f-759f7ce7a30e	01a21b75-27e3-70e9-ab12-063d8d89fbdc	1	\N	2026-11-27 05:23:13.345933+00	2026-11-27 05:23:13.345933+00	LIVE	\N	\N	\N
\.


--
-- Data for Name: referral_codes; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.referral_codes (tenant_id, id, campaign_id, user_id, invite_code, invite_link, click_count, register_count, version, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: referrals; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.referrals (tenant_id, id, user_id, campaign_id, code_id, referrer_id, source, device, status, flag, decided_by, version, created_at, updated_at) FROM stdin;
\.


--
-- Data for Name: reward_categories; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.reward_categories (tenant_id, id, parent_id, name, priority, picture_url, description, default_locale, details, version, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: reward_discounts; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.reward_discounts (tenant_id, id, reward_id, type, value, sku, product_sku, venue_ids, version, created_at, updated_at) FROM stdin;
\.


--
-- Data for Name: rewards; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.rewards (tenant_id, id, type, name, price, purchasable, available_from, available_until, stock_capacity, stock_consumed, attributes, version, created_at, updated_at, deleted_at, category_id, code_type, code_template, code_id, pool_id, hide_code, expiration_days, limit_count, limit_per, tier_id, audience_ids, venue_ids, criteria, notify_quantity, notify_emails, notified_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2c8b-7257-ab1a-75f3cc53f7f3	VOUCHER	A cup	5	t	2020-01-01 00:00:00+00	\N	\N	5	{}	1	2026-11-27 05:23:13.676814+00	2026-11-27 05:23:13.676814+00	\N	\N	HUMAN	\N	\N	\N	f	\N	\N	\N	\N	{}	{}	\N	\N	{}	\N
\.


--
-- Data for Name: schedules; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.schedules (tenant_id, kind, cron, next_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	check_integrity	41 3 * * *	2026-11-28 03:41:00+00
01a21b75-2316-70db-b578-a72c6316c971	purchase_rewards	23 2 * * *	2026-11-28 02:23:00+00
00000000-0000-0000-0000-000000000000	forget_jobs	17 4 * * *	2026-11-28 04:17:00+00
00000000-0000-0000-0000-000000000000	watch_code_pools	*/10 * * * *	2026-11-27 05:30:00+00
00000000-0000-0000-0000-000000000000	watch_velocity	* * * * *	2026-11-27 05:24:00+00
00000000-0000-0000-0000-000000000000	refresh_due_audiences	*/5 * * * *	2026-11-27 05:25:00+00
00000000-0000-0000-0000-000000000000	end_tiers	*/10 * * * *	2026-11-27 05:30:00+00
00000000-0000-0000-0000-000000000000	expire_vouchers	*/10 * * * *	2026-11-27 05:30:00+00
00000000-0000-0000-0000-000000000000	expire_points	*/10 * * * *	2026-11-27 05:30:00+00
\.


--
-- Data for Name: schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.schema_migrations (number, name, sha256, applied_at) FROM stdin;
1	0001_spine	4b76131b42d61915653b10c315818dfb8940a451c5d1058a6278b06ee1cbdae6	2026-11-27 05:23:04.232141+00
2	0002_console	3f87ac666190ebdde738ad78fc6a5db070f3f3d997471e8d21eda7827c8b276d	2026-11-27 05:23:04.267755+00
3	0003_event_types	e32f176d3d7a8981ff9ff8dbebe8cf2a538772b901d31af5ceaf3379ddfce9c5	2026-11-27 05:23:04.270313+00
4	0004_secrets	9682d11ff22b58f5698d23610517bc0ee2f3c14c80345d8e0c3b56150571db59	2026-11-27 05:23:04.297036+00
5	0005_refused	1a2ffcff011d33f8453ac246a42efca8151123a6c53b8f2cee0b81dfd7ced9c9	2026-11-27 05:23:04.37325+00
6	0006_cloudevents	b0ba2f05b6b351a682685edab850705c3f5c3bd11b158cfe16dd7cbaf2c91fa1	2026-11-27 05:23:04.391867+00
7	0007_jobs	74faa1465ac95109658261c64a4f82eb83804b99bd88c7ee29e84f7e3dbb60b9	2026-11-27 05:23:04.405534+00
8	0008_points	94949ba26e3185561c4e7b0e8c14ab040ef1281bcf62a995e8cd582d16c3a0c1	2026-11-27 05:23:04.442826+00
9	0009_reactors	c4c05f145e3e94e900451c1e65875daab8169f5dda6f43d03c845c92970f1f0b	2026-11-27 05:23:04.454755+00
10	0010_adjustments	f0869082f3889c3de805b00ac1645fe1fa8e326580c744a0892ee823a1c193cd	2026-11-27 05:23:04.473857+00
11	0011_reactions	94e6618b9e3b37559bbe449d30130e114eee92b411c79e43f0aceece6a7c571e	2026-11-27 05:23:04.532342+00
13	0013_counters	77d6af2f1598df3c3ab87d6d9fda5443cce4242ccb72df8cce7f759c2830d4f7	2026-11-27 05:23:04.5814+00
15	0015_pending_and_debt	5983f388cbf0d3bbca3c959a2f85312185c90fd6272be04be92315e827b6007a	2026-11-27 05:23:04.605571+00
16	0016_reversals	a75a4ff6134af4976e0edcfcef37a27a17b5d541eab6b71b00f6152500c04158	2026-11-27 05:23:04.629676+00
17	0017_policies_that_buy	2b0ce1abc90d4150423f0bc8bb0083239ade22274634315f54bd0e7bbf4a8965	2026-11-27 05:23:04.638069+00
18	0018_users	48def453b2ef0b447817b506e438931e169b3fab072077ec9fa3c0bba3c20c8e	2026-11-27 05:23:04.693831+00
19	0019_merges	0a3c65ec6daa267a2ceb628b5fe8342ac26d8b98d894a3db68df2032c8a53706	2026-11-27 05:23:04.777874+00
20	0020_user_imports	5a4692b1978c018dd7c1aa6547177876ef099dd8b6583031fab0155fee87221c	2026-11-27 05:23:04.81114+00
21	0021_rewards	cf87f8b7eb264d8b09010561ae55f76e166b959ee8f0a80e11aefff417832bfe	2026-11-27 05:23:04.888686+00
22	0022_vouchers	483851f86083f11485d844b6a4851eb9236b694123e4fa9e318c56eae4b96741	2026-11-27 05:23:04.941166+00
23	0023_vouchers_indexes	5f2c0b2bf528e86c7fc8d70b1c9e55f99c210f1146fd3d54f0b411e8f3781096	2026-11-27 05:23:04.945894+00
24	0024_tiers	03727820031f3aa4d00d86b282e4c7082a406d83598624e15b0e238e46e7e2c1	2026-11-27 05:23:04.975131+00
25	0025_audiences	5daee989c0a02cd1082cb4f84e5ceb11804d57e1248ae7210a5fb971279ff10c	2026-11-27 05:23:05.001976+00
27	0027_roles	213aec2e875b1e8f6ba6e5a536f0c62cc9510306e81da89ed2db2e6047a84230	2026-11-27 05:23:05.041005+00
28	0028_audit	780e9ed754deb7628cf0056e2e38aab89b86eb5aa617437e658afddeb03727ee	2026-11-27 05:23:05.065886+00
31	0031_linked_venues	9d44701174549fe23f3b49f8dd322d32be30a0e8a1e2e02593e78168ef301633	2026-11-27 05:23:05.077582+00
32	0032_referrals	e310e905377f8add82eab3ac96b67e264cf62bd6ca8beae6be48e1f1f83bd8ce	2026-11-27 05:23:05.161709+00
35	0035_attributes_of_users	e3b17ff28bdc1f5f77c0803c247ae625e00feaf35907edb6dc8573d7281fdbad	2026-11-27 05:23:05.170633+00
37	0037_alerts	43eb3e1e6222a5dbbfbf184091ec7e429459ea1b39e0f63c286a190f24a8fe9f	2026-11-27 05:23:05.204889+00
38	0038_withdrawn_tranches	f4d6f242e60b64a34959711230b461440c4f631adc1c58fa50f0c663c6d97a3a	2026-11-27 05:23:05.222664+00
\.


--
-- Data for Name: settings; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.settings (tenant_id, name, value, serial_id, version, created_at, updated_at) FROM stdin;
\.


--
-- Data for Name: sign_in_links; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.sign_in_links (tenant_id, digest, expires_at, role, client_id) FROM stdin;
\.


--
-- Data for Name: tenants; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.tenants (id, name, api_key, time_zone, created_at, rate_limit, rate_burst, adjustment_limit, debt_limit, configuration, profile_schema, velocity_limits) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	A shop of long ago	87df264b-93b7-467c-a270-206e62f6d195	UTC	2026-11-27 05:23:11.294814+00	\N	\N	\N	\N	{}	\N	[]
\.


--
-- Data for Name: tier_points; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.tier_points (tenant_id, user_id, period, points) FROM stdin;
\.


--
-- Data for Name: tier_stays; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.tier_stays (tenant_id, user_id, tier_id, reached_at, until, lost_at, lost_why) FROM stdin;
\.


--
-- Data for Name: tiers; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.tiers (tenant_id, id, points_requirement, calculation, accumulation_period, keeps_next, priority, effective_from, effective_until, default_locale, details, version, opens_at, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: token_issuers; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.token_issuers (tenant_id, id, issuer, audience, algorithm, jwks, sealed_secret, subject_claim, version, created_at, updated_at) FROM stdin;
\.


--
-- Data for Name: tranche_activations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.tranche_activations (tenant_id, id, tranche_id, user_id, event_id, reactor_version_id, depth, told_at, told_event_id, created_at, withdrawn_at) FROM stdin;
\.


--
-- Data for Name: tranches; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.tranches (tenant_id, id, campaign_id, name, event_type_id, reactor_id, referrer_reactor_id, content, version, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: user_contacts; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.user_contacts (tenant_id, kind, value, user_id) FROM stdin;
\.


--
-- Data for Name: user_import_rows; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.user_import_rows (tenant_id, id, import_id, number, content, code, pointer, detail) FROM stdin;
\.


--
-- Data for Name: user_imports; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.user_imports (tenant_id, id, digest, created_by, created_at) FROM stdin;
\.


--
-- Data for Name: user_keys; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.user_keys (tenant_id, key, user_id, proves_identity) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2936-72ec-a8e3-eafd620c359f	t
01a21b75-2316-70db-b578-a72c6316c971	204556406930	01a21b75-2936-72ec-a8e3-eafd620c359f	f
01a21b75-2316-70db-b578-a72c6316c971	ada	01a21b75-2936-72ec-a8e3-eafd620c359f	t
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2a9b-7519-ae1f-2c058e8be009	t
01a21b75-2316-70db-b578-a72c6316c971	981137904745	01a21b75-2a9b-7519-ae1f-2c058e8be009	f
01a21b75-2316-70db-b578-a72c6316c971	member-1	01a21b75-2a9b-7519-ae1f-2c058e8be009	t
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	t
01a21b75-2316-70db-b578-a72c6316c971	480729581086	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	f
01a21b75-2316-70db-b578-a72c6316c971	member-2	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	t
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-2ae0-74c1-a9a6-b54fd669066a	t
01a21b75-2316-70db-b578-a72c6316c971	622420490071	01a21b75-2ae0-74c1-a9a6-b54fd669066a	f
01a21b75-2316-70db-b578-a72c6316c971	member-3	01a21b75-2ae0-74c1-a9a6-b54fd669066a	t
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	t
01a21b75-2316-70db-b578-a72c6316c971	160606637652	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	f
01a21b75-2316-70db-b578-a72c6316c971	member-4	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	t
\.


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.users (tenant_id, id, account_number, auth_identifier, external_identifier, profile, status, version, created_at, updated_at, flags, merged_into, erased_at, linked_venues) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	204556406930	ada	\N	{"familyName":"Member 1","givenName":"Ada","emailAddress":"member1@example.org"}	ACTIVE	1	2026-11-27 05:23:12.970585+00	2026-11-27 05:23:12.970585+00	\N	\N	\N	{}
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	981137904745	member-1	\N	{"familyName":"Member 2","givenName":"Ada","emailAddress":"member2@example.org"}	ACTIVE	1	2026-11-27 05:23:13.181285+00	2026-11-27 05:23:13.181285+00	\N	\N	\N	{}
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	480729581086	member-2	\N	{"familyName":"Member 3","givenName":"Ada","emailAddress":"member3@example.org"}	ACTIVE	1	2026-11-27 05:23:13.203065+00	2026-11-27 05:23:13.203065+00	\N	\N	\N	{}
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	622420490071	member-3	\N	{"familyName":"Member 4","givenName":"Ada","emailAddress":"member4@example.org"}	ACTIVE	1	2026-11-27 05:23:13.248968+00	2026-11-27 05:23:13.248968+00	\N	\N	\N	{}
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	160606637652	member-4	\N	{"familyName":"Member 5","givenName":"Ada","emailAddress":"member5@example.org"}	ACTIVE	1	2026-11-27 05:23:13.297004+00	2026-11-27 05:23:13.297004+00	\N	\N	\N	{}
\.


--
-- Data for Name: velocity_counts; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.velocity_counts (tenant_id, event_type_id, user_id, reporter, minute, events, points) FROM stdin;
\.


--
-- Data for Name: velocity_places; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.velocity_places (tenant_id, recorded_in, event_id) FROM stdin;
\.


--
-- Data for Name: venues; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.venues (tenant_id, id, name, address, longitude, latitude, available_from, available_until, external_identifier, attributes, version, created_at, updated_at, deleted_at) FROM stdin;
\.


--
-- Data for Name: vouchers; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.vouchers (tenant_id, id, user_id, reward_id, event_id, price, status, purchased_at, origin, reactor_version_id, reaction, event_user_id, code_id, is_code_shared, expires_at, redeemed_at, burned_at, venue_id, ended_at) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2e7f-7434-a6ab-f58857895f61	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2c8b-7257-ab1a-75f3cc53f7f3	01a21b75-2e65-7d48-8000-5aa25dfd6c89	5	REDEEMED	2026-11-27 05:23:14.14985+00	BOUGHT	\N	\N	01a21b75-2936-72ec-a8e3-eafd620c359f	01a21b75-2ed5-7075-8587-6c03687893fd	f	\N	2026-11-27 05:23:14.250743+00	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2f75-73b6-b24e-76cdbeab7669	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2c8b-7257-ab1a-75f3cc53f7f3	01a21b75-2f72-7c64-8000-f378c48f9a74	5	REDEEMED	2026-11-27 05:23:14.418793+00	BOUGHT	\N	\N	01a21b75-2a9b-7519-ae1f-2c058e8be009	01a21b75-2f94-7516-bd87-08eff80f9b2c	f	\N	2026-11-27 05:23:14.449011+00	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-3013-70bc-aedb-a26c0e4f250e	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-2c8b-7257-ab1a-75f3cc53f7f3	01a21b75-300b-7be4-8000-51b7599ea747	5	REDEEMED	2026-11-27 05:23:14.571761+00	BOUGHT	\N	\N	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	01a21b75-3024-733c-a2d9-947acbcb741c	f	\N	2026-11-27 05:23:14.590944+00	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-30b8-77ec-92d9-1ac863f0433e	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-2c8b-7257-ab1a-75f3cc53f7f3	01a21b75-30b5-7460-8000-0b2a6c0f3d42	5	REDEEMED	2026-11-27 05:23:14.74128+00	BOUGHT	\N	\N	01a21b75-2ae0-74c1-a9a6-b54fd669066a	01a21b75-30da-7102-80cc-2dd167d830c1	f	\N	2026-11-27 05:23:14.773434+00	\N	\N	\N
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-3133-73e3-b17b-26219306b5dd	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-2c8b-7257-ab1a-75f3cc53f7f3	01a21b75-3130-7010-8000-5119f251a758	5	REDEEMED	2026-11-27 05:23:14.864004+00	BOUGHT	\N	\N	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	01a21b75-3145-76b5-a499-256024cefdf5	f	\N	2026-11-27 05:23:14.881565+00	\N	\N	\N
\.


--
-- Data for Name: wallets; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.wallets (tenant_id, user_id, status, balance, earned, spent, entries, in_lots, pending, expired, due_at, active_at, adjusted, debt) FROM stdin;
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2a9b-7519-ae1f-2c058e8be009	OPEN	51	56	5	8	0	0	0	\N	\N	0	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ab2-71b3-8228-71dc0a78bbf6	OPEN	55	60	5	8	0	0	0	\N	\N	0	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2ae0-74c1-a9a6-b54fd669066a	OPEN	59	64	5	8	0	0	0	\N	\N	0	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2b0d-766a-a6b3-398cd2f9a54d	OPEN	55	60	5	9	0	0	0	\N	\N	0	0
01a21b75-2316-70db-b578-a72c6316c971	01a21b75-2936-72ec-a8e3-eafd620c359f	OPEN	54	59	5	9	0	0	0	\N	\N	0	0
\.


--
-- Name: reactor_versions_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.reactor_versions_id_seq', 2, true);


--
-- Name: activation_windows activation_windows_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.activation_windows
    ADD CONSTRAINT activation_windows_pkey PRIMARY KEY (tenant_id, user_id, counter_id, stretch);


--
-- Name: activations activations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.activations
    ADD CONSTRAINT activations_pkey PRIMARY KEY (tenant_id, user_id, counter_id);


--
-- Name: adjustments adjustments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT adjustments_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: alerts alerts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: attributes attributes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT attributes_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: audience_stays audience_stays_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audience_stays
    ADD CONSTRAINT audience_stays_pkey PRIMARY KEY (tenant_id, user_id, audience_id, joined_at);


--
-- Name: audiences audiences_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audiences
    ADD CONSTRAINT audiences_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: audit_log audit_log_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: badges badges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.badges
    ADD CONSTRAINT badges_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: campaigns campaigns_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: catalogue_versions catalogue_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.catalogue_versions
    ADD CONSTRAINT catalogue_versions_pkey PRIMARY KEY (tenant_id);


--
-- Name: claims claims_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (tenant_id, user_id, fingerprint);


--
-- Name: clients clients_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: cloud_events cloud_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cloud_events
    ADD CONSTRAINT cloud_events_pkey PRIMARY KEY (tenant_id, digest, owner);


--
-- Name: code_pools code_pools_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.code_pools
    ADD CONSTRAINT code_pools_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: codes codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: consent_types consent_types_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consent_types
    ADD CONSTRAINT consent_types_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: consents consents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: console_sessions console_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.console_sessions
    ADD CONSTRAINT console_sessions_pkey PRIMARY KEY (tenant_id, digest);


--
-- Name: counter_runs counter_runs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_runs
    ADD CONSTRAINT counter_runs_pkey PRIMARY KEY (tenant_id, user_id, series_id, unit, first);


--
-- Name: counter_values counter_values_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_values
    ADD CONSTRAINT counter_values_pkey PRIMARY KEY (tenant_id, user_id, series_id, stretch);


--
-- Name: counter_versions counter_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_versions
    ADD CONSTRAINT counter_versions_pkey PRIMARY KEY (tenant_id, counter_id, version);


--
-- Name: counter_versions counter_versions_tenant_id_series_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_versions
    ADD CONSTRAINT counter_versions_tenant_id_series_id_key UNIQUE (tenant_id, series_id);


--
-- Name: counters counters_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: duplicates duplicates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: earned_badges earned_badges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.earned_badges
    ADD CONSTRAINT earned_badges_pkey PRIMARY KEY (tenant_id, user_id, id);


--
-- Name: earned_badges earned_badges_tenant_id_user_id_event_id_badge_id_reactor_v_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.earned_badges
    ADD CONSTRAINT earned_badges_tenant_id_user_id_event_id_badge_id_reactor_v_key UNIQUE NULLS NOT DISTINCT (tenant_id, user_id, event_id, badge_id, reactor_version_id, reaction);


--
-- Name: event_reversals event_reversals_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_reversals
    ADD CONSTRAINT event_reversals_pkey PRIMARY KEY (tenant_id, user_id, event_id, from_share);


--
-- Name: event_reversals event_reversals_tenant_id_user_id_reversal_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_reversals
    ADD CONSTRAINT event_reversals_tenant_id_user_id_reversal_id_key UNIQUE (tenant_id, user_id, reversal_id);


--
-- Name: event_type_secret_uses event_type_secret_uses_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_secret_uses
    ADD CONSTRAINT event_type_secret_uses_pkey PRIMARY KEY (tenant_id, secret_id);


--
-- Name: event_type_secrets event_type_secrets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_secrets
    ADD CONSTRAINT event_type_secrets_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: event_type_secrets event_type_secrets_tenant_id_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_secrets
    ADD CONSTRAINT event_type_secrets_tenant_id_digest_key UNIQUE (tenant_id, digest);


--
-- Name: event_type_versions event_type_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_versions
    ADD CONSTRAINT event_type_versions_pkey PRIMARY KEY (tenant_id, event_type_id, version);


--
-- Name: event_types event_types_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_types
    ADD CONSTRAINT event_types_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: event_types event_types_tenant_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_types
    ADD CONSTRAINT event_types_tenant_id_name_key UNIQUE (tenant_id, name);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (tenant_id, user_id, id);


--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, principal, key);


--
-- Name: installation installation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (singleton);


--
-- Name: integrity_checks integrity_checks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.integrity_checks
    ADD CONSTRAINT integrity_checks_pkey PRIMARY KEY (tenant_id);


--
-- Name: jobs jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: ledger_entries ledger_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (tenant_id, user_id, number);


--
-- Name: ledger_entries ledger_entries_tenant_id_user_id_event_id_reactor_version_i_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_tenant_id_user_id_event_id_reactor_version_i_key UNIQUE NULLS NOT DISTINCT (tenant_id, user_id, event_id, reactor_version_id, reaction);


--
-- Name: lot_moves lot_moves_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lot_moves
    ADD CONSTRAINT lot_moves_pkey PRIMARY KEY (tenant_id, user_id, entry, lot, target);


--
-- Name: lots lots_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_pkey PRIMARY KEY (tenant_id, user_id, number);


--
-- Name: merges merges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_pkey PRIMARY KEY (tenant_id, merged_user_id);


--
-- Name: near_values near_values_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.near_values
    ADD CONSTRAINT near_values_pkey PRIMARY KEY (tenant_id, user_id, digest);


--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (tenant_id, user_id, id);


--
-- Name: outbox outbox_tenant_id_user_id_event_id_reactor_version_id_reacti_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_tenant_id_user_id_event_id_reactor_version_id_reacti_key UNIQUE (tenant_id, user_id, event_id, reactor_version_id, reaction);


--
-- Name: period_points period_points_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.period_points
    ADD CONSTRAINT period_points_pkey PRIMARY KEY (tenant_id, user_id);


--
-- Name: points_policies points_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points_policies
    ADD CONSTRAINT points_policies_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: points_policy_versions points_policy_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points_policy_versions
    ADD CONSTRAINT points_policy_versions_pkey PRIMARY KEY (tenant_id, policy_id, version);


--
-- Name: points_terms points_terms_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points_terms
    ADD CONSTRAINT points_terms_pkey PRIMARY KEY (tenant_id, number);


--
-- Name: quarantine quarantine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: reactor_versions reactor_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactor_versions
    ADD CONSTRAINT reactor_versions_pkey PRIMARY KEY (id);


--
-- Name: reactor_versions reactor_versions_tenant_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactor_versions
    ADD CONSTRAINT reactor_versions_tenant_id_id_key UNIQUE (tenant_id, id);


--
-- Name: reactor_versions reactor_versions_tenant_id_reactor_id_version_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactor_versions
    ADD CONSTRAINT reactor_versions_tenant_id_reactor_id_version_key UNIQUE (tenant_id, reactor_id, version);


--
-- Name: reactors reactors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactors
    ADD CONSTRAINT reactors_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: referral_codes referral_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referral_codes
    ADD CONSTRAINT referral_codes_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: referrals referrals_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: referrals referrals_tenant_id_user_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_tenant_id_user_id_key UNIQUE (tenant_id, user_id);


--
-- Name: reward_categories reward_categories_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reward_categories
    ADD CONSTRAINT reward_categories_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: reward_discounts reward_discounts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reward_discounts
    ADD CONSTRAINT reward_discounts_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: rewards rewards_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rewards
    ADD CONSTRAINT rewards_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: schedules schedules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (tenant_id, kind);


--
-- Name: schema_migrations schema_migrations_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_name_key UNIQUE (name);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (number);


--
-- Name: settings settings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (tenant_id, name);


--
-- Name: sign_in_links sign_in_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_pkey PRIMARY KEY (tenant_id, digest);


--
-- Name: tenants tenants_api_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_api_key_key UNIQUE (api_key);


--
-- Name: tenants tenants_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);


--
-- Name: tier_points tier_points_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tier_points
    ADD CONSTRAINT tier_points_pkey PRIMARY KEY (tenant_id, user_id, period);


--
-- Name: tier_stays tier_stays_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tier_stays
    ADD CONSTRAINT tier_stays_pkey PRIMARY KEY (tenant_id, user_id, tier_id, reached_at);


--
-- Name: tiers tiers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tiers
    ADD CONSTRAINT tiers_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: token_issuers token_issuers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_issuers
    ADD CONSTRAINT token_issuers_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: token_issuers token_issuers_tenant_id_issuer_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_issuers
    ADD CONSTRAINT token_issuers_tenant_id_issuer_key UNIQUE (tenant_id, issuer);


--
-- Name: tranche_activations tranche_activations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranche_activations
    ADD CONSTRAINT tranche_activations_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: tranche_activations tranche_activations_tenant_id_tranche_id_user_id_event_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranche_activations
    ADD CONSTRAINT tranche_activations_tenant_id_tranche_id_user_id_event_id_key UNIQUE (tenant_id, tranche_id, user_id, event_id);


--
-- Name: tranches tranches_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranches
    ADD CONSTRAINT tranches_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: user_contacts user_contacts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_contacts
    ADD CONSTRAINT user_contacts_pkey PRIMARY KEY (tenant_id, kind, value);


--
-- Name: user_import_rows user_import_rows_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_import_rows
    ADD CONSTRAINT user_import_rows_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: user_imports user_imports_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_imports
    ADD CONSTRAINT user_imports_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: user_imports user_imports_tenant_id_digest_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_imports
    ADD CONSTRAINT user_imports_tenant_id_digest_key UNIQUE (tenant_id, digest);


--
-- Name: user_keys user_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_keys
    ADD CONSTRAINT user_keys_pkey PRIMARY KEY (tenant_id, key);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: velocity_counts velocity_counts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.velocity_counts
    ADD CONSTRAINT velocity_counts_pkey PRIMARY KEY (tenant_id, event_type_id, user_id, reporter, minute);


--
-- Name: velocity_places velocity_places_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.velocity_places
    ADD CONSTRAINT velocity_places_pkey PRIMARY KEY (tenant_id);


--
-- Name: venues venues_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.venues
    ADD CONSTRAINT venues_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: vouchers vouchers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vouchers
    ADD CONSTRAINT vouchers_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: wallets wallets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.wallets
    ADD CONSTRAINT wallets_pkey PRIMARY KEY (tenant_id, user_id);


--
-- Name: adjustments_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX adjustments_waiting ON public.adjustments USING btree (tenant_id, id) WHERE (status = 'PENDING'::text);


--
-- Name: alerts_acknowledged; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX alerts_acknowledged ON public.alerts USING btree (tenant_id, kind, name, user_id, reporter, acknowledged_at) WHERE (status = 'ACKNOWLEDGED'::text);


--
-- Name: alerts_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX alerts_open ON public.alerts USING btree (tenant_id, kind, name, user_id, reporter, code_pool_id) NULLS NOT DISTINCT WHERE (status = 'OPEN'::text);


--
-- Name: attributes_of_event; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX attributes_of_event ON public.attributes USING btree (tenant_id, user_id, event_id) WHERE (event_id IS NOT NULL);


--
-- Name: attributes_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX attributes_of_user ON public.attributes USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);


--
-- Name: attributes_standing; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX attributes_standing ON public.attributes USING btree (tenant_id, subject_type, subject_id, key, md5((value)::text)) WHERE (replaced_at IS NULL);


--
-- Name: audience_stays_now; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX audience_stays_now ON public.audience_stays USING btree (tenant_id, user_id, audience_id) WHERE (left_at IS NULL);


--
-- Name: audience_stays_of_audience; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audience_stays_of_audience ON public.audience_stays USING btree (tenant_id, audience_id, user_id);


--
-- Name: audiences_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX audiences_name ON public.audiences USING btree (tenant_id, name) WHERE (deleted_at IS NULL);


--
-- Name: audiences_next; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audiences_next ON public.audiences USING btree (next_at) WHERE (next_at IS NOT NULL);


--
-- Name: audit_log_of_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_log_of_kind ON public.audit_log USING btree (tenant_id, object_kind, id);


--
-- Name: audit_log_of_object; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_log_of_object ON public.audit_log USING btree (tenant_id, object_id, id);


--
-- Name: audit_log_of_principal; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_log_of_principal ON public.audit_log USING btree (tenant_id, principal, id);


--
-- Name: claims_reported; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX claims_reported ON public.claims USING brin (reported_at);


--
-- Name: clients_id; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX clients_id ON public.clients USING btree (id);


--
-- Name: clients_serial; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX clients_serial ON public.clients USING btree (tenant_id, serial_id);


--
-- Name: code_pools_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX code_pools_name ON public.code_pools USING btree (tenant_id, name);


--
-- Name: code_pools_of_reward; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX code_pools_of_reward ON public.code_pools USING btree (tenant_id, reward_id);


--
-- Name: codes_digest; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX codes_digest ON public.codes USING btree (tenant_id, digest);


--
-- Name: codes_of_pool; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX codes_of_pool ON public.codes USING btree (tenant_id, pool_id, id) WHERE (pool_id IS NOT NULL);


--
-- Name: codes_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX codes_waiting ON public.codes USING btree (tenant_id, pool_id, id) WHERE ((taken_at IS NULL) AND (pool_id IS NOT NULL));


--
-- Name: consent_types_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX consent_types_name ON public.consent_types USING btree (tenant_id, name) WHERE (deleted_at IS NULL);


--
-- Name: consents_given; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX consents_given ON public.consents USING btree (tenant_id, user_id, consent_type_id) WHERE (revoked_at IS NULL);


--
-- Name: consents_of_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX consents_of_type ON public.consents USING btree (tenant_id, consent_type_id, id);


--
-- Name: consents_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX consents_of_user ON public.consents USING btree (tenant_id, user_id, id);


--
-- Name: console_sessions_digest; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX console_sessions_digest ON public.console_sessions USING btree (digest);


--
-- Name: counters_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX counters_name ON public.counters USING btree (tenant_id, name) WHERE (deleted_at IS NULL);


--
-- Name: event_type_secrets_name; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX event_type_secrets_name ON public.event_type_secrets USING btree (tenant_id, event_type_id, name) WHERE ((revoked_at IS NULL) AND (successor_id IS NULL));


--
-- Name: event_type_secrets_of_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX event_type_secrets_of_type ON public.event_type_secrets USING btree (tenant_id, event_type_id, id);


--
-- Name: events_by_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_by_type ON public.events USING btree (tenant_id, event_type_id, id);


--
-- Name: events_occurred; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_occurred ON public.events USING brin (occurred_at);


--
-- Name: events_recorded; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_recorded ON public.events USING btree (tenant_id, recorded_in, id);


--
-- Name: events_stream; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_stream ON public.events USING btree (tenant_id, id);


--
-- Name: idempotency_keys_created; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_keys_created ON public.idempotency_keys USING brin (created_at);


--
-- Name: jobs_counted; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_counted ON public.jobs USING btree (state) WHERE (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text, 'FAILED'::text]));


--
-- Name: jobs_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_due ON public.jobs USING btree (due_at) WHERE (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text]));


--
-- Name: jobs_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_ended ON public.jobs USING btree (ended_at) WHERE (ended_at IS NOT NULL);


--
-- Name: jobs_one_at_a_time; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX jobs_one_at_a_time ON public.jobs USING btree (tenant_id, kind, key) WHERE (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text]));


--
-- Name: lots_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX lots_open ON public.lots USING btree (tenant_id, user_id) WHERE (remaining > 0);


--
-- Name: lots_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX lots_waiting ON public.lots USING btree (tenant_id, user_id, awaits) WHERE (is_pending AND (remaining > 0) AND (awaits IS NOT NULL));


--
-- Name: merges_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX merges_of_user ON public.merges USING btree (tenant_id, user_id);


--
-- Name: near_values_reported; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX near_values_reported ON public.near_values USING brin (reported_at);


--
-- Name: outbox_queued; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX outbox_queued ON public.outbox USING btree (id) WHERE (state = 'QUEUED'::text);


--
-- Name: quarantine_discarded; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX quarantine_discarded ON public.quarantine USING btree (resolved_at) WHERE (status = 'DISCARDED'::text);


--
-- Name: quarantine_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX quarantine_open ON public.quarantine USING btree (tenant_id, id) WHERE (status = 'OPEN'::text);


--
-- Name: referral_codes_code; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX referral_codes_code ON public.referral_codes USING btree (tenant_id, md5(lower(invite_code)));


--
-- Name: referral_codes_of_campaign; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX referral_codes_of_campaign ON public.referral_codes USING btree (tenant_id, campaign_id, id);


--
-- Name: referral_codes_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX referral_codes_of_user ON public.referral_codes USING btree (tenant_id, campaign_id, user_id) WHERE (deleted_at IS NULL);


--
-- Name: referral_codes_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX referral_codes_user ON public.referral_codes USING btree (tenant_id, user_id);


--
-- Name: referrals_of_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX referrals_of_code ON public.referrals USING btree (tenant_id, code_id, created_at);


--
-- Name: referrals_of_device; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX referrals_of_device ON public.referrals USING btree (tenant_id, device, created_at) WHERE (device IS NOT NULL);


--
-- Name: referrals_of_referrer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX referrals_of_referrer ON public.referrals USING btree (tenant_id, referrer_id);


--
-- Name: reward_categories_below; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reward_categories_below ON public.reward_categories USING btree (tenant_id, parent_id) WHERE (parent_id IS NOT NULL);


--
-- Name: reward_discounts_of_reward; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reward_discounts_of_reward ON public.reward_discounts USING btree (tenant_id, reward_id, id);


--
-- Name: rewards_of_category; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rewards_of_category ON public.rewards USING btree (tenant_id, category_id, id) WHERE (category_id IS NOT NULL);


--
-- Name: rewards_on_pool; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX rewards_on_pool ON public.rewards USING btree (tenant_id, pool_id) WHERE (pool_id IS NOT NULL);


--
-- Name: schedules_next; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX schedules_next ON public.schedules USING btree (next_at);


--
-- Name: settings_serial; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX settings_serial ON public.settings USING btree (tenant_id, serial_id);


--
-- Name: sign_in_links_digest; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX sign_in_links_digest ON public.sign_in_links USING btree (digest);


--
-- Name: tier_stays_ending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tier_stays_ending ON public.tier_stays USING btree (until) WHERE ((lost_at IS NULL) AND (until IS NOT NULL));


--
-- Name: tier_stays_now; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX tier_stays_now ON public.tier_stays USING btree (tenant_id, user_id, tier_id) WHERE (lost_at IS NULL);


--
-- Name: tier_stays_of_tier; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tier_stays_of_tier ON public.tier_stays USING btree (tenant_id, tier_id, user_id) WHERE (lost_at IS NULL);


--
-- Name: tiers_opening; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tiers_opening ON public.tiers USING btree (opens_at) WHERE (opens_at IS NOT NULL);


--
-- Name: tranche_activations_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tranche_activations_of_user ON public.tranche_activations USING btree (tenant_id, user_id, tranche_id);


--
-- Name: tranches_of_campaign; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tranches_of_campaign ON public.tranches USING btree (tenant_id, campaign_id, id);


--
-- Name: user_contacts_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX user_contacts_of_user ON public.user_contacts USING btree (tenant_id, user_id);


--
-- Name: user_import_rows_refused; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX user_import_rows_refused ON public.user_import_rows USING btree (tenant_id, import_id, id) WHERE (content IS NULL);


--
-- Name: user_import_rows_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX user_import_rows_waiting ON public.user_import_rows USING btree (tenant_id, import_id, number) WHERE (content IS NOT NULL);


--
-- Name: user_keys_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX user_keys_of_user ON public.user_keys USING btree (tenant_id, user_id);


--
-- Name: users_email; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_email ON public.users USING btree (tenant_id, lower((profile ->> 'emailAddress'::text)));


--
-- Name: users_email_prefix; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_email_prefix ON public.users USING btree (tenant_id, lower((profile ->> 'emailAddress'::text)) text_pattern_ops);


--
-- Name: users_external_identifier; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX users_external_identifier ON public.users USING btree (tenant_id, external_identifier);


--
-- Name: users_family_name_prefix; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_family_name_prefix ON public.users USING btree (tenant_id, lower((profile ->> 'familyName'::text)) text_pattern_ops);


--
-- Name: users_merged_into; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_merged_into ON public.users USING btree (tenant_id, merged_into) WHERE (merged_into IS NOT NULL);


--
-- Name: users_name_prefix; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_name_prefix ON public.users USING btree (tenant_id, lower((((profile ->> 'givenName'::text) || ' '::text) || (profile ->> 'familyName'::text))) text_pattern_ops);


--
-- Name: users_telephone_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_telephone_number ON public.users USING btree (tenant_id, ((profile ->> 'telephoneNumber'::text)) text_pattern_ops);


--
-- Name: velocity_counts_minute; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX velocity_counts_minute ON public.velocity_counts USING brin (minute);


--
-- Name: venues_external_identifier; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX venues_external_identifier ON public.venues USING btree (tenant_id, external_identifier) WHERE (deleted_at IS NULL);


--
-- Name: vouchers_code; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX vouchers_code ON public.vouchers USING btree (tenant_id, code_id) WHERE ((code_id IS NOT NULL) AND (NOT is_code_shared));


--
-- Name: vouchers_expiring; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX vouchers_expiring ON public.vouchers USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (status = ANY (ARRAY['PURCHASED'::text, 'GIVEN'::text, 'REDEEMED'::text])));


--
-- Name: vouchers_of_reaction; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX vouchers_of_reaction ON public.vouchers USING btree (tenant_id, user_id, event_id, reactor_version_id, reaction) WHERE (reactor_version_id IS NOT NULL);


--
-- Name: vouchers_of_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX vouchers_of_user ON public.vouchers USING btree (tenant_id, user_id, id);


--
-- Name: vouchers_shared_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX vouchers_shared_code ON public.vouchers USING btree (tenant_id, code_id, user_id) WHERE is_code_shared;


--
-- Name: wallets_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX wallets_due ON public.wallets USING btree (due_at) WHERE (due_at IS NOT NULL);


--
-- Name: audiences catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE OF name, is_active, criteria, frequency, tells_joined, tells_left, deleted_at ON public.audiences FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: badges catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.badges FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: clients catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.clients FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: consent_types catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.consent_types FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: counters catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.counters FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: event_type_secrets catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.event_type_secrets FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: event_types catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.event_types FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: points_policies catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.points_policies FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: reactors catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.reactors FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: tenants catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR UPDATE ON public.tenants FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue_of_tenant();


--
-- Name: tiers catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE OF points_requirement, calculation, accumulation_period, keeps_next, priority, effective_from, effective_until, default_locale, details, deleted_at ON public.tiers FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: token_issuers catalogue; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER catalogue AFTER INSERT OR DELETE OR UPDATE ON public.token_issuers FOR EACH ROW EXECUTE FUNCTION public.bump_catalogue();


--
-- Name: vouchers event_user; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_user BEFORE INSERT ON public.vouchers FOR EACH ROW EXECUTE FUNCTION public.note_event_user();


--
-- Name: audit_log immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: cloud_events immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.cloud_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: counter_versions immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.counter_versions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: earned_badges immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.earned_badges FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: event_reversals immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.event_reversals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: event_type_versions immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.event_type_versions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: events immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: ledger_entries immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: lot_moves immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.lot_moves FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: merges immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.merges FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: points_policy_versions immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.points_policy_versions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: points_terms immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.points_terms FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: reactor_versions immutable; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.reactor_versions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: audit_log immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: cloud_events immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.cloud_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: counter_versions immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.counter_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: earned_badges immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.earned_badges FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: event_reversals immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.event_reversals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: event_type_versions immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.event_type_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: events immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: ledger_entries immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: lot_moves immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.lot_moves FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: merges immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.merges FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: points_policy_versions immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.points_policy_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: points_terms immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.points_terms FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: reactor_versions immutable_whole; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER immutable_whole BEFORE TRUNCATE ON public.reactor_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: points_policies terms; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER terms AFTER INSERT OR UPDATE ON public.points_policies FOR EACH ROW EXECUTE FUNCTION public.note_terms_of_policy();


--
-- Name: tenants terms; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER terms AFTER INSERT OR UPDATE OF time_zone ON public.tenants FOR EACH ROW EXECUTE FUNCTION public.note_terms_of_tenant();


--
-- Name: adjustments adjustments_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT adjustments_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: adjustments adjustments_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT adjustments_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: alerts alerts_tenant_id_code_pool_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_code_pool_id_fkey FOREIGN KEY (tenant_id, code_pool_id) REFERENCES public.code_pools(tenant_id, id);


--
-- Name: alerts alerts_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: alerts alerts_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: attributes attributes_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT attributes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: attributes attributes_tenant_id_reward_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT attributes_tenant_id_reward_id_fkey FOREIGN KEY (tenant_id, reward_id) REFERENCES public.rewards(tenant_id, id);


--
-- Name: attributes attributes_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT attributes_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: attributes attributes_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT attributes_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: attributes attributes_tenant_id_user_id_replaced_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT attributes_tenant_id_user_id_replaced_by_fkey FOREIGN KEY (tenant_id, user_id, replaced_by) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: audience_stays audience_stays_tenant_id_audience_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audience_stays
    ADD CONSTRAINT audience_stays_tenant_id_audience_id_fkey FOREIGN KEY (tenant_id, audience_id) REFERENCES public.audiences(tenant_id, id);


--
-- Name: audience_stays audience_stays_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audience_stays
    ADD CONSTRAINT audience_stays_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: audiences audiences_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audiences
    ADD CONSTRAINT audiences_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: audit_log audit_log_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: badges badges_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.badges
    ADD CONSTRAINT badges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: campaigns campaigns_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: catalogue_versions catalogue_versions_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.catalogue_versions
    ADD CONSTRAINT catalogue_versions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: clients clients_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: clients clients_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.clients
    ADD CONSTRAINT clients_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: cloud_events cloud_events_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cloud_events
    ADD CONSTRAINT cloud_events_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: code_pools code_pools_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.code_pools
    ADD CONSTRAINT code_pools_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: code_pools code_pools_tenant_id_reward_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.code_pools
    ADD CONSTRAINT code_pools_tenant_id_reward_id_fkey FOREIGN KEY (tenant_id, reward_id) REFERENCES public.rewards(tenant_id, id);


--
-- Name: codes codes_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: codes codes_tenant_id_pool_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_tenant_id_pool_id_fkey FOREIGN KEY (tenant_id, pool_id) REFERENCES public.code_pools(tenant_id, id);


--
-- Name: consent_types consent_types_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consent_types
    ADD CONSTRAINT consent_types_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: consents consents_tenant_id_consent_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_tenant_id_consent_type_id_fkey FOREIGN KEY (tenant_id, consent_type_id) REFERENCES public.consent_types(tenant_id, id);


--
-- Name: consents consents_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: console_sessions console_sessions_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.console_sessions
    ADD CONSTRAINT console_sessions_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES public.clients(tenant_id, id);


--
-- Name: console_sessions console_sessions_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.console_sessions
    ADD CONSTRAINT console_sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: counter_runs counter_runs_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_runs
    ADD CONSTRAINT counter_runs_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: counter_values counter_values_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_values
    ADD CONSTRAINT counter_values_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: counter_versions counter_versions_tenant_id_counter_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_versions
    ADD CONSTRAINT counter_versions_tenant_id_counter_id_fkey FOREIGN KEY (tenant_id, counter_id) REFERENCES public.counters(tenant_id, id);


--
-- Name: counter_versions counter_versions_tenant_id_event_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counter_versions
    ADD CONSTRAINT counter_versions_tenant_id_event_type_id_fkey FOREIGN KEY (tenant_id, event_type_id) REFERENCES public.event_types(tenant_id, id);


--
-- Name: counters counters_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: duplicates duplicates_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: duplicates duplicates_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: earned_badges earned_badges_tenant_id_badge_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.earned_badges
    ADD CONSTRAINT earned_badges_tenant_id_badge_id_fkey FOREIGN KEY (tenant_id, badge_id) REFERENCES public.badges(tenant_id, id);


--
-- Name: earned_badges earned_badges_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.earned_badges
    ADD CONSTRAINT earned_badges_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: event_reversals event_reversals_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_reversals
    ADD CONSTRAINT event_reversals_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: event_reversals event_reversals_tenant_id_user_id_reversal_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_reversals
    ADD CONSTRAINT event_reversals_tenant_id_user_id_reversal_id_fkey FOREIGN KEY (tenant_id, user_id, reversal_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: event_type_secret_uses event_type_secret_uses_tenant_id_secret_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_secret_uses
    ADD CONSTRAINT event_type_secret_uses_tenant_id_secret_id_fkey FOREIGN KEY (tenant_id, secret_id) REFERENCES public.event_type_secrets(tenant_id, id);


--
-- Name: event_type_secrets event_type_secrets_tenant_id_event_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_secrets
    ADD CONSTRAINT event_type_secrets_tenant_id_event_type_id_fkey FOREIGN KEY (tenant_id, event_type_id) REFERENCES public.event_types(tenant_id, id);


--
-- Name: event_type_secrets event_type_secrets_tenant_id_line_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_secrets
    ADD CONSTRAINT event_type_secrets_tenant_id_line_id_fkey FOREIGN KEY (tenant_id, line_id) REFERENCES public.event_type_secrets(tenant_id, id);


--
-- Name: event_type_secrets event_type_secrets_tenant_id_successor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_secrets
    ADD CONSTRAINT event_type_secrets_tenant_id_successor_id_fkey FOREIGN KEY (tenant_id, successor_id) REFERENCES public.event_type_secrets(tenant_id, id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: event_type_versions event_type_versions_tenant_id_event_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_type_versions
    ADD CONSTRAINT event_type_versions_tenant_id_event_type_id_fkey FOREIGN KEY (tenant_id, event_type_id) REFERENCES public.event_types(tenant_id, id);


--
-- Name: event_types event_types_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event_types
    ADD CONSTRAINT event_types_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: events events_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: idempotency_keys idempotency_keys_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: integrity_checks integrity_checks_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.integrity_checks
    ADD CONSTRAINT integrity_checks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: ledger_entries ledger_entries_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: lot_moves lot_moves_tenant_id_user_id_entry_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lot_moves
    ADD CONSTRAINT lot_moves_tenant_id_user_id_entry_fkey FOREIGN KEY (tenant_id, user_id, entry) REFERENCES public.ledger_entries(tenant_id, user_id, number);


--
-- Name: lot_moves lot_moves_tenant_id_user_id_lot_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lot_moves
    ADD CONSTRAINT lot_moves_tenant_id_user_id_lot_fkey FOREIGN KEY (tenant_id, user_id, lot) REFERENCES public.lots(tenant_id, user_id, number);


--
-- Name: lots lots_tenant_id_user_id_number_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_tenant_id_user_id_number_fkey FOREIGN KEY (tenant_id, user_id, number) REFERENCES public.ledger_entries(tenant_id, user_id, number);


--
-- Name: merges merges_tenant_id_merged_user_id_merged_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_tenant_id_merged_user_id_merged_event_id_fkey FOREIGN KEY (tenant_id, merged_user_id, merged_event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: merges merges_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.merges
    ADD CONSTRAINT merges_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: outbox outbox_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: period_points period_points_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.period_points
    ADD CONSTRAINT period_points_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: points_policies points_policies_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points_policies
    ADD CONSTRAINT points_policies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: points_policy_versions points_policy_versions_tenant_id_policy_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points_policy_versions
    ADD CONSTRAINT points_policy_versions_tenant_id_policy_id_fkey FOREIGN KEY (tenant_id, policy_id) REFERENCES public.points_policies(tenant_id, id);


--
-- Name: points_terms points_terms_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.points_terms
    ADD CONSTRAINT points_terms_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: quarantine quarantine_tenant_id_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_tenant_id_user_id_event_id_fkey FOREIGN KEY (tenant_id, user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: quarantine quarantine_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: reactor_versions reactor_versions_tenant_id_reactor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactor_versions
    ADD CONSTRAINT reactor_versions_tenant_id_reactor_id_fkey FOREIGN KEY (tenant_id, reactor_id) REFERENCES public.reactors(tenant_id, id);


--
-- Name: reactors reactors_tenant_id_campaign_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactors
    ADD CONSTRAINT reactors_tenant_id_campaign_id_fkey FOREIGN KEY (tenant_id, campaign_id) REFERENCES public.campaigns(tenant_id, id);


--
-- Name: reactors reactors_tenant_id_event_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactors
    ADD CONSTRAINT reactors_tenant_id_event_type_id_fkey FOREIGN KEY (tenant_id, event_type_id) REFERENCES public.event_types(tenant_id, id);


--
-- Name: reactors reactors_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reactors
    ADD CONSTRAINT reactors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: referral_codes referral_codes_tenant_id_campaign_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referral_codes
    ADD CONSTRAINT referral_codes_tenant_id_campaign_id_fkey FOREIGN KEY (tenant_id, campaign_id) REFERENCES public.campaigns(tenant_id, id);


--
-- Name: referral_codes referral_codes_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referral_codes
    ADD CONSTRAINT referral_codes_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: referrals referrals_tenant_id_campaign_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_tenant_id_campaign_id_fkey FOREIGN KEY (tenant_id, campaign_id) REFERENCES public.campaigns(tenant_id, id);


--
-- Name: referrals referrals_tenant_id_code_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_tenant_id_code_id_fkey FOREIGN KEY (tenant_id, code_id) REFERENCES public.referral_codes(tenant_id, id);


--
-- Name: referrals referrals_tenant_id_referrer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_tenant_id_referrer_id_fkey FOREIGN KEY (tenant_id, referrer_id) REFERENCES public.users(tenant_id, id);


--
-- Name: referrals referrals_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: reward_categories reward_categories_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reward_categories
    ADD CONSTRAINT reward_categories_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: reward_categories reward_categories_tenant_id_parent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reward_categories
    ADD CONSTRAINT reward_categories_tenant_id_parent_id_fkey FOREIGN KEY (tenant_id, parent_id) REFERENCES public.reward_categories(tenant_id, id);


--
-- Name: reward_discounts reward_discounts_tenant_id_reward_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reward_discounts
    ADD CONSTRAINT reward_discounts_tenant_id_reward_id_fkey FOREIGN KEY (tenant_id, reward_id) REFERENCES public.rewards(tenant_id, id);


--
-- Name: rewards rewards_tenant_id_category_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rewards
    ADD CONSTRAINT rewards_tenant_id_category_id_fkey FOREIGN KEY (tenant_id, category_id) REFERENCES public.reward_categories(tenant_id, id);


--
-- Name: rewards rewards_tenant_id_code_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rewards
    ADD CONSTRAINT rewards_tenant_id_code_id_fkey FOREIGN KEY (tenant_id, code_id) REFERENCES public.codes(tenant_id, id);


--
-- Name: rewards rewards_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rewards
    ADD CONSTRAINT rewards_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: rewards rewards_tenant_id_pool_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rewards
    ADD CONSTRAINT rewards_tenant_id_pool_id_fkey FOREIGN KEY (tenant_id, pool_id) REFERENCES public.code_pools(tenant_id, id);


--
-- Name: settings settings_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: sign_in_links sign_in_links_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES public.clients(tenant_id, id);


--
-- Name: sign_in_links sign_in_links_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: tier_points tier_points_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tier_points
    ADD CONSTRAINT tier_points_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: tier_stays tier_stays_tenant_id_tier_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tier_stays
    ADD CONSTRAINT tier_stays_tenant_id_tier_id_fkey FOREIGN KEY (tenant_id, tier_id) REFERENCES public.tiers(tenant_id, id);


--
-- Name: tier_stays tier_stays_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tier_stays
    ADD CONSTRAINT tier_stays_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: tiers tiers_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tiers
    ADD CONSTRAINT tiers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: token_issuers token_issuers_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_issuers
    ADD CONSTRAINT token_issuers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: tranche_activations tranche_activations_tenant_id_tranche_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranche_activations
    ADD CONSTRAINT tranche_activations_tenant_id_tranche_id_fkey FOREIGN KEY (tenant_id, tranche_id) REFERENCES public.tranches(tenant_id, id);


--
-- Name: tranche_activations tranche_activations_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranche_activations
    ADD CONSTRAINT tranche_activations_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: tranches tranches_tenant_id_campaign_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranches
    ADD CONSTRAINT tranches_tenant_id_campaign_id_fkey FOREIGN KEY (tenant_id, campaign_id) REFERENCES public.campaigns(tenant_id, id);


--
-- Name: tranches tranches_tenant_id_event_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranches
    ADD CONSTRAINT tranches_tenant_id_event_type_id_fkey FOREIGN KEY (tenant_id, event_type_id) REFERENCES public.event_types(tenant_id, id);


--
-- Name: tranches tranches_tenant_id_reactor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranches
    ADD CONSTRAINT tranches_tenant_id_reactor_id_fkey FOREIGN KEY (tenant_id, reactor_id) REFERENCES public.reactors(tenant_id, id);


--
-- Name: tranches tranches_tenant_id_referrer_reactor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tranches
    ADD CONSTRAINT tranches_tenant_id_referrer_reactor_id_fkey FOREIGN KEY (tenant_id, referrer_reactor_id) REFERENCES public.reactors(tenant_id, id);


--
-- Name: user_contacts user_contacts_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_contacts
    ADD CONSTRAINT user_contacts_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: user_import_rows user_import_rows_tenant_id_import_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_import_rows
    ADD CONSTRAINT user_import_rows_tenant_id_import_id_fkey FOREIGN KEY (tenant_id, import_id) REFERENCES public.user_imports(tenant_id, id) ON DELETE CASCADE;


--
-- Name: user_imports user_imports_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_imports
    ADD CONSTRAINT user_imports_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: user_keys user_keys_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_keys
    ADD CONSTRAINT user_keys_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- Name: users users_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: users users_tenant_id_merged_into_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant_id_merged_into_fkey FOREIGN KEY (tenant_id, merged_into) REFERENCES public.users(tenant_id, id);


--
-- Name: velocity_counts velocity_counts_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.velocity_counts
    ADD CONSTRAINT velocity_counts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: velocity_places velocity_places_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.velocity_places
    ADD CONSTRAINT velocity_places_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: venues venues_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.venues
    ADD CONSTRAINT venues_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: vouchers vouchers_tenant_id_code_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vouchers
    ADD CONSTRAINT vouchers_tenant_id_code_id_fkey FOREIGN KEY (tenant_id, code_id) REFERENCES public.codes(tenant_id, id);


--
-- Name: vouchers vouchers_tenant_id_event_user_id_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vouchers
    ADD CONSTRAINT vouchers_tenant_id_event_user_id_event_id_fkey FOREIGN KEY (tenant_id, event_user_id, event_id) REFERENCES public.events(tenant_id, user_id, id);


--
-- Name: vouchers vouchers_tenant_id_reward_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vouchers
    ADD CONSTRAINT vouchers_tenant_id_reward_id_fkey FOREIGN KEY (tenant_id, reward_id) REFERENCES public.rewards(tenant_id, id);


--
-- Name: vouchers vouchers_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vouchers
    ADD CONSTRAINT vouchers_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.wallets(tenant_id, user_id);


--
-- Name: vouchers vouchers_tenant_id_venue_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.vouchers
    ADD CONSTRAINT vouchers_tenant_id_venue_id_fkey FOREIGN KEY (tenant_id, venue_id) REFERENCES public.venues(tenant_id, id);


--
-- Name: wallets wallets_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.wallets
    ADD CONSTRAINT wallets_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);


--
-- PostgreSQL database dump complete
--

\unrestrict r4yh4fCVIKatwWVWz4csLhcymLCrPb76KceUstehz3bYK6lUaf9d5mfvxwrdzYX

