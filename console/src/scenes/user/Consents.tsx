// What a member has agreed to, and when.

import { Button } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { ConsentTypeView, ConsentView } from '../../api/generated/types.gen'
import { useOnce } from '../../api/once'
import { everything, type User } from '../../api/queries'
import { nounQuery } from '../../parts/noun'
import { Confirm } from '../../parts/Confirm'
import { useOpened } from '../../parts/inFront'
import { Answered, ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { user as words } from '#words/user'
import { CONSENT_TYPES } from '../consent-types/ConsentTypes'

const { profile } = words
type Row = { type: ConsentTypeView; given?: ConsentView }

const consentsOf = (id: string) =>
  queryOptions({
    queryKey: ['consents', id],
    queryFn: ({ signal }) =>
      everything<ConsentView>((cursor) =>
        call((to) => api.listConsents({ ...to, query: { user: id, isGiven: 'true', limit: 1000, cursor } }), signal),
      ),
  })

export function Consents({ user, mayEdit }: { user: User; mayEdit: boolean }) {
  const types = useQuery(nounQuery(CONSENT_TYPES)).data ?? []
  const columns: Column<Row>[] = [
    { name: profile.consent, cell: ({ type }) => type.name },
    { name: profile.given, cell: ({ given }) => (given ? <Time value={given.givenAt} /> : profile.notGiven) },
    ...(mayEdit ? [{ name: profile.actions, cell: (row: Row) => <Change user={user} row={row} /> }] : []),
  ]
  return (
    <Answered query={useQuery(consentsOf(user.id))} rows={2}>
      {(given) =>
        types.length === 0 ? (
          <p className="pc-nothing">{profile.noTypes}</p>
        ) : (
          <Table
            columns={columns}
            rows={types.map((type) => ({ type, given: given.find((one) => one.type.id === type.id) }))}
            idOf={({ type }) => type.id}
          />
        )
      }
    </Answered>
  )
}

function Change({ user, row: { type, given } }: { user: User; row: Row }) {
  const queries = useQueryClient()
  const once = useOnce()
  const revoking = useOpened('revoke')
  const [failure, setFailure] = useState<unknown>()
  const renew = (said: string) => {
    notify(said)
    for (const queryKey of [['consents', user.id], ['events', 'of', user.id]]) void queries.invalidateQueries({ queryKey })
  }
  const give = async () => {
    setFailure(undefined)
    const body = { type: { id: type.id }, user: { id: user.id } }
    try {
      await once(type.id, (headers) => call((to) => api.giveConsent({ ...to, body, headers })))
      renew(profile.gave)
    } catch (error) {
      setFailure(error)
    }
  }
  const revoke = async () => {
    await call((to) => api.revokeConsent({ ...to, path: { id: given!.id } }))
    revoking.close()
    renew(profile.revoked)
  }
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => (given ? revoking.open(type.id) : void give())}>
        {given ? profile.revoke : profile.give}
        <span className="pc-offscreen"> {type.name}</span>
      </Button>
      {failure ? <ErrorNotice error={failure} /> : null}
      {given && revoking.of === type.id && (
        <Confirm
          title={profile.revokeTitle(type.name)}
          action={profile.revoke}
          onConfirm={revoke}
          onClose={revoking.close}
        >
          {profile.revokeText}
        </Confirm>
      )}
    </>
  )
}
