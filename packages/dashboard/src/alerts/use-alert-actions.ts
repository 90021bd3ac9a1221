import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { client, dataOf, type Schemas } from '../api/client.ts'
import type { Alert } from './alert.ts'

/** What can be done to an alert. */
export type AlertAction =
  | { readonly does: 'acknowledge'; readonly note: string }
  | { readonly does: 'silence'; readonly until: string; readonly note: string }
  | { readonly does: 'unsilence'; readonly until: string }

export interface AlertChange {
  readonly alert: Alert
  readonly action: AlertAction
  readonly by: string
  readonly now: string
}

type Listed = Schemas['Alerts']

/** How an alert will look once the server has agreed. */
export function changedAlert(alert: Alert, { alert: { rule, tenant, entity, id }, action, by, now }: AlertChange): Alert {
  if (action.does === 'acknowledge') return alert.id === id && alert.state === 'open' ? { ...alert, state: 'acknowledged', acknowledged: { by, at: now, note: action.note === '' ? null : action.note } } : alert
  const covered = alert.rule === rule && alert.tenant === tenant && alert.entity === entity
  return covered ? { ...alert, silencedUntil: action.does === 'silence' ? action.until : null } : alert
}

function send({ alert: { id }, action }: AlertChange): Promise<Schemas['Alert']> {
  const params = { path: { id: String(id) } }
  if (action.does === 'acknowledge') return dataOf(client.POST('/v1/alerts/{id}/acknowledge', { params, body: action.note === '' ? {} : { note: action.note } }))
  return dataOf(client.POST('/v1/alerts/{id}/silence', { params, body: { until: action.until, ...(action.does === 'silence' && action.note !== '' ? { note: action.note } : {}) } }))
}

function everywhere(queries: QueryClient, change: (alert: Alert) => Alert): void {
  queries.setQueriesData<Listed>({ queryKey: ['alerts'] }, (listed) => (listed === undefined ? listed : { ...listed, alerts: listed.alerts.map(change) }))
}

/** Shown at once, taken back where the server refuses or cannot be reached, and then as the server tells it. */
export function useAlertAction() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: send,
    onMutate: async (change: AlertChange) => {
      await queries.cancelQueries({ queryKey: ['alerts'] })
      const before = queries.getQueriesData<Listed>({ queryKey: ['alerts'] })
      everywhere(queries, (alert) => changedAlert(alert, change))
      return before
    },
    onError: (_error, _change, before) => {
      for (const [key, listed] of before ?? []) queries.setQueryData(key, listed)
    },
    onSuccess: (told) => everywhere(queries, (alert) => (alert.id === told.id ? told : alert)),
    onSettled: () => { void queries.invalidateQueries({ queryKey: ['health-report'] }) },
  })
}
