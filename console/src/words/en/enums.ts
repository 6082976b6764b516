// What the API's values are called where they are read.

export const enums = {
  userStatus: { ACTIVE: 'active', RESTRICTED: 'restricted', CLOSED: 'closed', MERGED: 'merged' },
  badgeStatus: { ACTIVE: 'active', INACTIVE: 'inactive', ARCHIVED: 'archived' },
  reactorState: { DRAFT: 'draft', SCHEDULED: 'scheduled', LIVE: 'live', PAUSED: 'paused', ENDED: 'ended' },
  /** What changed a wallet where neither a reactor nor a person says why. */
  account: {
    ISSUE: 'earned',
    REDEMPTION: 'spent',
    BREAKAGE: 'run out',
    ADJUSTMENT: 'adjusted',
    PENDING: 'become usable',
    MERGE: 'from another account',
  },
  per: { EVER: 'ever', HOUR: 'an hour', DAY: 'a day', WEEK: 'a week', MONTH: 'a month', YEAR: 'a year' },
  tierLost: { PERIOD_ENDED: 'its period has ended', POINTS: 'too few points', TIER_ENDED: 'the tier has ended' },
  reactorOwner: { TRANCHE: 'tranche' },
  kept: { RESUBMITTED: 'resubmitted', DISCARDED: 'discarded' },
} satisfies Record<string, Record<string, string>>

/** A value in words; one that is newer than this console as it came. */
export const called = (names: Record<string, string>, value: string): string => names[value] ?? value
