import { Input } from '@mantine/core'
import { useId, useState } from 'react'
import type { Schemas } from '../api/client.ts'
import { wordsOf } from '../format/amount.ts'
import { type Asked, answerWord, type Measure, toldAnswers, whyNot } from './told-answers.ts'
import css from './answer-choice.module.css'

export interface AnswerChoiceProps {
  readonly series: Schemas['DeclaredSeries']
  readonly chosen: readonly string[]
  readonly asked: Asked
  readonly most: number
  readonly onChange: (keys: readonly string[]) => void
}

/** Measures with their answers. What cannot be had stands there greyed out, with the reason beside it. */
export function AnswerChoice({ series, chosen, asked, most, onChange }: AnswerChoiceProps) {
  const [begin, setBegin] = useState('')
  const id = useId()
  const words = begin.trim().toLowerCase().split(/\s+/)
  const shown = series.measures.filter((measure) => words.every((word) => `${wordsOf(measure.name)} ${measure.name} ${measure.kind} ${measure.unit ?? ''}`.toLowerCase().includes(word)))
  const told = toldAnswers(series)
  const full = chosen.length >= most
  const toggle = (key: string): void => onChange(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key])
  return (
    <div className={css['choice']}>
      <ul className={css['chosen']} aria-label="Chosen answers">
        {chosen.map((key) => (
          <li key={key}><button type="button" onClick={() => toggle(key)} aria-label={`Leave out ${told.get(key)?.title ?? key}`}>{told.get(key)?.title ?? key}<span aria-hidden="true"> ×</span></button></li>
        ))}
      </ul>
      {full && <p className={css['why']}>At most {most} at once: leave one out to choose another.</p>}
      <Input.Wrapper label={`Find among ${series.measures.length} measures`} id={id} size="xs">
        <Input id={id} size="sm" type="search" value={begin} onChange={(event) => setBegin(event.currentTarget.value)} />
      </Input.Wrapper>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={css['measures']} aria-label="Measures and their answers" tabIndex={0}>
        {shown.map((measure) => <MeasureAnswers key={measure.name} measure={measure} series={series} chosen={chosen} asked={asked} full={full} onToggle={toggle} />)}
        {shown.length === 0 && <p className={css['why']}>No measure is called so.</p>}
      </section>
    </div>
  )
}

interface MeasureAnswersProps {
  readonly measure: Measure
  readonly series: Schemas['DeclaredSeries']
  readonly chosen: readonly string[]
  readonly asked: Asked
  readonly full: boolean
  readonly onToggle: (key: string) => void
}

function MeasureAnswers({ measure, series, chosen, asked, full, onToggle }: MeasureAnswersProps) {
  const id = useId()
  const judged = measure.answers.map((answer) => ({ answer, why: whyNot(measure, answer, series, asked) }))
  const reasons = [...Map.groupBy(judged.filter(({ why }) => why !== null), ({ why }) => why)]
  return (
    <fieldset className={css['measure']}>
      <legend>{wordsOf(measure.name)}{measure.unit === null ? '' : ` (${measure.unit})`}</legend>
      <div className={css['answers']}>
        {judged.map(({ answer, why }) => {
          const checked = chosen.includes(answer.key)
          return (
            <label key={answer.key} data-refused={why !== null}>
              <input type="checkbox" data-answer={answer.key} checked={checked} disabled={!checked && (why !== null || full)} aria-describedby={why === null ? undefined : id} onChange={() => onToggle(answer.key)} />
              {answerWord(answer.answer)}
            </label>
          )
        })}
      </div>
      {reasons.length > 0 && (
        <div id={id}>
          {reasons.map(([why, all]) => <p key={why} className={css['why']} data-why={measure.name}>{all.length === judged.length ? 'None' : all.map(({ answer }) => answerWord(answer.answer)).join(', ')}: {why}</p>)}
        </div>
      )}
    </fieldset>
  )
}
