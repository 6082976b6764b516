// What is said about counters.

export const counters = {
  title: 'Counters',
  intro: 'What is counted of each member’s events, for rules to read: counters.purchases.count == 3 is the third purchase.',
  add: 'Add a counter', none: 'There are no counters yet.', noneYet: 'Count visits or purchases of each member, and rules can say “every tenth”.',
  columns: { type: 'Event type', counts: 'What it counts', when: 'Of which events', state: 'State', used: 'Used by' },
  ready: 'ready', preparing: 'being prepared', all: 'all', some: 'those that meet its constraint', notUsed: 'no reactor',
  name: 'Name', nameHelp: 'As rules write it: letters, digits and underscores, the first one small.', description: 'Description', eventType: 'Event type', what: 'What it counts', per: 'In each', value: 'What an event adds', valueHelp: 'An expression, such as payload.total.', takesPast: 'Events from before the counter count too', constraint: 'Of which events',
  kinds: { COUNT: 'Events', SUM: 'A sum', STREAK: 'Periods in a row' } as Record<string, string>,
  units: { EVER: 'all in all', HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month', YEAR: 'year' } as Record<string, string>,
  says: (what: string, value: string | null, unit: string) => `${what}${value ? ` of ${value}` : ''}, ${unit === 'all in all' ? unit : `each ${unit}`}`,
  unreadable: 'The constraint cannot be read yet.',
  anew: 'A change makes a version, and counts anew. While a reactor that has not ended names the counter, only its description can be changed.',
  removal: 'What it has counted is lost. This cannot be undone.',
}
