// The language of these words, as the browser writes numbers and times in it.

export const language = 'en'
