// Who was brought by whom, and what waits for somebody to decide.

import { Badge, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { call } from '../../api/client'
import { approveReferral, listReferrals, rejectReferral } from '../../api/generated/sdk.gen'
import type { ReferralView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { NounName } from '../../parts/NounChoice'
import { Decide } from '../../parts/Decide'
import { pagesQuery } from '../../parts/Paged'
import { EDITORS, useMayDo } from '../../parts/roles'
import { ANY, StateList, type StateChoice } from '../../parts/StateList'
import type { Column } from '../../parts/Table'
import { Time, UserLink } from '../../parts/values'
import { CAMPAIGNS } from '../campaigns/Campaigns'
import { referrals as words } from '#words/referrals'

const STATUS: StateChoice = { name: 'status', label: words.status, of: words.states, any: words.any, usual: ANY }

const referralsQuery = (filters: { status?: string; campaignId?: string }) =>
  pagesQuery<ReferralView>(['referrals', filters], (cursor, signal) =>
    call((to) => listReferrals({ ...to, query: { ...filters, limit: 50, cursor } }), signal),
  )

export function Referrals() {
  const { status, campaign: campaignId } = useSearch({ strict: false }) as { status?: string; campaign?: string }
  return (
    <StateList
      words={words}
      choices={[STATUS]}
      query={(chosen) => referralsQuery({ ...chosen, ...(campaignId ? { campaignId } : {}) })}
      columns={COLUMNS}
      idOf={(one) => one.id}
    >
      {campaignId && (
        <Text size="sm">
          {words.ofOne}{' '}
          <Link to="/referrals" search={{ status }}>
            {words.ofAll}
          </Link>
        </Text>
      )}
    </StateList>
  )
}

const COLUMNS: Column<ReferralView>[] = [
  { name: words.member, cell: (one) => <UserLink id={one.user.id} tab="referrals" /> },
  { name: words.referrer, cell: (one) => <UserLink id={one.referrer.id} tab="referrals" /> },
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
  { name: words.actions, cell: (one) => <Waiting referral={one} /> },
]

function Campaign({ id }: { id: string }) {
  return (
    <Link to="/campaigns/$campaignId" params={{ campaignId: id }} search={{}}>
      <NounName noun={CAMPAIGNS} id={id} />
    </Link>
  )
}

function Waiting({ referral: { id, status, flag } }: { referral: ReferralView }) {
  const queries = useQueryClient()
  if (!useMayDo(EDITORS) || flag === 'SAME_PERSON') return null
  const yes = {
    action: words.approve,
    title: words.approveTitle,
    means: words.approveText,
    done: words.approved,
    send: (headers: OnceHeaders) => call((to) => approveReferral({ ...to, path: { id }, headers })),
  }
  const no = {
    action: words.reject,
    title: words.rejectTitle,
    means: words.rejectText,
    done: words.rejected,
    send: (headers: OnceHeaders) => call((to) => rejectReferral({ ...to, path: { id }, headers })),
  }
  const renew = () => void queries.invalidateQueries({ queryKey: ['referrals'] })
  return <Decide of={id} yes={status === 'COUNTED' ? undefined : yes} no={status === 'REJECTED' ? undefined : no} onDone={renew} />
}
