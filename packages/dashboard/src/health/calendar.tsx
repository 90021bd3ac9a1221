import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import { countText } from '../format/amount.ts'
import { coverageText } from '../format/coverage.ts'
import { dayText, periodText } from '../format/period.ts'
import { type CoverageDay, DAY_STATES, DAY_WORDS, placeAfterKey, weekdayOf, weeksOf } from './coverage-days.ts'
import css from './health.module.css'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

function dayWords({ day, state, coverage }: CoverageDay): string {
  const why = state === 'later' || coverage === null ? '' : `. ${coverageText(coverage)}`
  return `${WEEKDAYS[weekdayOf(day)]} ${dayText(day)}: ${DAY_WORDS[state]}${why}`
}

/** A cell a day, month by month. One stop for the keyboard; arrows go from day to day, and what a day has is told below. */
export function Calendar({ title, days, today }: { readonly title: string; readonly days: readonly CoverageDay[]; readonly today: string }) {
  const id = useId()
  const start = Math.max(0, days.findIndex(({ day }) => day === today))
  const [chosen, setChosen] = useState<number | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  const place = chosen ?? start
  const months = useMemo(() => [...Map.groupBy(days, ({ day }) => day.slice(0, 7))], [days])
  const places = useMemo(() => new Map(days.map(({ day }, at) => [day, at])), [days])
  const move = (event: KeyboardEvent): void => {
    const next = placeAfterKey(event.key, place, days)
    if (next === null) return
    event.preventDefault()
    setHovered(null)
    setChosen(next)
  }
  const told = days[hovered ?? place]
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: the months stand beside each other, which rows of a table cannot */}
      <div className={css['months']} role="grid" tabIndex={0} aria-label={title} aria-activedescendant={`${id}-${place}`} aria-describedby={`${id}-keys`} onKeyDown={move} onMouseLeave={() => setHovered(null)}>
        {months.map(([month, ofMonth]) => (
          // biome-ignore lint/a11y/useSemanticElements: twelve tables would be twelve stops
          <div key={month} role="rowgroup" aria-label={periodText(`${month}-01`, 'month')} className={css['month']}>
            <span className={css['monthName']} aria-hidden="true">{periodText(`${month}-01`, 'month')}</span>
            {weeksOf(ofMonth).map((week) => (
              // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: the grid has the focus
              <div key={week[0]?.day} role="row" className={css['week']}>
                {week.map((one) => {
                  const at = places.get(one.day) ?? 0
                  return (
                    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents lint/a11y/useSemanticElements: the grid has the focus and the keys
                    <span
                      key={one.day} id={`${id}-${at}`} role="gridcell" aria-label={dayWords(one)} aria-selected={at === chosen} className={css['day']} data-day={one.day} data-state={one.state}
                      style={{ gridColumn: weekdayOf(one.day) + 1 }} onMouseEnter={() => setHovered(at)} onClick={() => setChosen(at)}
                    />
                  )
                })}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p className={css['told']} data-told-day={told?.day}>{told === undefined ? '' : dayWords(told)}</p>
      <ul className={css['key']}>
        {DAY_STATES.map((state) => {
          const count = days.filter((one) => one.state === state).length
          return count === 0 ? null : <li key={state}><span className={css['day']} data-state={state} aria-hidden="true" /> {DAY_WORDS[state]}: {countText(count, 'day')}</li>
        })}
      </ul>
      <p className={css['keys']} id={`${id}-keys`}>Arrow keys go from day to day, Page Up and Page Down from month to month.</p>
    </>
  )
}
