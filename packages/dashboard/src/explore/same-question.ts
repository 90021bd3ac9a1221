import type { SeriesQuestion } from '../api/hooks.ts'

/** Quoted for a POSIX shell, where it has to be. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** The question as a command, run in the project's folder. A clock that was set is set there too. */
export function asCommand({ series, select, tenant, entity, where, by, from, to, asOf, grain, total, compare }: SeriesQuestion, now: string | null): string {
  const option = (flag: string, value: string | undefined): readonly string[] => (value === undefined || value === '' ? [] : [flag, quoted(value)])
  return [
    'tidemark query', quoted(series), ...option('--tenant', tenant), ...option('--measure', select.join(',')), ...(entity ?? []).flatMap((one) => option('--entity', one)),
    ...(where ?? []).flatMap((pair) => option('--where', pair)), ...option('--by', by?.join(',')), ...option('--from', from), ...option('--to', to), ...option('--grain', grain),
    ...(total === true ? ['--total'] : []), ...option('--compare', compare?.join(',')), ...option('--as-of', asOf), ...(now === null ? [] : option('--now', now.replace(/\.\d+Z$/, 'Z'))), '--explain',
  ].join(' ')
}

/** The question's address at a server. */
export function asAddress({ series, select, tenant, entity, where, by, from, to, asOf, grain, total, compare }: SeriesQuestion): string {
  const words: readonly (readonly [string, string | undefined])[] = [
    ['select', select.join(',')], ['tenant', tenant], ...(entity ?? []).map((one) => ['entity', one] as const), ...(where ?? []).map((pair) => ['where', pair] as const), ['by', by?.join(',')],
    ['from', from], ['to', to], ['grain', grain], ['total', total === true ? 'true' : undefined], ['compare', compare?.join(',')], ['asOf', asOf],
  ]
  const parameters = new URLSearchParams(words.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''))
  return `/v1/series/${encodeURIComponent(series)}/query?${parameters}`
}

/** The question over HTTP, with a token in place of the browser's session. */
export function asCall(question: SeriesQuestion, origin: string): string {
  return `curl -H "Authorization: Bearer $TIDEMARK_TOKEN" ${quoted(`${origin}${asAddress(question)}`)}`
}
