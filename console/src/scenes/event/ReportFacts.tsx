import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { event } from '#words/event'
import { secretsQuery, userQuery, type EventView } from '../../api/queries'
import { usePrincipalNames } from '../../parts/principals'
import { OWNERS, useMayDo } from '../../parts/roles'
import { nameOf } from '../../parts/user'
import { Facts, Id, Time } from '../../parts/values'

const words = event.facts

type Report = Pick<EventView, 'id' | 'type' | 'typeVersion' | 'subject' | 'reporter' | 'executor' | 'occurredAt' | 'reportedAt'>

/** Who reported what about whom, and when; `more` is what else there is to say of it. */
export function ReportFacts({ report, more }: { report: Report; more: [string, ReactNode][] }) {
  const { data: user } = useQuery(userQuery(report.subject))
  return (
    <Facts
      items={[
        [words.id, <Id key="id" value={report.id} />],
        [
          words.user,
          <Link key="u" to="/users/$userId" params={{ userId: report.subject }} search={{}}>
            {user ? nameOf(user) : report.subject}
          </Link>,
        ],
        [words.occurred, <Time key="o" value={report.occurredAt} />],
        [words.reported, <Time key="r" value={report.reportedAt} />],
        [words.by, <Reporter key="by" report={report} />],
        [words.executor, report.executor ? <Principal key="x" principal={report.executor} /> : words.theUser],
        [
          words.type,
          <Link key="t" to="/event-types/$name" params={{ name: report.type }} search={{}}>
            {words.version(report.type, report.typeVersion)}
          </Link>,
        ],
        ...more,
      ]}
    />
  )
}

/** Who called; a secret by its name, for those who may read the list of them. */
function Reporter({ report }: { report: Report }) {
  const [kind, id] = report.reporter.split(':')
  const isSecret = kind === 'secret'
  const mayRead = useMayDo(OWNERS)
  const { data } = useQuery({ ...secretsQuery(report.type), enabled: isSecret && mayRead, retry: false })
  const name = data?.find((secret) => secret.id === id)?.name
  return name ? <span title={report.reporter}>{words.secret(name)}</span> : <Principal principal={report.reporter} />
}

/** People and keys by name, for those who may read the lists of them. */
function Principal({ principal }: { principal: string }) {
  const nameOf = usePrincipalNames()
  const isNamed = useMayDo(OWNERS) && principal.startsWith('admin:')
  return isNamed ? <span title={principal}>{nameOf(principal)}</span> : <>{principal}</>
}
