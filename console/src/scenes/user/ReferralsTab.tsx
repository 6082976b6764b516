// Whom a member has brought, and who has brought the member.

import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import { call } from '../../api/client'
import { createReferralCode, listReferrals } from '../../api/generated/sdk.gen'
import type { ReferralCodeView, ReferralView } from '../../api/generated/types.gen'
import { useOnce } from '../../api/once'
import type { User } from '../../api/queries'
import { ErrorNotice } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { REPORTERS, useMayDo, VIEWERS } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Facts, Time, UserLink } from '../../parts/values'
import { referrals as all } from '#words/referrals'
import { user as words } from '#words/user'

const { referrals } = words
const { states } = all
type Side = 'referrerId' | 'userId'

const referralsOf = (side: Side, id: string) =>
  pagesQuery<ReferralView>(['referrals', side, id], (cursor, signal) =>
    call((to) => listReferrals({ ...to, query: { [side]: id, limit: 50, cursor } }), signal),
  )

const columnsOf = (side: Side): Column<ReferralView>[] => [
  {
    name: referrals.member,
    cell: (referral) => <UserLink id={(side === 'userId' ? referral.referrer : referral.user).id} tab="referrals" />,
  },
  { name: referrals.status, cell: (referral) => states[referral.status] ?? referral.status },
  { name: referrals.since, cell: (referral) => <Time value={referral.createdAt} /> },
]

export default function ReferralsTab({ user }: { user: User }) {
  const mayLook = useMayDo(VIEWERS)
  const mayMake = useMayDo(REPORTERS) && user.status === 'ACTIVE'
  return (
    <div className="pc-stack">
      {mayMake && (
        <Section title={referrals.code}>
          <Code userId={user.id} />
        </Section>
      )}
      {mayLook && (
        <div className="pc-columns">
          <Section title={referrals.brought}>
            <Paged
              query={referralsOf('referrerId', user.id)}
              columns={columnsOf('referrerId')}
              idOf={(one) => one.id}
              empty={<p className="pc-nothing">{referrals.nobody}</p>}
            />
          </Section>
          <Section title={referrals.by}>
            <Paged
              query={referralsOf('userId', user.id)}
              columns={columnsOf('userId')}
              idOf={(one) => one.id}
              empty={<p className="pc-nothing">{referrals.noOne}</p>}
            />
          </Section>
        </div>
      )}
    </div>
  )
}

/** The member's code; it is made when it is asked for first. */
function Code({ userId }: { userId: string }) {
  const once = useOnce()
  const [code, setCode] = useState<ReferralCodeView>()
  const [failure, setFailure] = useState<unknown>()
  const make = async () => {
    setFailure(undefined)
    try {
      const answer = await once(userId, (headers) => call((to) => createReferralCode({ ...to, path: { id: userId }, headers })))
      setCode(answer.data)
    } catch (error) {
      setFailure(error)
    }
  }
  if (code)
    return (
      <Facts
        items={[
          [referrals.invite, <code key="c">{code.inviteCode}</code>],
          [referrals.link, code.inviteLink],
          [referrals.clicks, code.clickCount],
          [referrals.registered, code.registerCount],
        ]}
      />
    )
  return (
    <Stack align="flex-start" gap="xs">
      <p className="pc-nothing">{referrals.noCode}</p>
      <Button variant="default" onClick={() => void make()}>
        {referrals.make}
      </Button>
      {failure ? <ErrorNotice error={failure} /> : null}
    </Stack>
  )
}
