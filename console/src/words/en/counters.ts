// What is said about counters.

export const counters = {
  title: 'Counters',
  intro: 'What is counted of each member’s events, for rules to read: counters.purchases.count == 3 is the third purchase.',
  add: 'Add a counter', none: 'There are no counters yet.', noneYet: 'POST /v1/counters/ makes one, and so does the button; then rules can name it.',
  columns: { name: 'Name', type: 'Event type', counts: 'What it counts', when: 'Of which events', state: 'State', used: 'Used by', actions: 'Actions' },
  ready: 'ready', preparing: 'being prepared', all: 'all', some: 'those that meet its constraint', notUsed: 'no reactor',
  editTitle: (name: string) => `Change ${name}`, name: 'Name', namePlaceholder: 'purchases', nameHelp: 'As rules write it: letters, digits and underscores, the first one small.', description: 'Description', eventType: 'Event type', what: 'What it counts', per: 'In each', value: 'What an event adds', valueHelp: 'An expression, such as payload.total.', takesPast: 'Events from before the counter count too', constraint: 'Of which events',
  kinds: { COUNT: 'Events', SUM: 'A sum', STREAK: 'Periods in a row' } as Record<string, string>,
  units: { EVER: 'all in all', HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month', YEAR: 'year' } as Record<string, string>,
  says: (what: string, value: string | null, unit: string) => `${what}${value ? ` of ${value}` : ''}, ${unit === 'all in all' ? unit : `each ${unit}`}`,
  save: 'Save', cancel: 'Cancel', saved: (name: string) => `${name} is saved.`, change: 'Change', remove: 'Delete', of: (action: string, name: string) => `${action} ${name}`,
  anew: 'A change makes a version, and counts anew. While a reactor that has not ended names the counter, only its description can be changed.',
  removeTitle: (name: string) => `Delete “${name}”?`, removeMeans: 'What it has counted is lost. This cannot be undone.', removed: (name: string) => `${name} is deleted.`,
}
