// The choice of a period.

import type { Period } from '../../parts/periods'

export const periods = {
  period: 'Period',
  periods: { '24h': '24 hours', '7d': '7 days', '30d': '30 days', '90d': '90 days' } satisfies Record<Period, string>,
}
