import type { ErasureCertificate } from '../erasure/certificate.ts'
import { TidemarkError } from '../errors.ts'
import { isOn, textOf, type CommandSpec, type OptionValues, type Outcome } from './command-spec.ts'
import { holdText, idOf } from './hold.ts'
import { withGate, type Admitted } from './history.ts'
import type { Invocation } from './invocation.ts'
import { BY_OPTION, byOf } from './person.ts'
import { grouped } from './table.ts'

export const forget: CommandSpec = {
  arguments: [{ name: '[entity]', text: 'whom to forget' }],
  options: [
    { flags: '--tenant <name>', text: 'the tenant of the entity' },
    { flags: '--of <kind>', text: 'the kind of entity, where several are declared' },
    { flags: '--reason <text>', text: 'why, for the record' },
    BY_OPTION,
    { flags: '--override-hold <reason>', text: 'erase in spite of a legal hold, for this reason' },
    { flags: '--pending', text: 'finish what was interrupted, and what a cascade has entered' },
    { flags: '--certificate <id>', text: 'print the certificate of an erasure' },
    { flags: '--list', text: 'print the certificates of all' },
  ],
  examples: [
    'tidemark forget c2 --tenant kysely --dry-run',
    "tidemark forget c2 --tenant kysely --reason 'request of 2026-03-01' --yes",
    'tidemark forget --pending',
    'tidemark forget --list --json',
  ],
  details: 'Removes every row, version, event and archived row, and every byte of them from the store and its archive. What stays is a ledger entry without the name, and its certificate. It cannot be undone.',
  run: (invocation, [entity], options) => {
    const certificate = textOf(options, 'certificate')
    if (certificate !== undefined) return withGate(invocation, 'read', async ({ gate }) => shown(await gate.erasures.certificate(idOf(certificate))))
    if (isOn(options, 'list')) return withGate(invocation, 'read', listed)
    if (isOn(options, 'pending')) return withGate(invocation, 'write', finished)
    return withGate(invocation, invocation.dryRun ? 'read' : 'write', (admitted) => erased(admitted, invocation, entity, options), byOf(options))
  },
}

async function listed({ gate }: Admitted): Promise<Outcome> {
  const certificates = await gate.erasures.certificates()
  return { document: { certificates }, text: certificates.length === 0 ? 'nothing was erased' : certificates.map(certificateText).join('\n\n') }
}

async function finished({ gate }: Admitted): Promise<Outcome> {
  const ids = await gate.erasures.finish()
  return { document: { finished: ids }, text: ids.length === 0 ? 'nothing is pending' : `finished: ${ids.join(', ')}` }
}

async function erased({ gate, project }: Admitted, invocation: Invocation, entity: string | undefined, options: OptionValues): Promise<Outcome> {
  const tenant = textOf(options, 'tenant')
  const kinds = [...new Set(project.declared.series.map(({ of }) => of.name))]
  const of = textOf(options, 'of') ?? (kinds.length === 1 ? kinds[0] : undefined)
  if (entity === undefined) throw new TidemarkError('ARGUMENT_MISSING', 'forget needs the entity', { where: '[entity]' })
  if (tenant === undefined) throw new TidemarkError('OPTION_INVALID', '--tenant is missing', { where: '--tenant' })
  if (of === undefined || !kinds.includes(of)) {
    throw new TidemarkError('OPTION_INVALID', of === undefined ? '--of is missing: several kinds of entity are declared' : `there is no kind of entity ${JSON.stringify(of)}`, { where: '--of', hint: `One of ${kinds.join(', ')}.` })
  }
  const subject = { of, tenant, entity }
  if (invocation.dryRun) {
    const { rows, files, holds, erased: already } = await gate.erasures.plan(subject)
    const text = [
      ...(already ? ['it is erased, or being erased'] : []), ...rowLines(rows), ...files.map((path) => `  made anew: ${path}`),
      ...holds.map((hold) => `  refused while it is in force: ${holdText(hold)}`),
    ]
    return { document: { ...subject, rows, files, holds: holds.map(({ id }) => id), erased: already, dryRun: true }, text: text.length === 0 ? 'nothing of it is kept' : text.join('\n') }
  }
  const reason = textOf(options, 'reason')
  if (reason === undefined) throw new TidemarkError('OPTION_INVALID', '--reason is missing', { where: '--reason' })
  await confirmed(invocation, `Erase everything of ${entity} of ${tenant}? It cannot be undone.`)
  const overrideHold = textOf(options, 'overrideHold')
  return shown(await gate.erasures.forget(subject, { reason, ...(overrideHold === undefined ? {} : { overrideHold }) }))
}

/** Throws CONFIRMATION_MISSING when nobody says yes. */
async function confirmed({ yes, json }: Invocation, question: string): Promise<void> {
  if (yes) return
  if (!json && process.stdin.isTTY === true && process.stderr.isTTY === true) {
    const { createInterface } = await import('node:readline/promises')
    const asking = createInterface({ input: process.stdin, output: process.stderr })
    const answer = await asking.question(`${question} Type yes: `).finally(() => asking.close())
    if (answer.trim().toLowerCase() === 'yes') return
    throw new TidemarkError('CONFIRMATION_MISSING', 'nothing was erased', { why: 'The question was not answered with yes.' })
  }
  throw new TidemarkError('CONFIRMATION_MISSING', 'an erasure cannot be undone', { where: '--yes' })
}

function shown(certificate: ErasureCertificate): Outcome {
  return { document: certificate, text: certificateText(certificate) }
}

function certificateText(certificate: ErasureCertificate): string {
  const { erasure, enteredAt, completedAt, by, reason, override, subject, rows, files, digest } = certificate
  return [
    `erasure ${erasure}: entered ${enteredAt} by ${by}: ${reason}`,
    completedAt === null ? '  not complete: finish it with tidemark forget --pending' : `  complete ${completedAt}`,
    ...(override === null ? [] : [`  in spite of a hold: ${override}`]),
    ...rowLines(rows),
    ...files.map(({ path, after }) => `  ${path}: ${after === null ? 'removed, nothing else was in it' : 'made anew'}`),
    `  subject ${subject}`,
    `  digest ${digest}`,
  ].join('\n')
}

function rowLines(rows: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(rows).map(([place, count]) => `  ${place}: ${grouped(count)} rows`)
}
