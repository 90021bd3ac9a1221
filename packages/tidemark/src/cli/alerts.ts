import { TidemarkError } from '../errors.ts'
import { ALERT_STATES, type AlertState } from '../stores/contract/alert.ts'
import type { Alert, AlertExplanation, AlertReport } from '../watch/desk.ts'
import type { AlertPlan } from '../watch/evaluate.ts'
import { missingText } from './answer-table.ts'
import { type CommandGroup, listOf, textOf } from './command-spec.ts'
import { withGate } from './history.ts'
import { readInstant } from './invocation.ts'
import { BY_OPTION, byOf } from './person.ts'
import { table } from './table.ts'

/** Problems of one kind that are shown to people; --json has all of them. */
const SHOWN = 10

const BY = { ...BY_OPTION, text: 'who says so (default: the user of this machine)' }
const NOTE = { flags: '--note <text>', text: 'why, for those who look later' }

/** What is past its bound: list, acknowledge, silence, explain, check. */
export const alerts: CommandGroup = {
  commands: {
    list: {
      summary: 'What has opened, oldest first',
      options: [{ flags: '--state <states>', text: `${ALERT_STATES.join(', ')}, by commas (default: open,acknowledged)`, repeatable: true }],
      examples: ['tidemark alerts list', 'tidemark alerts list --state resolved --json'],
      run: (invocation, _words, options) => withGate(invocation, 'read', async ({ gate }) => {
        const states = listOf(options, 'state').flatMap((list) => list.split(','))
        const wrong = states.find((state) => !(ALERT_STATES as readonly string[]).includes(state))
        if (wrong !== undefined) throw new TidemarkError('OPTION_INVALID', `--state is ${ALERT_STATES.join(', ')}, not ${JSON.stringify(wrong)}`, { where: '--state' })
        const found = await gate.alerts.list(states.length === 0 ? {} : { states: states as AlertState[] })
        return { document: { alerts: found }, text: found.length === 0 ? 'No alerts.' : alertTable(found) }
      }),
    },
    acknowledge: {
      summary: 'Say that you know: it is told no more, and stays until its value has gone back',
      arguments: [{ name: '<id>', text: 'its number in the list' }],
      options: [BY, NOTE],
      examples: ['tidemark alerts acknowledge 1 --by ann --note "two more seats are ordered"'],
      run: (invocation, [word], options) => withGate(invocation, invocation.dryRun ? 'read' : 'write', async ({ gate }) => {
        const id = alertId(word as string)
        if (invocation.dryRun) return { document: { ...(await gate.alerts.explain(id)).alert, dryRun: true }, text: `would acknowledge ${id}` }
        const alert = await gate.alerts.acknowledge(id, textOf(options, 'note') ?? null)
        return { document: alert, text: `${alert.rule} of ${alert.tenant}/${alert.entity} is acknowledged by ${alert.acknowledged?.by}` }
      }, byOf(options)),
    },
    silence: {
      summary: 'Tell nothing of a rule, a tenant or an entity until an instant',
      options: [
        { flags: '--rule <name>', text: 'the rule (default: every rule)' },
        { flags: '--tenant <name>', text: 'the tenant (default: every tenant)' },
        { flags: '--entity <id>', text: 'the entity of that tenant' },
        { flags: '--until <instant>', text: 'until then: 2026-02-01T08:00:00Z; one that is past ends a silence' },
        BY, NOTE,
      ],
      examples: ['tidemark alerts silence --tenant kysely --entity c1 --until 2099-01-01T00:00:00Z --note "known, and being dealt with"'],
      run: (invocation, _words, options) => withGate(invocation, invocation.dryRun ? 'read' : 'write', async ({ gate }) => {
        const until = textOf(options, 'until')
        if (until === undefined) throw new TidemarkError('ARGUMENT_MISSING', 'a silence has an end', { where: '--until', hint: 'Give --until INSTANT, such as 2026-02-01T08:00:00Z.' })
        const instant = new Date(readInstant(until, '--until'))
        const named = (['rule', 'tenant', 'entity'] as const).flatMap((key) => { const value = textOf(options, key); return value === undefined ? [] : [[key, value] as const] })
        const scope = Object.fromEntries(named) as { rule?: string; tenant?: string; entity?: string }
        if (!invocation.dryRun) await gate.alerts.silence(scope, instant, textOf(options, 'note') ?? null)
        const document = { ...scope, until: instant.toISOString(), ...(invocation.dryRun ? { dryRun: true } : {}) }
        return { document, text: `${invocation.dryRun ? 'would tell' : 'tells'} nothing of ${named.map(([key, value]) => `${key} ${value}`).join(', ')} until ${instant.toISOString()}` }
      }, byOf(options)),
    },
    explain: {
      summary: 'The rule, what opened the alert, and the value from a week before',
      arguments: [{ name: '<id>', text: 'its number in the list' }],
      examples: ['tidemark alerts explain 1'],
      run: (invocation, [word]) => withGate(invocation, 'read', async ({ gate }) => {
        const explanation = await gate.alerts.explain(alertId(word as string))
        return { document: explanation, text: explanationText(explanation) }
      }),
    },
    check: {
      summary: 'Set the latest values beside the rules; open, resolve and tell',
      examples: ['tidemark alerts check', 'tidemark alerts check --json'],
      details: 'Exits 3 when an alert is open that nobody has acknowledged and no silence covers. Safe to repeat, and by several processes at once: each opening is told once.',
      run: (invocation) => withGate(invocation, invocation.dryRun ? 'read' : 'write', async ({ gate }) => {
        if (invocation.dryRun) {
          const plan = await gate.alerts.plan()
          return { document: { ...plan, dryRun: true }, text: planText(plan) }
        }
        const report = await gate.alerts.check()
        return { document: report, text: reportText(report), exit: report.open.length > 0 ? 3 : 0 }
      }),
    },
  },
}

