// What the page of tiers says.

export const tiers = {
  title: 'Tiers',
  intro:
    'Who has earned enough is in a tier, in the same moment; spending takes nobody out of it. Of several tiers the one of the highest priority counts.',
  add: 'Add a tier',
  none: 'There are no tiers yet.',
  noneYet: 'A tier is what a member reaches by earning: Silver at 500 points, Gold at 2,000. Rules and rewards can ask for it.',
  removal: 'Members who are in it leave it. What they have done in it stays recorded.',
  requirement: 'Points to earn',
  requirementHint: 'Members who have earned as many are in the tier.',
  calculation: 'Which points count',
  calculations: {
    LIFETIME_EARN: 'All that were ever earned',
    CALENDAR_PERIOD: 'Those of a year or a month',
  } as Record<string, string>,
  period: 'Period',
  periods: { P1Y: 'A calendar year', P1M: 'A calendar month' } as Record<string, string>,
  keeps: 'Stays for the following period',
  keepsHint: 'Otherwise it ends with the period in which it was reached.',
  priority: 'Priority',
  priorityHint: 'The higher, the better the tier: rewards for a tier are also for those above it.',
  effectivity: 'When the tier itself holds',
  locale: 'Language if a member’s is missing',
  texts: 'What members read',
  textName: 'Name',
  textDescription: 'Description',
  textArtwork: 'Address of a picture',
  counts: 'Counts',
  countsOf: (calculation: string, period: string | null, keeps: boolean) =>
    calculation === 'LIFETIME_EARN'
      ? 'all points ever earned'
      : `points of a calendar ${period === 'P1M' ? 'month' : 'year'}${keeps ? ', kept for the next one' : ''}`,
  order: 'Priority',
}
