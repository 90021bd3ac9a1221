import { amountText, MISSING } from '../format/amount.ts'
import type { MainAnswer } from '../generic/main-answers.ts'
import type { ComparedCell } from './compare-rows.ts'
import css from './compare.module.css'
import { rankText, rankWords } from './rank-words.ts'

/** A value, how long it is beside the greatest, and where it stands among its peers. */
export function ComparedValue({ cell, answer, entity }: { readonly cell: ComparedCell | null; readonly answer: MainAnswer; readonly entity: string }) {
  const words = rankWords(cell?.rank ?? null)
  const told = amountText(cell?.value, answer.unit === 'share' ? 'share' : null)
  return (
    <span className={css['cell']} data-cell={`${entity} ${answer.key}`}>
      <span data-value>{told}</span>
      <span className={css['track']} aria-hidden="true">{cell?.bar !== null && cell?.bar !== undefined && <span className={css['bar']} data-below={cell.bar.below} style={{ width: `${Math.round(cell.bar.length * 1000) / 10}%` }} />}</span>
      <span className={css['rank']} data-rank={cell?.rank ?? ''}>
        {words === null || cell === null || cell.rank === null ? (told === MISSING ? 'not ranked' : 'no peer') : <><span aria-hidden="true">{words.mark} </span>{rankText(cell.rank)}, {words.word}</>}
      </span>
    </span>
  )
}
