// How a member stands: tiers and how far the next one is, badges, audiences, counters.

import { Badge, Progress } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { AudienceStayView, BadgeView, CounterStandingView, TierStayView, TierView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import type { User } from '../../api/queries'
import { nounField } from '../../parts/NounChoice'
import { Editor } from '../../parts/Editor'
import { Answered } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Section } from '../../parts/Page'
import { written } from '../../parts/numbers'
import { HELPERS, useMayDo, VIEWERS } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { points, Time } from '../../parts/values'
import { user as words } from '#words/user'
import { called, enums } from '#words/enums'
import { BADGES } from '../badges/Badges'

const { standing } = words

const read = <T,>(userId: string, what: string, ask: (signal: AbortSignal) => Promise<{ data: T }>) =>
  queryOptions({ queryKey: ['user', userId, what], queryFn: async ({ signal }) => (await ask(signal)).data })

const tiersOf = (id: string) =>
  read<TierView[]>(id, 'tiers', (signal) => call((to) => api.listTiers({ ...to, query: { filter: `user:${id}` } }), signal))
const staysOf = (id: string) =>
  read<TierStayView[]>(id, 'stays', (signal) => call((to) => api.listTierStays({ ...to, path: { user_id: id } }), signal))
const badgesOf = (id: string) =>
  read<BadgeView[]>(id, 'badges', (signal) =>
    call((to) => api.listEarnedBadges({ ...to, query: { filter: `user:${id}`, limit: 1000 } }), signal),
  )
const audiencesOf = (id: string) =>
  read<AudienceStayView[]>(id, 'audiences', (signal) =>
    call((to) => api.listAudienceStays({ ...to, path: { user_id: id } }), signal),
  )
const countersOf = (id: string) =>
  read<CounterStandingView[]>(id, 'counters', (signal) =>
    call((to) => api.listUserCounters({ ...to, path: { user_id: id } }), signal),
  )

export default function StandingTab({ user }: { user: User }) {
  const maySeeAudiences = useMayDo(VIEWERS)
  const counters = useQuery(countersOf(user.id)).data ?? []
  return (
    <div className="pc-columns">
      <div className="pc-stack">
        <Section title={standing.tiers}>
          <Answered query={useQuery(tiersOf(user.id))} rows={3}>
            {(tiers) => <OrNothing rows={tiers} nothing={standing.noTiers} columns={TIER_COLUMNS} idOf={(tier) => tier.id} />}
          </Answered>
        </Section>
        <Section title={standing.stays}>
          <Answered query={useQuery(staysOf(user.id))} rows={2}>
            {(stays) => (
              <OrNothing
                rows={stays}
                nothing={standing.noStays}
                columns={STAY_COLUMNS}
                idOf={(stay) => stay.tierId + stay.reachedAt}
              />
            )}
          </Answered>
        </Section>
        {counters.length > 0 && (
          <Section title={standing.counters}>
            <Table columns={COUNTER_COLUMNS} rows={counters} idOf={(counter) => counter.name} />
          </Section>
        )}
      </div>
      <div className="pc-stack">
        <Badges user={user} />
        {maySeeAudiences && <Audiences userId={user.id} />}
      </div>
    </div>
  )
}

type OrNothingProps<T> = { rows: T[]; nothing: string; columns: Column<T>[]; idOf: (row: T) => string }

function OrNothing<T>({ rows, nothing, columns, idOf }: OrNothingProps<T>) {
  return rows.length === 0 ? <p className="pc-nothing">{nothing}</p> : <Table columns={columns} rows={rows} idOf={idOf} />
}

const TIER_COLUMNS: Column<TierView>[] = [
  { name: standing.tier, cell: (tier) => tier.name },
  { name: standing.howFar, cell: (tier) => <TierProgress tier={tier} /> },
]

