// Who was brought by whom, and what waits for somebody to look at it.

import { Badge, Button, Group, NativeSelect, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import { approveReferral, listReferrals, rejectReferral } from '../../api/generated/sdk.gen'
import type { ReferralView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { nounQuery } from '../../parts/Collection'
import { Confirm } from '../../parts/Confirm'
import { Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { EDITORS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Time, UserLink } from '../../parts/values'
import { referrals as words } from '#words/referrals'
import { CAMPAIGNS } from '../campaigns/Campaigns'

const ANY = 'ANY'
type Search = { status?: string; campaign?: string }

const referralsQuery = (status: string, campaignId?: string) =>
  pagesQuery<ReferralView>(['referrals', status, campaignId], (cursor, signal) => {
    const filters = { ...(status === ANY ? {} : { status }), ...(campaignId ? { campaignId } : {}) }
    return call((to) => listReferrals({ ...to, query: { ...filters, limit: 50, cursor } }), signal)
  })

export function Referrals() {
  const { status = ANY, campaign } = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const set = (change: Search) => void navigate({ to: '/referrals', search: { status, campaign, ...change }, replace: true })
  return (
    <Page title={words.title} intro={words.intro}>
      <NativeSelect
        label={words.status}
        maw={240}
        value={status}
        data={[{ value: ANY, label: words.any }, ...Object.entries(words.states).map(([value, label]) => ({ value, label }))]}
        onChange={(event) => set({ status: event.currentTarget.value })}
      />
      {campaign && (
        <Text size="sm">
          {words.ofOne}{' '}
          <Link to="/referrals" search={{ status }}>
            {words.ofAll}
          </Link>
        </Text>
      )}
      <Paged
        query={referralsQuery(status, campaign)}
        columns={COLUMNS}
        idOf={(one) => one.id}
        empty={<Empty title={words.none}>{words.noneYet}</Empty>}
      />
    </Page>
  )
}

const COLUMNS: Column<ReferralView>[] = [
  { name: words.member, cell: (one) => <UserLink id={one.user.id} /> },
  { name: words.referrer, cell: (one) => <UserLink id={one.referrer.id} /> },
  { name: words.campaign, cell: (one) => <Campaign id={one.campaign.id} /> },
  {
    name: words.status,
    cell: (one) => (
      <Badge variant="light" color={one.status === 'COUNTED' ? 'green' : one.status === 'FLAGGED' ? 'orange' : 'gray'}>
        {words.states[one.status] ?? one.status}
      </Badge>
    ),
  },
  { name: words.why, cell: (one) => one.flag && (words.flags[one.flag] ?? one.flag) },
  { name: words.source, cell: (one) => one.source },
  { name: words.since, cell: (one) => <Time value={one.createdAt} /> },
  { name: words.actions, cell: (one) => <Decide referral={one} /> },
]

function Campaign({ id }: { id: string }) {
  const known = useQuery(nounQuery(CAMPAIGNS)).data
  return (
    <Link to="/campaigns/$campaignId" params={{ campaignId: id }} search={{}}>
      {known?.find((one) => one.id === id)?.name ?? id}
    </Link>
  )
}

function Decide({ referral }: { referral: ReferralView }) {
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'approve' | 'reject'>()
  if (!useMayDo(EDITORS) || referral.flag === 'SAME_PERSON') return null
  const decide = async (headers: OnceHeaders) => {
    const operation = asked === 'approve' ? approveReferral : rejectReferral
    await call((to) => operation({ ...to, path: { id: referral.id }, headers }))
    notify(asked === 'approve' ? words.approved : words.rejected)
    setAsked(undefined)
    await queries.invalidateQueries({ queryKey: ['referrals'] })
  }
  return (
    <Group gap={4}>
      {referral.status !== 'COUNTED' && (
        <Button size="compact-xs" onClick={() => setAsked('approve')}>
          {words.approve}
        </Button>
      )}
      {referral.status !== 'REJECTED' && (
        <Button size="compact-xs" variant="default" onClick={() => setAsked('reject')}>
          {words.reject}
        </Button>
      )}
      {asked && (
        <Confirm
          title={asked === 'approve' ? words.approveTitle : words.rejectTitle}
          action={asked === 'approve' ? words.approve : words.reject}
          onConfirm={decide}
          onClose={() => setAsked(undefined)}
        >
          {asked === 'approve' ? words.approveText : words.rejectText}
        </Confirm>
      )}
    </Group>
  )
}
