// What the door says: signing in, and setting a password.

export const signIn = {
  title: 'Sign in to Punchcard',
  again: 'Your session has ended',
  againWhy: (tenant: string) => `Sign in to ${tenant} again to go on. What you have typed is still there.`,
  busy: 'Signing in',
  email: 'E-mail',
  password: 'Password',
  programme: 'Programme',
  programmeAbout: 'Only if you belong to several: the API key of the one to open.',
  several: 'I belong to several programmes',
  enter: 'Sign in',
  byProvider: (name: string) => `Continue with ${name}`,
  byLink: 'Sign in with a link',
  byPassword: 'Sign in with a password',
  link: 'Sign-in link',
  linkAbout: 'Open the link, or paste it here.',
  linkWhere: 'A link works once, for 15 minutes. Where the server runs, this prints one:',
  linkCommand: 'punchcard console link',
  useLink: 'Use the link',
  back: 'Back to signing in',
}

export const setPassword = {
  title: 'Choose your password',
  about: 'At least 12 characters. A few words that nobody would put together are a good password.',
  password: 'New password',
  repeated: 'The same again',
  differ: 'The two are not the same.',
  action: 'Set the password and sign in',
  noToken: 'This address is not complete: open the link that you were given, as it is.',
}
