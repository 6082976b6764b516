// What the frame around every page says.

export const frame = {
  skip: 'Skip to the page',
  signOut: 'Sign out',
  menu: 'Menu',
  navigation: 'Main',
  loading: 'Loading',
  signedOut: 'You are signed out',
  signIn: 'Sign in to Punchcard',
  switchTo: (scheme: 'light' | 'dark') => `Switch to ${scheme} colours`,
  sections: {
    events: 'Events',
    members: 'Members',
    rewards: 'Rewards',
    programme: 'Programme',
    system: 'System',
  },
  pages: {
    overview: 'Overview',
    stream: 'Event Stream',
    eventTypes: 'Event types',
    reactors: 'Reactors',
    counters: 'Counters',
    policies: 'Points policies',
    users: 'Users',
    integrity: 'Integrity',
    jobs: 'Jobs',
    settings: 'Settings',
  },
  noPage: {
    title: 'There is no such page',
    nothing: 'Nothing is at this address.',
    why: 'The link may be old, or a part of it was lost on the way.',
    back: 'To the Event Stream',
  },
  broken: { title: 'This page broke', again: 'Load the page again' },
}
