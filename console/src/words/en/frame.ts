// What the frame around every page says.

export const frame = {
  skip: 'Skip to the page',
  signOut: 'Sign out',
  menu: 'Menu',
  loading: 'Loading',
  signedOut: 'You are signed out',
  signIn: 'Sign in to Punchcard',
  switchTo: (scheme: 'light' | 'dark') => `Switch to ${scheme} colours`,
}
