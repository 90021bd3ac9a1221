import { useShared } from '../search/use-shared.ts'
import { countText, wordsOf } from '../format/amount.ts'
import { agoText, instantText } from '../format/instant.ts'
import css from './health.module.css'
import type { SeriesHealth } from './standing.ts'

/** How fresh each series is, in words; one of them is chosen, and told in full below. */
export function FreshnessList({ all, chosen }: { readonly all: readonly SeriesHealth[]; readonly chosen: string | undefined }) {
  const [, change] = useShared()
  return (
    <ul className={css['series']}>
      {all.map(({ series, capturedAt, capturedSecondsAgo, failures }) => (
        <li key={series}>
          <a className={css['one']} href={`?series=${encodeURIComponent(series)}`} aria-current={series === chosen ? 'true' : undefined} data-series={series} onClick={(event) => { event.preventDefault(); change({ series, grain: undefined }) }}>
            <span className={css['name']}>{wordsOf(series)}</span>
            <span className={css['fresh']}>{capturedSecondsAgo === null ? 'Never captured' : `Captured ${agoText(capturedSecondsAgo)}`}</span>
            <span className={css['dim']}>{capturedAt === null ? 'No capture has closed a window yet' : instantText(capturedAt)}</span>
            {failures.windows === 0 ? <span className={css['dim']}>Nothing failed in the last seven days</span> : <span className={css['failed']}><span aria-hidden="true">⚠ </span>{countText(failures.windows, 'window')} failed in the last seven days and {failures.windows === 1 ? 'has' : 'have'} not been captured since</span>}
          </a>
        </li>
      ))}
    </ul>
  )
}
