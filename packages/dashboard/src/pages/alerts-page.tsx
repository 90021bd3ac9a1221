import { VisuallyHidden } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useId, useMemo, useState } from 'react'
import { countsText, type Alert, fullestFirst, statesShown, toldAlert } from '../alerts/alert.ts'
import type { Draft } from '../alerts/alert-form.tsx'
import { AlertItem } from '../alerts/alert-item.tsx'
import css from '../alerts/alerts.module.css'
import { refusalText } from '../alerts/refusal.ts'
import { type AlertAction, useAlertAction } from '../alerts/use-alert-actions.ts'
import { useAsOf } from '../api/as-of.ts'
import { useAlerts, useDeclarations, useMe, useNames, useTenants } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { instantText } from '../format/instant.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import type { PanelRows } from '../panels/panel-rows.ts'
import type { AlertsSearch, AlertsShown } from '../search/alerts-search.ts'
import { useChange } from '../search/use-change.ts'
import { useShared } from '../search/use-shared.ts'
import { Choice } from '../shell/choice.tsx'
import { Page } from '../shell/page.tsx'
import { EmptyState } from '../states/empty-state.tsx'

const SHOWN: readonly { readonly value: AlertsShown; readonly text: string }[] = [
  { value: 'unresolved', text: 'Not resolved' }, { value: 'open', text: 'Open' }, { value: 'acknowledged', text: 'Acknowledged' }, { value: 'resolved', text: 'Resolved' }, { value: 'all', text: 'All' },
]
const EVERY = ''

/** What is past its bound, the fullest first; who knows of it; and what can be done. */
export function AlertsPage() {
  const { show = 'unresolved', rule, of } = useSearch({ strict: false }) as AlertsSearch
  const [shared, changeShared] = useShared()
  const change = useChange<AlertsSearch>()
  const me = useMe().data
  const mayRead = me?.actions.includes('read') ?? false
  const declarations = useDeclarations().data
  const tenants = useTenants().data?.tenants ?? []
  const { data, error, isPlaceholderData, refetch } = useAlerts(statesShown(show), mayRead)
  const tenant = of === 'all' ? undefined : shared.tenant
  const told = useMemo(() => (data === undefined || declarations === undefined ? null : fullestFirst(data.alerts
    .filter((alert) => (tenant === undefined || alert.tenant === tenant) && (rule === undefined || alert.rule === rule)).map((alert) => toldAlert(alert, declarations)))), [data, declarations, tenant, rule])
  const tenantWord = declarations?.series[0]?.of.tenant ?? 'tenant'
  const offId = useId()
  const maySay = me?.actions.includes('write') ?? false
  return (
    <Page title="Alerts" about={told === null ? undefined : countsText(told.map(({ alert }) => alert)) || 'none of these'}>
      {mayRead && (
        <fieldset className={css['filters']} aria-label="Which alerts">
          <Choice label="State" value={show} options={SHOWN} onChange={(value) => change({ show: value === 'unresolved' ? undefined : value as AlertsShown })} />
          <Choice label="Rule" value={rule ?? EVERY} options={[{ value: EVERY, text: 'Every rule' }, ...rulesOf(declarations?.alerts ?? [], rule)]} onChange={(value) => change({ rule: value === EVERY ? undefined : value })} />
          <Choice
            label="Alerts of" value={tenant ?? EVERY} options={[{ value: EVERY, text: `Every ${tenantWord}` }, ...tenants.map((value) => ({ value, text: value }))]}
            onChange={(value) => {
              change({ of: value === EVERY && shared.tenant !== undefined ? 'all' : undefined })
              if (value !== EVERY) changeShared({ tenant: value, entity: undefined })
            }}
          />
        </fieldset>
      )}
      {me !== undefined && mayRead && !maySay && <p className={css['off']} id={offId}>You are signed in as {me.name}, whose role {me.role} may look at alerts, not acknowledge or silence them: that needs the right to write. An administrator can make a token that has it.</p>}
      {me !== undefined && !mayRead
        ? <EmptyState title={`A ${me.role} sees totals only`}>An alert is about one {wordsOf(declarations?.series[0]?.of.name ?? 'entity').toLowerCase()}, so it needs the right to read. You are signed in as {me.name}; an administrator can make a token of another role.</EmptyState>
        : <AlertsPanel told={told} error={error} stale={isPlaceholderData} onRetry={() => void refetch()} offBecause={maySay ? null : offId} by={me?.name ?? ''} none={noneText(show, declarations?.alerts.length ?? 0)} />}
    </Page>
  )
}

function rulesOf(rules: readonly { readonly name: string }[], chosen: string | undefined): readonly { readonly value: string; readonly text: string }[] {
  const names = rules.map(({ name }) => name)
  return (chosen === undefined || names.includes(chosen) ? names : [...names, chosen]).map((value) => ({ value, text: wordsOf(value) }))
}

