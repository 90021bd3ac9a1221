import { Input } from '@mantine/core'
import { useCallback, useId } from 'react'
import { useAsOf } from '../api/as-of.ts'
import type { Schemas } from '../api/client.ts'
import { wordsOf } from '../format/amount.ts'
import { AnswerChoice } from '../generic/answer-choice.tsx'
import { BESIDE, type Beside, type ExploreSearch, type Whose } from '../search/explore-search.ts'
import { OWN_ROWS } from '../search/explore-search.ts'
import type { Grain } from '../search/shared-search.ts'
import { useChange } from '../search/use-change.ts'
import type { Place } from '../search/use-place.ts'
import { Choice } from '../shell/choice.tsx'
import { EntityPicker } from '../shell/entity-picker.tsx'
import { AsOfSlider } from './as-of-slider.tsx'
import css from './explore.module.css'
import { BESIDE_TITLES } from './explore-rows.ts'
import { grainOptions, keptFor } from './grains.ts'
import type { Exploring } from './use-explore.ts'

const MOST_ANSWERS = 6
const NO_READ = 'your role sees totals of now only'

/** All that can be asked of a series. What its declaration rules out is greyed out, and says why. */
export function ExploreChoices({ exploring, place }: { readonly exploring: Exploring; readonly place: Place }) {
  const { search, series, whose, grain, entity, mayRead, chosen, asOf } = exploring
  const change = useChange<ExploreSearch>()
  const { now } = useAsOf()
  const setAsOf = useCallback((instant: string | undefined) => change({ asOf: instant, why: undefined }), [change])
  const of = wordsOf(series.of.name).toLowerCase()
  const compare = search.compare ?? []
  const kept = keptFor(series, grain)
  const setGrain = (value: string): void => {
    const own = OWN_ROWS.find((one) => one === value)
    change(own === undefined ? { rows: undefined, grain: value as Grain, why: undefined } : { rows: own, why: undefined })
  }
  return (
    <div className={css['choices']}>
      <div className={css['group']}>
        <h2>What</h2>
        <AnswerChoice series={series} chosen={chosen} asked={{ total: whose === 'total', asOf: asOf !== undefined }} most={MOST_ANSWERS} onChange={(select) => change({ select })} />
      </div>
      <div className={css['group']}>
        <h2>Whose, and by what</h2>
        <Choice
          label="Rows of" value={whose} onChange={(value) => change({ whose: value === 'total' ? undefined : value as Whose, why: undefined })}
          options={[
            { value: 'total', text: `All ${of}s together` },
            { value: 'each', text: `Each ${of}${mayRead ? '' : ` (${NO_READ})`}`, disabled: !mayRead }, { value: 'one', text: `One ${of}${mayRead ? '' : ` (${NO_READ})`}`, disabled: !mayRead },
          ]}
        />
        {whose === 'one' && (
          <EntityPicker label={wordsOf(series.of.name)} series={series.name} tenant={mayRead ? place.tenant : undefined} entity={entity} onChange={(value) => change({ entity: value, why: undefined })} />
        )}
        <Choice label="By" value={grain} onChange={setGrain} options={grainOptions(series, { total: whose === 'total', compared: compare.length > 0 })} />
        {kept !== null && <p className={css['why']}>Rows by {grain === 'captured' ? 'captured window' : grain} are kept for {kept}; before that they are missing, and the coverage says so.</p>}
        <Dimensions series={series} search={search} change={change} />
      </div>
      <div className={css['group']}>
        <h2>Beside what</h2>
        <fieldset className={css['checks']}>
          <legend>Compare with</legend>
          {BESIDE.map((word) => (
            <label key={word} data-refused={grain === 'captured'}>
              <input
                type="checkbox" checked={compare.includes(word)} disabled={grain === 'captured' && !compare.includes(word)}
                onChange={() => change({ compare: nonEmpty(compare.includes(word) ? compare.filter((one) => one !== word) : BESIDE.filter((one): one is Beside => one === word || compare.includes(one))) })}
              />the {BESIDE_TITLES[word]}
            </label>
          ))}
          {grain === 'captured' && <p className={css['why']}>Captured windows are compared with no other period.</p>}
        </fieldset>
        <AsOfSlider now={now} asOfDays={series.asOfDays} asOf={asOf} why={mayRead ? null : `Not for you: ${NO_READ}.`} onChange={setAsOf} />
      </div>
    </div>
  )
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}

interface DimensionsProps {
  readonly series: Schemas['DeclaredSeries']
  readonly search: ExploreSearch
  readonly change: ReturnType<typeof useChange<ExploreSearch>>
}

function Dimensions({ series, search, change }: DimensionsProps) {
  const { dimensions } = series
  if (dimensions.length === 0) {
    return (
      <fieldset className={css['checks']} disabled>
        <legend>Split by a dimension</legend>
        <p className={css['why']}>{wordsOf(series.name)} is declared without dimensions, so it cannot be split or filtered.</p>
      </fieldset>
    )
  }
  const by = search.by ?? []
  const where = search.where ?? []
  const filter = (field: string, value: string): void => {
    const others = where.filter((pair) => !pair.startsWith(`${field}=`))
    change({ where: nonEmpty(value === '' ? others : [...others, `${field}=${value}`]), why: undefined })
  }
  return (
    <>
      <fieldset className={css['checks']}>
        <legend>A row for each</legend>
        {dimensions.map(({ field }) => (
          <label key={field}>
            <input type="checkbox" checked={by.includes(field)} onChange={() => change({ by: nonEmpty(by.includes(field) ? by.filter((one) => one !== field) : [...by, field]), why: undefined })} />
            {wordsOf(field).toLowerCase()}
          </label>
        ))}
      </fieldset>
      {dimensions.map(({ field, values, most }) => {
        const value = where.find((pair) => pair.startsWith(`${field}=`))?.slice(field.length + 1) ?? ''
        const label = `Only where ${wordsOf(field).toLowerCase()} is`
        return most === null
          ? <Choice key={field} label={label} value={value} onChange={(word) => filter(field, word)} options={[{ value: '', text: 'Anything' }, ...values.map((word) => ({ value: word, text: word }))]} />
          : <FreeText key={`${field}=${value}`} label={label} value={value} onChange={(word) => filter(field, word)} />
      })}
    </>
  )
}

/** A dimension whose values nobody declared: taken as it is written, when the field is left. */
function FreeText({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }) {
  const id = useId()
  return (
    <Input.Wrapper label={label} id={id} size="xs">
      <Input id={id} size="sm" defaultValue={value} placeholder="Anything" onBlur={(event) => onChange(event.currentTarget.value.trim())} onKeyDown={(event) => { if (event.key === 'Enter') onChange(event.currentTarget.value.trim()) }} />
    </Input.Wrapper>
  )
}
