import type { CardsPanel, Unit } from '../../../tidemark/src/panels/panel.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { amountText, changeText, headed, MISSING, rawText, shownUnit } from '../format/amount.ts'
import { compareDecimals, isDecimal } from '../format/decimal.ts'
import css from './panel.module.css'
import type { PictureProps } from './panel-picture.tsx'
import { at, rowsAt } from './path.ts'
import { showPanel } from './show-panel.ts'

/** Which way a change went, for whom more is better or less is. */
export function changeWay(change: unknown, better: 'more' | 'less' | null): 'good' | 'bad' | 'same' | 'plain' | 'unknown' {
  const text = rawText(change)
  if (text === null || !isDecimal(text)) return 'unknown'
  const sign = compareDecimals(text, '0')
  if (sign === 0) return 'same'
  return better === null ? 'plain' : (sign > 0) === (better === 'more') ? 'good' : 'bad'
}

/** One number a card, the change beside it in words, with an arrow, and in colour where one way is better. */
export function CardsPicture({ panel, document, sparks }: PictureProps<CardsPanel>) {
  const rows = rowsAt(document, panel.rows)
  // Said once where it is so of all.
  const comparing = rows.some((row) => rawText(at(row, 'change')) !== null)
  const compared = rows.some((row) => at(row, 'change') !== undefined)
  return (
    <>
    <div className={css['cards']}>
      {panel.cards.map((card) => {
        const row = rows.find((one) => at(one, 'name') === card.name)
        const values = sparks?.get(card.name)
        const content = (
          <>
            <span className={css['cardTitle']}>{headed(card.title)}</span>
            <span className={css['cardValue']} data-value={rawText(at(row, 'value')) ?? ''}>{amountText(at(row, 'value'), shownUnit(card.unit) === null ? card.unit : null)}{unitOf(card.unit, at(row, 'value'))}</span>
            {comparing && <Change row={row} unit={card.unit} better={card.better} />}
            {values !== undefined && values.filter((value) => value !== null).length > 1 && <span className={css['spark']}><Sparkline values={values} /></span>}
          </>
        )
        return card.opens === null
          ? <div key={card.name} className={css['card']} data-card={card.name}>{content}</div>
          : <a key={card.name} className={css['card']} data-card={card.name} href={`#panel-${card.opens}`} onClick={(event) => { event.preventDefault(); showPanel(card.opens as string) }}>{content}</a>
      })}
    </div>
    {compared && !comparing && <p className={css['summary']}>Nothing is known of as long before, so there are no changes to tell.</p>}
    </>
  )
}

function unitOf(unit: Unit | null, value: unknown) {
  const shown = shownUnit(unit)
  return shown === null || amountText(value) === MISSING ? null : <span className={css['cardUnit']}> {shown}</span>
}

const ARROWS = { up: '▲', down: '▼', same: '=' } as const

function Change({ row, unit, better }: { readonly row: unknown; readonly unit: Unit | null; readonly better: 'more' | 'less' | null }) {
  const change = at(row, 'change')
  const way = changeWay(change, better)
  if (way === 'unknown') return <span className={css['change']}>{rawText(at(row, 'value')) === null ? 'nothing known' : 'nothing to compare with'}</span>
  const arrow = way === 'same' ? ARROWS.same : String(change).startsWith('-') ? ARROWS.down : ARROWS.up
  const share = rawText(at(row, 'changeShare'))
  return (
    <span className={css['change']} data-way={way}>
      <span aria-hidden="true">{arrow} </span>{way === 'same' ? 'as before' : changeText(change, unit)}{way === 'same' || share === null || unit === 'share' ? '' : ` (${changeText(share, 'share').replace(' points', ' %')})`}
    </span>
  )
}
