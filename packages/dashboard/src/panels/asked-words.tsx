import { Input } from '@mantine/core'
import { useId } from 'react'
import type { ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import { isDecimal, shiftDecimal } from '../format/decimal.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from '../shell/choice.tsx'
import css from './panel.module.css'

const HORIZONS = ['7', '14', '30', '60', '90'] as const

/** What an answer can be asked with that is its own: how far ahead, and for which bound. */
export function AskedWords({ told: { words, panel, title } }: { readonly told: ToldAnswer }) {
  const [search, change] = useShared()
  const takes = (wanted: string): boolean => words.some(({ word }) => word === wanted)
  if (!takes('horizon') && !takes('threshold')) return null
  const horizons = search.horizon === undefined || HORIZONS.some((days) => days === search.horizon) ? HORIZONS : [...HORIZONS, search.horizon]
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own
    <div className={css['asked']} role="group" aria-label={`Questions to ${title}`}>
      {takes('horizon') && <Choice label="Looks ahead" value={search.horizon ?? ''} onChange={(days) => change({ horizon: days === '' ? undefined : days })} options={[{ value: '', text: 'As usual' }, ...horizons.map((days) => ({ value: days, text: `${days} days` }))]} />}
      {takes('threshold') && <Threshold key={search.threshold} value={search.threshold} isShare={panel?.draw === 'chart' && panel.left.unit === 'share'} onChange={(threshold) => change({ threshold })} />}
    </div>
  )
}

/** A part of one is typed in per cent, and moved by its point, never through a float. */
function Threshold({ value, isShare, onChange }: { readonly value: string | undefined; readonly isShare: boolean; readonly onChange: (value: string | undefined) => void }) {
  const id = useId()
  const settle = (text: string): void => {
    const wanted = text === '' ? undefined : isDecimal(text) ? (isShare ? shiftDecimal(text, -2) : text) : value
    if (wanted !== value) onChange(wanted)
  }
  return (
    <Input.Wrapper label={isShare ? 'Threshold, %' : 'Threshold'} id={id} size="xs">
      <Input
        id={id} size="sm" type="number" inputMode="decimal" w={110} placeholder="As usual" defaultValue={value === undefined ? '' : isShare ? shiftDecimal(value, 2) : value}
        onBlur={(event) => settle(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === 'Enter') settle(event.currentTarget.value) }}
      />
    </Input.Wrapper>
  )
}
