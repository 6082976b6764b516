import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { report } from '#words/report'
import { useAbout } from '../../parts/about'
import { useInFront } from '../../parts/inFront'
import { REPORTERS, useMayDo } from '../../parts/roles'

/** The button that opens the drawer, on top of whatever page is shown. */
export function ReportButton() {
  const { open } = useInFront()
  const about = useAbout()
  const mayReport = useMayDo(REPORTERS)
  if (!mayReport) return null
  return (
    <Button size="xs" className="pc-small" leftSection={<IconPlus size={14} />} onClick={() => open({ report: 'new', about })}>
      {report.button}
    </Button>
  )
}
