import { useEffect, useId, useMemo, useState } from 'react'
import { instantText } from '../format/instant.ts'
import { believedDays, placeAmong } from './believed-days.ts'
import css from './explore.module.css'

const SETTLE_MS = 250

export interface AsOfSliderProps {
  readonly now: string
  readonly asOfDays: number
  readonly asOf: string | undefined
  /** Why it cannot be moved; null: it can. */
  readonly why: string | null
  readonly onChange: (asOf: string | undefined) => void
}

/** What was believed when: from now (right) back to where earlier beliefs are no longer kept. */
export function AsOfSlider({ now, asOfDays, asOf, why, onChange }: AsOfSliderProps) {
  const id = useId()
  const days = useMemo(() => believedDays(now, asOfDays), [now, asOfDays])
  const settled = placeAmong(days, asOf)
  const [moved, setMoved] = useState<number | null>(null)
  const place = moved ?? settled
  const instant = moved === null ? asOf : days[moved - 1]
  // A thumb that is dragged passes many days: one that it stays at is asked.
  useEffect(() => {
    if (moved === null) return undefined
    const timer = setTimeout(() => {
      setMoved(null)
      onChange(days[moved - 1])
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [moved, days, onChange])
  const told = instant === undefined ? 'Now' : instantText(instant)
  return (
    <div className={css['slider']}>
      <label htmlFor={id}>Believed as of <output data-believed={instant ?? ''}>{told}</output></label>
      <input
        type="range" id={id} min={0} max={days.length} step={1} value={days.length - place} disabled={why !== null || days.length === 0} aria-valuetext={told} aria-describedby={`${id}-why`}
        onChange={(event) => setMoved(days.length - Number(event.currentTarget.value))}
      />
      <div className={css['ends']} aria-hidden="true"><span>{days.length === 0 ? '' : instantText(days.at(-1) as string)}</span><span>now</span></div>
      <p className={css['why']} id={`${id}-why`}>{why ?? `Earlier beliefs are declared to be kept for ${asOfDays} ${asOfDays === 1 ? 'day' : 'days'}; each step is a midnight (UTC).`}</p>
    </div>
  )
}
