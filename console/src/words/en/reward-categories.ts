// What the page of reward categories says.

export const rewardCategories = {
  title: 'Reward categories',
  intro: 'How the catalogue of rewards is arranged; one may stand below another.',
  add: 'Add a category',
  search: 'Search categories',
  none: 'There are no categories yet.',
  noneYet: 'Rewards can do without; with many of them, members find their way by categories.',
  removal: 'Its rewards stay, and are in no category then.',
  name: 'Name',
  priority: 'Priority',
  priorityHint: 'The order among categories.',
  description: 'Description',
  picture: 'Address of a picture',
  parent: 'Stands below',
  nothing: 'Nothing: at the top',
  locale: 'Language if a member’s is missing',
  noLocale: 'None',
  texts: 'In other languages',
}