function noneText(show: AlertsShown, rules: number): string {
  if (rules === 0) return 'The project declares no alert rules. A rule in tidemark.config.ts says which value is watched, and from where on it is an alert.'
  return show === 'unresolved' || show === 'open' ? `No value is past its bound, as far as it was checked: ${rules} ${rules === 1 ? 'rule is' : 'rules are'} watched by tidemark alerts check.` : 'Choose other states, another rule, or every tenant.'
}

interface AlertsPanelProps {
  readonly told: ReturnType<typeof fullestFirst> | null
  readonly error: unknown
  readonly stale: boolean
  readonly onRetry: () => void
  readonly offBecause: string | null
  readonly by: string
  readonly none: string
}

function AlertsPanel({ told, error, stale, onRetry, offBecause, by, none }: AlertsPanelProps) {
  const { now } = useAsOf()
  const declarations = useDeclarations().data
  const [drafts, setDrafts] = useState<ReadonlyMap<number, Draft>>(new Map())
  const [refusals, setRefusals] = useState<ReadonlyMap<number, string>>(new Map())
  const [said, setSaid] = useState('')
  const { mutate } = useAlertAction()
  const draft = (id: number, one: Draft | null): void => setDrafts((before) => without(before, id, one))
  const act = (alert: Alert, action: AlertAction, about: string): void => {
    const written = drafts.get(alert.id) ?? null
    draft(alert.id, null)
    setRefusals((before) => without(before, alert.id, null))
    setSaid('')
    mutate({ alert, action, by, now }, {
      onSuccess: () => setSaid(doneText(action, about)),
      onError: (refused) => {
        const why = refusalText(refused)
        // What was written comes back, unless something else was begun there meanwhile.
        setDrafts((before) => (written === null || before.has(alert.id) ? before : without(before, alert.id, written)))
        setRefusals((before) => without(before, alert.id, why))
        setSaid(`Not done: ${about}. ${why}`)
      },
    })
  }
  const asked = useMemo(() => (told ?? []).flatMap(({ alert: { series, tenant, entity } }) => (series === null ? [] : [{ series, tenant, entity }])), [told])
  const names = useNames(asked)
  const rows = useMemo(() => (told === null ? null : rowsOf(told, new Map(asked.map(({ tenant, entity }, place) => [`${tenant}\n${entity}`, names?.[place] ?? null])))), [told, asked, names])
  return (
    <>
      <VisuallyHidden role="status" data-said="">{said}</VisuallyHidden>
      {told !== null && told.length === 0 ? <EmptyState title="No alert is here">{none}</EmptyState> : (
        <PanelFrame name="alerts" title="The fullest first" summary="By the share that is used; of other values, by how far they are past their bound" rows={rows} error={error} onRetry={onRetry} stale={stale}>
          <ul className={css['list']}>
            {told?.map((one) => (
              <AlertItem
                key={one.alert.id} told={one} bound={declarations?.alerts.find(({ name }) => name === one.alert.rule)?.bound ?? null} now={now} offBecause={offBecause}
                draft={drafts.get(one.alert.id) ?? null} refused={refusals.get(one.alert.id) ?? null}
                onDraft={(written) => draft(one.alert.id, written)} onAct={(action, about) => act(one.alert, action, about)}
              />
            ))}
          </ul>
        </PanelFrame>
      )}
    </>
  )
}

function without<T>(map: ReadonlyMap<number, T>, id: number, value: T | null): ReadonlyMap<number, T> {
  const rest = new Map([...map].filter(([key]) => key !== id))
  return value === null ? rest : rest.set(id, value)
}

function doneText(action: AlertAction, about: string): string {
  switch (action.does) {
    case 'acknowledge': return `Acknowledged: ${about}. It is no longer told.`
    case 'silence': return `Silenced: ${about}, until ${instantText(action.until)}.`
    case 'unsilence': return `The silence of ${about} has ended.`
  }
}

function rowsOf(told: ReturnType<typeof fullestFirst>, names: ReadonlyMap<string, string | null>): PanelRows {
  const column = (title: string, holds: 'name' | 'value' | 'period' = 'name') => ({ title, unit: null, holds })
  return {
    columns: [column('Number', 'value'), column('State'), column('Severity'), column('Tenant'), column('Entity'), column('Name'), column('Rule'), column('Value', 'value'), column('Threshold'), column('Period', 'period'), column('Opened'), column('Action'), column('Acknowledged by'), column('Note'), column('Silenced until')],
    rows: told.map(({ alert, threshold }) => [alert.id, alert.state, alert.severity, alert.tenant, alert.entity, names.get(`${alert.tenant}\n${alert.entity}`) ?? null, alert.rule, alert.value, threshold, alert.period, alert.openedAt, alert.action, alert.acknowledged?.by ?? null, alert.acknowledged?.note ?? null, alert.silencedUntil]),
  }
}
