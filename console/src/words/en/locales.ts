// Languages, and fields that are said in several of them.

export const locales = {
  names: {
    en: 'English',
    fr: 'French',
    de: 'German',
    it: 'Italian',
    es: 'Spanish',
    nl: 'Dutch',
    ar: 'Arabic',
    tr: 'Turkish',
  } as Record<string, string>,
  add: 'Add a language',
  choose: 'Choose one',
  remove: (name: string) => `Remove ${name}`,
  inLanguage: (label: string, language: string) => `${label} (${language})`,
  from: 'From',
  until: 'Until',
  noEnd: 'Empty: without end.',
  when: 'For example 2026-03-01 09:30, in the programme’s time zone.',
}
