// One audience: who is in it, and why.

import { Button } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { AudienceView, MemberView } from '../../api/generated/types.gen'
import { CriteriaShown } from '../../parts/CriteriaShown'
import { NounEditor } from '../../parts/NounEditor'
import { RowActions } from '../../parts/NounTable'
import { JobProgress } from '../../parts/jobs'
import { Answered, Empty, ErrorNotice } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { EDITORS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Facts, Id, Time, UserLink } from '../../parts/values'
import { audiences } from '#words/audiences'
import { parts } from '#words/parts'
import { AUDIENCES, sizeOf } from './Audiences'

const audienceQuery = (id: string) =>
  queryOptions({
    queryKey: [AUDIENCES.key, id],
    queryFn: async ({ signal }) => (await call((to) => api.getAudience({ ...to, path: { id } }), signal)).data,
  })

const membersQuery = (id: string) =>
  pagesQuery<MemberView>([AUDIENCES.key, id, 'members'], (cursor, signal) =>
    call((to) => api.listResults({ ...to, path: { id }, query: { limit: 50, cursor } }), signal),
  )

const COLUMNS: Column<MemberView>[] = [
  {
    name: audiences.member,
    cell: (member) => <UserLink id={member.id} />,
  },
  { name: audiences.accountNumber, cell: (member) => member.accountNumber },
  { name: audiences.external, cell: (member) => member.externalIdentifier },
  { name: audiences.since, cell: (member) => <Time value={member.joinedAt} /> },
]

export function AudiencePage() {
  const { audienceId } = useParams({ strict: false }) as { audienceId: string }
  const query = useQuery(audienceQuery(audienceId))
  const mayEdit = useMayDo(EDITORS)
  const navigate = useNavigate()
  const audience = query.data
  if (!audience)
    return (
      <Page title={audiences.audience}>
        <Answered query={query} rows={6} instead={<Link to="/audiences">{audiences.back}</Link>}>
          {() => null}
        </Answered>
      </Page>
    )
  const actions = mayEdit && (
    <RowActions isOnPage noun={AUDIENCES} row={audience} onGone={() => void navigate({ to: '/audiences', search: {}, replace: true })} />
  )
  return (
    <Page title={audience.name} intro={audience.description} actions={actions}>
      <div className="pc-columns">
        <div className="pc-stack">
          <Section title={audiences.facts} actions={mayEdit && audience.isActive && <Refresh audience={audience} />}>
            <Facts
              items={[
                [parts.idOf, <Id key="id" value={audience.id} />],
                [audiences.size, sizeOf(audience)],
                [audiences.frequency, audiences.frequencies[audience.criteriaDefinition.triggerFrequency]],
                [audiences.active, audience.isActive ? audiences.yes : audiences.no],
                [audiences.refreshed, audience.refreshedAt ? <Time key="r" value={audience.refreshedAt} /> : audiences.never],
                [audiences.next, audience.nextRefreshAt && <Time key="n" value={audience.nextRefreshAt} />],
                [audiences.joined, audience.sendAudienceJoinedEvent ? audiences.yes : audiences.no],
                [audiences.left, audience.sendAudienceLeftEvent ? audiences.yes : audiences.no],
              ]}
            />
          </Section>
          <Section title={audiences.criteria}>
            <CriteriaShown tree={audience.criteriaDefinition.criteriaTree} label={audiences.criteria} />
          </Section>
        </div>
        <Section title={audiences.members}>
          <Paged
            query={membersQuery(audience.id)}
            columns={COLUMNS}
            idOf={(member) => member.id}
            empty={<Empty title={audiences.nobody}>{audiences.nobodyYet}</Empty>}
          />
        </Section>
      </div>
      {mayEdit && <NounEditor noun={AUDIENCES} rows={[audience]} />}
    </Page>
  )
}

function Refresh({ audience }: { audience: AudienceView }) {
  const queries = useQueryClient()
  const [jobId, setJobId] = useState<string>()
  const [failure, setFailure] = useState<unknown>()
  const begin = async () => {
    setFailure(undefined)
    setJobId(undefined)
    try {
      setJobId((await call((to) => api.triggerSearchResults({ ...to, path: { id: audience.id } }))).data.jobId)
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <>
      <Button size="xs" variant="default" onClick={() => void begin()}>
        {audiences.refresh}
      </Button>
      {failure ? <ErrorNotice error={failure} /> : null}
      {jobId && (
        <div className="pc-whole">
          <JobProgress
            key={jobId}
            id={jobId}
            label={audiences.refreshing}
            onEnd={() => void queries.invalidateQueries({ queryKey: [AUDIENCES.key] })}
          />
        </div>
      )}
    </>
  )
}
