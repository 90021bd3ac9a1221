import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useId, useRef } from 'react'
import { useEntity } from '../api/hooks.ts'
import { placeOf, wordsOf } from '../format/amount.ts'
import { entityLabel } from '../format/entity.ts'
import { agoText, instantText } from '../format/instant.ts'
import { periodText } from '../format/period.ts'
import { PAGE_PATHS } from '../page-paths.ts'
import { LevelMark } from '../panels/level-mark.tsx'
import type { ToldAlert } from './alert.ts'
import { AlertForm, type Draft, newDraft } from './alert-form.tsx'
import css from './alerts.module.css'
import type { AlertAction } from './use-alert-actions.ts'

export interface AlertItemProps {
  readonly told: ToldAlert
  readonly bound: string | null
  readonly now: string
  readonly draft: Draft | null
  readonly refused: string | null
  /** The element that says why nothing can be done; null: it can. */
  readonly offBecause: string | null
  readonly onDraft: (draft: Draft | null) => void
  readonly onAct: (action: AlertAction, about: string) => void
}

const SEVERITIES = { critical: 'worse', warning: 'warn', info: 'quiet' } as const

/** One alert: where, what, since when, what to do about it, and who knows. */
export function AlertItem({ told, bound, now, draft, refused, offBecause, onDraft, onAct }: AlertItemProps) {
  const { alert, title, measure, value, threshold } = told
  const { state, severity, acknowledged, resolved, silencedUntil } = alert
  const known = useEntity(alert.series ?? undefined, alert.tenant, alert.entity)
  const name = entityLabel(known ?? { entity: alert.entity })
  const about = `${title} of ${name}`
  const id = useId()
  const buttons = useRef<HTMLDivElement>(null)
  const search = { tenant: alert.tenant, series: alert.series ?? undefined, entity: alert.entity, row: alert.period }
  // The button that somebody pressed is still there when its form has gone.
  const back = (does: Draft['does']): void => buttons.current?.querySelector<HTMLElement>(`[data-does="${does}"]`)?.focus()
  const zone = known?.zone
  const close = (does: Draft['does']): void => {
    back(does)
    onDraft(null)
  }
  const send = (until: string | null): void => {
    if (draft === null) return
    back(draft.does)
    onAct(draft.does === 'acknowledge' ? { does: 'acknowledge', note: draft.note.trim() } : { does: 'silence', until: until ?? now, note: draft.note.trim() }, about)
  }
  const unsilence = (): void => {
    // This button goes away with the silence.
    back('silence')
    onAct({ does: 'unsilence', until: now }, about)
  }
  return (
    <li className={css['alert']} data-alert={alert.id} data-state={state} aria-labelledby={id}>
      <div>
        <p className={css['marks']}>
          <span className={css['state']} data-state={state}>{state}</span>
          {severity !== null && <LevelMark level={{ from: '0', word: severity, tone: SEVERITIES[severity as keyof typeof SEVERITIES] ?? 'quiet' }} />}
          {silencedUntil !== null && state !== 'resolved' && <span>silenced</span>}
        </p>
        <h3 id={id}><Link to={PAGE_PATHS.entity} search={((before: object) => ({ ...before, ...search })) as never} title={alert.entity}>{name}</Link></h3>
        <p className={css['dim']}>{title} · {alert.tenant}</p>
      </div>
      <div>
        <p className={css['value']} data-value={alert.value}>{value}</p>
        {bound !== null && <Meter value={alert.value} bound={bound} severity={severity} />}
        <p className={css['dim']}>{threshold === null ? 'its rule is no longer declared' : `alert when ${threshold}`}</p>
        <p className={css['dim']}>{measure}, {periodText(alert.period)}</p>
      </div>
      <div className={css['what']}>
        {alert.action !== null && <p>{alert.action}</p>}
        <p className={css['dim']}>Opened {instantText(alert.openedAt, zone)}, {agoText(Math.max(0, Date.parse(now) - Date.parse(alert.openedAt)) / 1000)}</p>
        {acknowledged !== null && <p className={css['dim']} data-acknowledged={alert.id}>Acknowledged by {acknowledged.by}, {instantText(acknowledged.at, zone)}{acknowledged.note === null ? '' : `: “${acknowledged.note}”`}</p>}
        {silencedUntil !== null && state !== 'resolved' && <p className={css['dim']} data-silenced={silencedUntil}>Silenced until {instantText(silencedUntil, zone)}</p>}
        {resolved !== null && <p className={css['dim']}>Resolved {instantText(resolved.at, zone)}{resolved.value === null ? ', when it ended' : ''}</p>}
      </div>
      <div className={css['buttons']} ref={buttons}>
        {state !== 'resolved' && (
          <>
            <Act does="acknowledge" about={about} done={state === 'acknowledged'} open={draft?.does === 'acknowledge'} offBecause={offBecause} onPress={() => onDraft(draft?.does === 'acknowledge' ? null : newDraft('acknowledge'))} />
            <Act does="silence" about={about} done={false} open={draft?.does === 'silence'} offBecause={offBecause} onPress={() => onDraft(draft?.does === 'silence' ? null : newDraft('silence'))} />
            {silencedUntil !== null && (
              <Button
                size="compact-sm" variant="subtle" aria-label={`End silence: ${about}`} {...(offBecause === null ? {} : { 'aria-disabled': true, 'aria-describedby': offBecause })}
                onClick={() => { if (offBecause === null) unsilence() }}
              >End silence</Button>
            )}
          </>
        )}
      </div>
      {refused !== null && <p className={css['refused']} data-refused={alert.id}>Not done: {refused}</p>}
      {draft !== null && <AlertForm key={draft.does} about={about} draft={draft} now={now} onChange={onDraft} onCancel={() => close(draft.does)} onSend={send} />}
    </li>
  )
}

interface ActProps {
  readonly does: Draft['does']
  readonly about: string
  readonly done: boolean
  readonly open: boolean
  readonly offBecause: string | null
  readonly onPress: () => void
}

/** A button that is off keeps the focus and says why: one that is `disabled` would lose it. */
function Act({ does, about, done, open, offBecause, onPress }: ActProps) {
  const off = done || offBecause !== null
  const word = done ? 'Acknowledged' : wordsOf(does)
  return (
    <Button
      size="compact-sm" variant="default" data-does={does} aria-label={`${word}: ${about}`} {...(offBecause === null ? {} : { 'aria-describedby': offBecause })}
      {...(off ? { 'aria-disabled': true } : { 'aria-expanded': open })} onClick={() => { if (!off) onPress() }}
    >{word}{done || offBecause !== null ? '' : ' …'}</Button>
  )
}

const [METER_WIDTH, METER_HEIGHT] = [220, 12]

/** How far the value is past its bound, which is the notch. The numbers stand beside it. */
function Meter({ value, bound, severity }: { readonly value: string; readonly bound: string; readonly severity: string | null }) {
  const [reached, edge] = [placeOf(value), placeOf(bound)]
  if (reached === null || edge === null || edge <= 0 || reached < 0) return null
  const most = Math.max(edge * 1.5, reached)
  const x = (amount: number): number => METER_WIDTH * amount / most
  return (
    <svg className={css['meter']} viewBox={`0 0 ${METER_WIDTH} ${METER_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect y="2" width={METER_WIDTH} height="8" fill="var(--tm-track)" />
      <rect y="2" width={x(reached)} height="8" fill={`var(--tm-${SEVERITIES[severity as keyof typeof SEVERITIES] ?? 'quiet'}-fill)`} />
      <rect x={x(edge) - 1} width="2" height={METER_HEIGHT} fill="currentColor" />
    </svg>
  )
}
