// What the command palette and the list of keys say.

export const palette = {
  title: 'Go to anything',
  open: 'Go to anything',
  label: 'Page, member, event id or action',
  results: 'Results',
  none: 'Nothing fits.',
  event: (id: string) => `Event ${id}`,
  report: 'Report Event',
  switchTo: (scheme: 'light' | 'dark') => `Switch to ${scheme} colours`,
  keys: 'Show the keys',
  kinds: { page: 'page', action: 'action', member: 'member', event: 'event' },
}

export const keys = {
  title: 'Keys',
  about: 'Keys do nothing while you write in a field.',
  key: 'Key',
  does: 'What it does',
  palette: 'opens the search over everything',
  search: 'goes to the search box of the page',
  help: 'shows this list',
  go: (page: string) => `goes to ${page}`,
  escape: 'closes what stands in front of the page',
}
