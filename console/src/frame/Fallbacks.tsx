import { Button } from '@mantine/core'
import { Link, type ErrorComponentProps } from '@tanstack/react-router'
import { Empty, ErrorNotice } from '../parts/notices'
import { frame } from '#words/frame'
import { Page } from '../parts/Page'

export function NotHere() {
  return (
    <main className="pc-main" id="main">
      <Page title={frame.noPage.title}>
        <Empty title={frame.noPage.nothing} action={<Link to="/events">{frame.noPage.back}</Link>}>
          {frame.noPage.why}
        </Empty>
      </Page>
    </main>
  )
}

export function EverythingElse({ error, reset }: ErrorComponentProps) {
  return (
    <main className="pc-main" id="main">
      <Page title={frame.broken.title}>
        <ErrorNotice error={error}>
          <Button size="xs" variant="default" onClick={() => (reset(), location.reload())}>
            {frame.broken.again}
          </Button>
        </ErrorNotice>
      </Page>
    </main>
  )
}
