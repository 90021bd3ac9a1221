import type { ReactNode } from 'react'
import type { GaugesPanel, Level } from '../../../tidemark/src/panels/panel.ts'
import { amountText, placeOf, rawText, wordsOf } from '../format/amount.ts'
import { LevelMark } from './level-mark.tsx'
import { levelOf } from './level.ts'
import { showPanel } from './show-panel.ts'
import css from './panel.module.css'
import type { PictureProps } from './panel-picture.tsx'
import { at, rowsAt } from './path.ts'

const [CX, CY, RADIUS] = [60, 58, 48]

/** A half circle from the left to a share of it, as an SVG path. */
export function arcPath(share: number): string {
  const angle = Math.PI * (1 - Math.min(Math.max(share, 0), 1))
  const [x, y] = [CX + RADIUS * Math.cos(angle), CY - RADIUS * Math.sin(angle)]
  return `M${CX - RADIUS} ${CY}A${RADIUS} ${RADIUS} 0 0 1 ${x.toFixed(2)} ${y.toFixed(2)}`
}

/** An arc a row, with its levels as notches, its value as text and its level as a word. */
export function GaugesPicture({ panel, document }: PictureProps<GaugesPanel>) {
  return (
    <div className={css['gauges']}>
      {rowsAt(document, panel.rows).map((row) => {
        const name = String(at(row, 'name'))
        const used = at(row, 'utilization')
        const level = levelOf(used, panel.levels, at(row, 'level'))
        return (
          <Gauge key={name} name={name} opens={panel.opens}>
            <span>{panel.titles[name] ?? wordsOf(name)}</span>
            <Arc share={placeOf(used)} panel={panel} level={level} />
            <span className={css['gaugeValue']} data-value={rawText(used) ?? ''}>{rawText(used) === null ? '' : amountText(used, 'share')}</span>
            {rawText(used) === null ? <span className={css['level']}>{panel.none}</span> : level !== null && <LevelMark level={level} />}
            <span className={css['change']}>{amountText(at(row, 'current'))} of {amountText(at(row, 'target'))}</span>
          </Gauge>
        )
      })}
    </div>
  )
}

/** A gauge opens what its panel names: the forecast of what it shows. */
function Gauge({ name, opens, children }: { readonly name: string; readonly opens: string | null; readonly children: ReactNode }) {
  return opens === null
    ? <div className={css['gauge']} data-gauge={name}>{children}</div>
    : <a className={css['gauge']} data-gauge={name} href={`#panel-${opens}`} onClick={(event) => { event.preventDefault(); showPanel(opens) }}>{children}</a>
}

function Arc({ share, panel, level }: { readonly share: number | null; readonly panel: GaugesPanel; readonly level: Level | null }) {
  return (
    <svg viewBox="0 0 120 66" width="138" height="76" aria-hidden="true" focusable="false">
      <path d={arcPath(1)} fill="none" stroke="var(--tm-track)" strokeWidth="10" strokeDasharray={share === null ? '3 5' : undefined} />
      {share !== null && share > 0 && <path d={arcPath(share / panel.most)} fill="none" stroke={`var(--tm-${level?.tone ?? 'quiet'}-fill)`} strokeWidth="10" />}
      {panel.levels.map(({ from }) => {
        const place = Number(from) / panel.most
        if (place <= 0 || place >= 1) return null
        const angle = Math.PI * (1 - place)
        return <line key={from} x1={CX + (RADIUS - 7) * Math.cos(angle)} y1={CY - (RADIUS - 7) * Math.sin(angle)} x2={CX + (RADIUS + 7) * Math.cos(angle)} y2={CY - (RADIUS + 7) * Math.sin(angle)} stroke="var(--tm-surface)" strokeWidth="2" />
      })}
    </svg>
  )
}
