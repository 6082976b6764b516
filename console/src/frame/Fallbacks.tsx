import { Button } from '@mantine/core'
import { Link, type ErrorComponentProps } from '@tanstack/react-router'
import { Empty, ErrorNotice } from '../parts/notices'
import { Page } from '../parts/Page'

export function NotHere() {
  return (
    <main className="pc-main" id="main">
      <Page title="There is no such page">
        <Empty title="Nothing is at this address." action={<Link to="/events">To the Event Stream</Link>}>
          The link may be old, or a part of it was lost on the way.
        </Empty>
      </Page>
    </main>
  )
}

export function EverythingElse({ error, reset }: ErrorComponentProps) {
  return (
    <main className="pc-main" id="main">
      <Page title="This page broke">
        <ErrorNotice error={error}>
          <Button size="xs" variant="default" onClick={() => (reset(), location.reload())}>
            Load the page again
          </Button>
        </ErrorNotice>
      </Page>
    </main>
  )
}
