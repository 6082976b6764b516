// What is said about points policies.

export const policies = {
  title: 'Points policies',
  intro: 'When points run out, and how many a member can earn, spend and hold. They hold for what is earned from then on; of several the earliest end counts, and the tightest cap.',
  add: 'Add a policy', none: 'There are no points policies.', noneYet: 'Points never run out, and nothing caps them. A policy such as “one year after they were earned” lets them.',
  columns: { type: 'What it does', says: 'In words', state: 'State', version: 'Version', changed: 'Changed' },
  types: { SIMPLE_EXPIRY: 'Points run out', MAXIMUM_POINTS_EARN_CAP: 'Cap on earning', MAXIMUM_POINTS_SPEND_CAP: 'Cap on spending', MAXIMUM_POINTS_BALANCE_CAP: 'Cap on the balance', PURCHASE_REWARDS: 'Buys a reward by itself' } as Record<string, string>,
  active: 'in force', resting: 'out of force',
  rest: 'Put out of force', wake: 'Put in force', run: 'Run now', of: (action: string, name: string) => `${action}: ${name}`,
  name: 'Name', type: 'What it does', after: 'After', afterHelp: 'A length such as P1Y, P6M or P90D.', toEndOf: 'At the end of', exactly: 'exactly then', onInactivity: 'All points lapse when no event was about the member for so long',
  points: 'Points', per: 'In each', units: { '': 'ever', HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month', YEAR: 'year' } as Record<string, string>,
  reward: 'Reward', choose: 'Choose one', keep: 'Points that are left', timesMax: 'At most so many a day', saved: (name: string) => `${name} is saved.`,
  removal: 'It holds no longer. What has been earned keeps its terms. This cannot be undone.',
  runTitle: (name: string) => `Run “${name}” now?`, runMeans: 'What is due by it is done now: points run out, become usable, or are spent. It is done every ten minutes by itself.', ran: 'It is under way.',
  daily: 'Time does this by itself every ten minutes; nothing depends on it, for whoever asks finds a wallet as time has made it.', runAll: 'Run all now', runAllTitle: 'Run all policies now?',
  says: {
    expiry: (after: string) => `${after} after they were earned`, toEnd: (after: string, unit: string) => `${after} after they were earned, at the end of the ${unit}`, idle: (after: string) => `all of them, when nothing happened for ${after}`,
    cap: (points: string, unit: string) => `${points} points in each ${unit}`, ever: (points: string) => `${points} points`, buys: 'for each member whose balance is enough',
  },
}
