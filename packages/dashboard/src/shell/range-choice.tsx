import { Input } from '@mantine/core'
import { useId, useState } from 'react'
import { addDays, isDay } from '../format/period.ts'
import { RANGE_TITLES } from '../search/day-range.ts'
import { RANGES, type RangeWord } from '../search/shared-search.ts'
import { usePlace } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from './choice.tsx'
import css from './shell.module.css'

/** When: a range up to now, two days of one's own, or as each answer usually is. */
export function RangeChoice() {
  const [search, change] = useShared()
  const { range } = usePlace()
  const [own, setOwn] = useState(false)
  const isOwn = search.from !== undefined || own
  const choose = (value: string): void => {
    setOwn(value === 'own')
    if (value === 'own') change({ range: undefined, from: range.from, to: range.to })
    else change({ range: value === 'usual' ? undefined : value as RangeWord, from: undefined, to: undefined })
  }
  return (
    <>
      <Choice
        label="Range" value={isOwn ? 'own' : search.range ?? 'usual'} onChange={choose}
        options={[{ value: 'usual', text: 'As usual' }, ...RANGES.map((value) => ({ value, text: RANGE_TITLES[value] })), { value: 'own', text: 'From … to …' }]}
      />
      {isOwn && <DayField label="First day" value={range.from} onChange={(from) => { if (from < range.to) change({ from, to: range.to, range: undefined }) }} />}
      {isOwn && <DayField label="Last day" value={addDays(range.to, -1)} onChange={(last) => { if (last >= range.from) change({ from: range.from, to: addDays(last, 1), range: undefined }) }} />}
    </>
  )
}

function DayField({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (day: string) => void }) {
  const id = useId()
  return (
    <Input.Wrapper label={label} id={id} size="xs" className={css['field']}>
      <Input type="date" id={id} size="sm" value={value} onChange={(event) => { if (isDay(event.currentTarget.value)) onChange(event.currentTarget.value) }} />
    </Input.Wrapper>
  )
}
