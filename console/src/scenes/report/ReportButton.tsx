import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'

/** The button that opens the drawer, on top of the page that it stands on. */
export function ReportButton({ about }: { about?: string }) {
  const navigate = useNavigate()
  const open = () =>
    void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, report: 'new', about }) as never })
  return <Button onClick={open}>Report Event</Button>
}
