// How those who do something are called, where a name stands for them.

export const principals = {
  console: 'somebody with a link',
  operator: 'the command line',
  staff: 'somebody of the staff',
  client: (id: string) => `the key ${id}`,
}
