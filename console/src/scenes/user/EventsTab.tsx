// All events of a member, page by page.

import { call } from '../../api/client'
import { listEvents } from '../../api/generated/sdk.gen'
import type { EventView, User } from '../../api/queries'
import { Empty } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { user as words } from '#words/user'
import { AllEvents, EVENT_COLUMNS } from './Overview'

const eventsOf = (subject: string) =>
  pagesQuery<EventView>(['events', 'of', subject, 'all'], (cursor, signal) =>
    call((to) => listEvents({ ...to, query: { subject, limit: 50, cursor } }), signal),
  )

export default function EventsTab({ user }: { user: User }) {
  return (
    <Section title={words.tabs.events} actions={<AllEvents userId={user.id} />}>
      <Paged
        query={eventsOf(user.id)}
        columns={EVENT_COLUMNS}
        idOf={(event) => event.id}
        empty={<Empty title={words.events.none}>{words.events.noneYet}</Empty>}
      />
    </Section>
  )
}
