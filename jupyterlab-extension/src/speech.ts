// The language of the pen: that of the notebook, by `crossroads.language` in its metadata.

import catalogues from './words.json';

export interface Speech {
  /** A message in the language, with its {placeholders} filled in. */
  _(message: string, values?: Record<string, string>): string;
  attributes: { lang?: string; dir?: string };
}

interface Catalogue {
  dir: string;
  words: Record<string, string>;
}

export function speechOf(metadata: unknown): Speech {
  const { language: lang } = (metadata ?? {}) as Record<string, unknown>;
  const known: Record<string, Catalogue> = catalogues;
  const found = typeof lang === 'string' && Object.hasOwn(known, lang) ? known[lang] : null;
  return {
    _: (message, values = {}) =>
      (found?.words[message] ?? message).replace(/{(\w+)}/g, (all, name) => values[name] ?? all),
    attributes: found ? { lang: lang as string, dir: found.dir } : {}
  };
}
