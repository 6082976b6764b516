import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { userQuery, type EventView } from '../../api/queries'
import { nameOf } from '../../parts/user'
import { Facts, Id, Time } from '../../parts/values'

type Report = Pick<EventView, 'id' | 'type' | 'typeVersion' | 'subject' | 'reporter' | 'executor' | 'occurredAt' | 'reportedAt'>

/** Who reported what about whom, and when; `more` is what else there is to say of it. */
export function ReportFacts({ report, more }: { report: Report; more: [string, ReactNode][] }) {
  const { data: user } = useQuery(userQuery(report.subject))
  return (
    <Facts
      items={[
        ['Id', <Id key="id" value={report.id} />],
        [
          'User',
          <Link key="u" to="/users/$userId" params={{ userId: report.subject }} search={{}}>
            {user ? nameOf(user) : report.subject}
          </Link>,
        ],
        ['Occurred at', <Time key="o" value={report.occurredAt} />],
        ['Reported at', <Time key="r" value={report.reportedAt} />],
        ['Reported by', report.reporter],
        ['Executor', report.executor ?? 'the user'],
        [
          'Type',
          <Link key="t" to="/event-types/$name" params={{ name: report.type }} search={{}}>
            {report.type}, version {report.typeVersion}
          </Link>,
        ],
        ...more,
      ]}
    />
  )
}
