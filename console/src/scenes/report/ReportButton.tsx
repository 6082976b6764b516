import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { report } from '#words/report'
import { useAbout } from '../../parts/about'
import { REPORTERS, useMayDo } from '../../parts/roles'

/** The button that opens the drawer, on top of whatever page is shown. */
export function ReportButton() {
  const navigate = useNavigate()
  const about = useAbout()
  const mayReport = useMayDo(REPORTERS)
  const open = () =>
    void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, report: 'new', about }) as never })
  if (!mayReport) return null
  return (
    <Button size="xs" className="pc-small" leftSection={<IconPlus size={14} />} onClick={open}>
      {report.button}
    </Button>
  )
}
