import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { report } from '#words/report'
import { REPORTERS, useMayDo } from '../../parts/roles'

/** The button that opens the drawer, on top of the page that it stands on. */
export function ReportButton({ about }: { about?: string }) {
  const navigate = useNavigate()
  const mayReport = useMayDo(REPORTERS)
  const open = () =>
    void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, report: 'new', about }) as never })
  if (!mayReport) return null
  return <Button onClick={open}>{report.button}</Button>
}