function TierProgress({ tier }: { tier: TierView }) {
  const earned = tier.earnedPoints ?? 0
  const share = tier.pointsRequirement === 0 ? 100 : Math.min(100, (100 * earned) / tier.pointsRequirement)
  return (
    <>
      <Progress.Root>
        <Progress.Section value={share} aria-label={tier.name} color={tier.attained ? 'green' : undefined} />
      </Progress.Root>
      {standing.progress(written(earned), points(tier.pointsRequirement))}{' '}
      {tier.attained ? (
        <Badge size="sm" variant="light" color="green">
          {standing.attained}
        </Badge>
      ) : (
        tier.missing != null && standing.missing(points(tier.missing))
      )}
    </>
  )
}

const STAY_COLUMNS: Column<TierStayView>[] = [
  { name: standing.tier, cell: (stay) => stay.tierName },
  { name: standing.reached, cell: (stay) => <Time value={stay.reachedAt} /> },
  { name: standing.until, cell: (stay) => stay.until && <Time value={stay.until} /> },
  {
    name: standing.lost,
    cell: (stay) =>
      stay.lostAt && (
        <>
          <Time value={stay.lostAt} /> {stay.lostWhy && `(${called(enums.tierLost, stay.lostWhy)})`}
        </>
      ),
  },
]

const COUNTER_COLUMNS: Column<CounterStandingView>[] = [
  { name: standing.counter, cell: (counter) => counter.name },
  { name: standing.period, cell: (counter) => called(enums.per, counter.per) },
  { name: standing.value, isNumber: true, cell: (counter) => String(counter.count ?? counter.sum ?? counter.streak ?? '') },
]

const BADGE_COLUMNS: Column<BadgeView>[] = [
  { name: standing.badge, cell: (badge) => badge.name },
  { name: standing.times, isNumber: true, cell: (badge) => badge.count },
  { name: standing.last, cell: (badge) => badge.lastEarnedAt && <Time value={badge.lastEarnedAt} /> },
]

function Badges({ user }: { user: User }) {
  const mayAward = useMayDo(HELPERS) && user.status === 'ACTIVE'
  const award = (
    <OpenButton name="award" size="xs" label={standing.award}>
      {(close) => <Award userId={user.id} onClose={close} />}
    </OpenButton>
  )
  return (
    <Section title={standing.badges} actions={mayAward && award}>
      <Answered query={useQuery(badgesOf(user.id))} rows={2}>
        {(badges) => <OrNothing rows={badges} nothing={standing.noBadges} columns={BADGE_COLUMNS} idOf={(badge) => badge.id} />}
      </Answered>
    </Section>
  )
}

function Award({ userId, onClose }: { userId: string; onClose: () => void }) {
  const queries = useQueryClient()
  const send = async (body: object, headers: OnceHeaders) => {
    await call((to) => api.awardBadge({ ...to, body: { ...body, beneficiaryId: userId } as never, headers }))
    notify(standing.awarded)
    onClose()
    await queries.invalidateQueries({ queryKey: ['user', userId] })
  }
  return (
    <Editor
      title={standing.award}
      action={standing.awardSend}
      fields={[
        nounField('/badgeId', standing.badge, BADGES, { isPlain: true, required: true, isOffered: (badge) => badge.status === 'ACTIVE' }),
        { kind: 'text', at: '/comment', label: words.purchase.comment },
      ]}
      send={send}
      onClose={onClose}
    />
  )
}

const AUDIENCE_COLUMNS: Column<AudienceStayView>[] = [
  {
    name: standing.audience,
    cell: (stay) => (
      <Link to="/audiences/$audienceId" params={{ audienceId: stay.audienceId }} search={{}}>
        {stay.audienceName}
      </Link>
    ),
  },
  { name: standing.joined, cell: (stay) => <Time value={stay.joinedAt} /> },
  { name: standing.left, cell: (stay) => stay.leftAt && <Time value={stay.leftAt} /> },
]

function Audiences({ userId }: { userId: string }) {
  return (
    <Section title={standing.audiences}>
      <Answered query={useQuery(audiencesOf(userId))} rows={2}>
        {(stays) => (
          <OrNothing
            rows={stays}
            nothing={standing.noAudiences}
            columns={AUDIENCE_COLUMNS}
            idOf={(stay) => stay.audienceId + stay.joinedAt}
          />
        )}
      </Answered>
    </Section>
  )
}