function alertTable(alerts: readonly Alert[]): string {
  const left = (title: string) => ({ title, align: 'left' as const })
  return table(
    [{ title: 'id', align: 'right' }, left('state'), left('severity'), left('rule'), left('tenant'), left('entity'), { title: 'value', align: 'right' }, left('opened'), left('action')],
    alerts.map(({ id, state, severity, rule, tenant, entity, value, openedAt, silencedUntil, action }) =>
      [String(id), silencedUntil === null ? state : `${state}, silenced until ${silencedUntil}`, severity ?? '–', rule, tenant, entity, value, openedAt, action ?? '–']),
  )
}

function reportText({ opened, resolved, open, unknown, notified, failed }: AlertReport): string {
  return [
    `${opened.length} opened, ${resolved.length} resolved, ${notified} told; ${open.length} open that nobody has acknowledged`,
    ...unknownText(unknown),
    ...failed.map(({ alert, channel, code, error, retryAt }) => `  ${channel} failed for ${alert}: ${code === null ? '' : `${code}: `}${error}; tried again from ${retryAt}`),
    ...(open.length === 0 ? [] : ['', alertTable(open)]),
  ].join('\n')
}

function planText({ open, resolve, unknown }: AlertPlan): string {
  return [
    `would open ${open.length}, resolve ${resolve.length}`, ...unknownText(unknown),
    ...open.map(({ rule, tenant, entity, value, period }) => `  ${rule}: ${tenant}/${entity} is ${value} (${period})`),
  ].join('\n')
}

function unknownText(unknown: AlertPlan['unknown']): readonly string[] {
  if (unknown.length === 0) return []
  const lines = unknown.slice(0, SHOWN).map(({ rule, tenant, entity, reason }) => `  ${rule}: ${tenant}/${entity} is not known (${reason})`)
  return [...lines, ...(unknown.length > SHOWN ? [`  and ${unknown.length - SHOWN} more are not known`] : [])]
}

function explanationText({ alert, rule, values }: AlertExplanation): string {
  const { tenant, entity, value, period, openedAt, acknowledged, resolved } = alert
  return [
    rule === null ? `${alert.rule} is no longer declared.` : `${rule.name} watches ${rule.series} ${rule.measure}: ${alert.bound}, resolved past ${rule.clear}. ${rule.action}`,
    ...(rule?.note === null || rule === null ? [] : [rule.note]),
    `${tenant}/${entity} was ${value} (${period}) when it opened at ${openedAt}.`,
    ...(acknowledged === null ? [] : [`Acknowledged by ${acknowledged.by} at ${acknowledged.at}${acknowledged.note === null ? '' : `: ${acknowledged.note}`}`]),
    ...(resolved === null ? [] : [resolved.value === null ? `Resolved at ${resolved.at}: it had ended.` : `Resolved at ${resolved.at}, when it was ${resolved.value}.`]),
    ...(values.length === 0 ? [] : ['', table(
      [{ title: 'day', align: 'left' }, { title: rule?.measure ?? '', align: 'right' }, { title: 'missing', align: 'left' }],
      values.map((row) => [row.period, row.value === null ? '–' : String(row.value), missingText(row.coverage)]),
    )]),
  ].join('\n')
}

function alertId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new TidemarkError('OPTION_INVALID', `an alert is known by a whole number, not ${JSON.stringify(text)}`, { where: 'id' })
}
