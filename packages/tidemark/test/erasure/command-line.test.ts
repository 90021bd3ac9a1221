import { userInfo } from 'node:os'
import { describe, expect, test } from 'vitest'
import { project, scratch, tidemark } from '../cli/cli.ts'

const NOW = ['--now', '2026-03-01T12:00:00Z']

async function filled(): Promise<string> {
  const cwd = project(scratch())
  for (const words of [['migrate'], ['ingest', 'contributions', 'commits.csv'], ['capture', 'activity'], ['tiers', 'run']]) {
    expect(await tidemark([...words, ...NOW], { cwd })).toMatchObject({ code: 0 })
  }
  return cwd
}

const document = (ran: { readonly stdout: string }): Record<string, unknown> => JSON.parse(ran.stdout) as Record<string, unknown>
const fault = (ran: { readonly stderr: string }): Record<string, unknown> => JSON.parse(ran.stderr.trimEnd().split('\n').at(-1) as string) as Record<string, unknown>

describe('the command line', () => {
  test('places, lists and lifts holds; by default in the name of the user of the machine', { timeout: 60_000 }, async () => {
    const cwd = await filled()
    const place = await tidemark(['hold', 'place', '--tenant', 'kysely', '--entity', 'c2', '--reason', 'case 1', '--json', ...NOW], { cwd })
    expect(document(place)).toEqual({ id: 1, tenant: 'kysely', entity: 'c2', reason: 'case 1', placedBy: userInfo().username, placedAt: '2026-03-01T12:00:00Z', lifted: null })
    expect((await tidemark(['hold', 'place', '--tenant', 'kysely', '--reason', 'case 2', '--by', 'legal', ...NOW], { cwd })).stdout).toBe('hold 2 on everything of kysely: placed 2026-03-01T12:00:00Z by legal: case 2\n')
    const lift = await tidemark(['hold', 'lift', '1', '--reason', 'closed', '--by', 'judge', '--json', ...NOW], { cwd })
    expect(document(lift)).toMatchObject({ id: 1, lifted: { by: 'judge', reason: 'closed', at: '2026-03-01T12:00:00Z' } })
    expect(document(await tidemark(['hold', 'list', '--in-force', '--json', ...NOW], { cwd }))).toMatchObject({ holds: [{ id: 2 }] })
    expect(document(await tidemark(['hold', 'list', '--json', ...NOW], { cwd }))).toMatchObject({ holds: [{ id: 1 }, { id: 2 }] })
    for (const [words, code] of [[['hold', 'lift', '1', '--reason', 'x'], 'HOLD_UNKNOWN'], [['hold', 'lift', 'one', '--reason', 'x'], 'OPTION_INVALID'], [['hold', 'place', '--tenant', 'kysely'], 'OPTION_INVALID']] as const) {
      const ran = await tidemark([...words, '--json', ...NOW], { cwd })
      expect({ code: ran.code, stdout: ran.stdout, fault: fault(ran)['code'] }).toEqual({ code: 2, stdout: '', fault: code })
    }
    // A dry run changes nothing, refuses what the run would refuse, and says what it is about.
    const dry = (...words: string[]) => tidemark(['hold', ...words, '--dry-run', '--json', ...NOW], { cwd })
    expect(document(await dry('place', '--tenant', 'kysely', '--entity', 'c2', '--reason', 'case 3'))).toEqual({ tenant: 'kysely', entity: 'c2', known: true, dryRun: true })
    expect(document(await dry('place', '--tenant', 'kysely', '--entity', 'c9', '--reason', 'case 3'))).toMatchObject({ known: false })
    expect(document(await dry('place', '--tenant', 'nobody', '--reason', 'case 3'))).toMatchObject({ known: false })
    expect(fault(await dry('place', '--tenant', 'kysely', '--reason', ' '))).toMatchObject({ code: 'OPTION_INVALID', where: 'reason' })
    expect((await tidemark(['hold', 'lift', '2', '--reason', 'x', '--dry-run', ...NOW], { cwd })).stdout).toBe('would lift hold 2 on everything of kysely: placed 2026-03-01T12:00:00Z by legal: case 2\n')
    expect(fault(await dry('lift', '1', '--reason', 'x'))).toMatchObject({ code: 'HOLD_UNKNOWN', message: 'the hold 1 was lifted at 2026-03-01T12:00:00.000Z by judge' })
    expect(fault(await dry('lift', '7', '--reason', 'x'))).toMatchObject({ code: 'HOLD_UNKNOWN' })
    expect(document(await tidemark(['hold', 'list', '--json', ...NOW], { cwd }))).toMatchObject({ holds: [{ id: 1, lifted: { by: 'judge' } }, { id: 2, lifted: null }] })
    // A year later there is something to move, and it stays.
    const plan = await tidemark(['tiers', 'run', '--dry-run', '--json', '--now', '2027-03-01T12:00:00Z'], { cwd })
    expect(document(plan)).toMatchObject({ plans: [{ held: [{ source: 'day', target: 'week', entities: 2 }] }] })
    const { series: [standing] } = document(await tidemark(['tiers', 'status', '--json', '--now', '2027-03-01T12:00:00Z'], { cwd })) as { series: [object] }
    expect(standing).toMatchObject({ held: [{ source: 'day', target: 'week', boundary: expect.stringMatching(/^202\d-\d\d-\d\d$/) as unknown, entities: 2 }], waiting: [], keptPlain: false })
    expect((await tidemark(['tiers', 'run', '--now', '2027-03-01T12:00:00Z'], { cwd })).stdout).toMatch(/held/)
  })

  test('forgets with a certificate; asks first, and refuses what is held', { timeout: 60_000 }, async () => {
    const cwd = await filled()
    const forget = (...words: string[]) => tidemark(['forget', 'c2', '--tenant', 'kysely', ...words, '--json', ...NOW], { cwd })
    expect(document(await forget('--dry-run'))).toMatchObject({ of: 'contributor', rows: { identities: 4, enrolment: 1 }, erased: false })
    expect(fault(await forget('--reason', 'request 3'))).toMatchObject({ code: 'CONFIRMATION_MISSING', where: '--yes' })
    expect(fault(await forget('--yes'))).toMatchObject({ code: 'OPTION_INVALID', where: '--reason' })
    await tidemark(['hold', 'place', '--tenant', 'kysely', '--reason', 'case 2', ...NOW], { cwd })
    expect(fault(await forget('--yes', '--reason', 'request 3'))).toMatchObject({ code: 'HELD' })
    const certificate = document(await forget('--yes', '--reason', 'request 3', '--by', 'registrar', '--override-hold', 'court order'))
    expect(certificate).toMatchObject({ erasure: 1, by: 'registrar', reason: 'request 3', override: 'court order', completedAt: '2026-03-01T12:00:00Z', rows: { identities: 4 } })
    expect(document(await tidemark(['forget', '--certificate', '1', '--json', ...NOW], { cwd }))).toEqual(certificate)
    expect(document(await tidemark(['forget', '--list', '--json', ...NOW], { cwd }))).toEqual({ certificates: [certificate] })
    expect(document(await tidemark(['forget', '--pending', '--json', ...NOW], { cwd }))).toEqual({ finished: [] })
    expect((await tidemark(['forget', '--certificate', '1', ...NOW], { cwd })).stdout).toContain(certificate['digest'])
    expect(await tidemark(['verify', '--deep', ...NOW], { cwd })).toMatchObject({ code: 0 })
    for (const [words, code] of [[['forget', 'c9', '--tenant', 'drizzle-orm', '--reason', 'r', '--yes'], 'ENTITY_UNKNOWN'], [['forget', '--certificate', '7'], 'ERASURE_UNKNOWN'], [['forget', '--tenant', 'kysely'], 'ARGUMENT_MISSING']] as const) {
      expect(fault(await tidemark([...words, '--json', ...NOW], { cwd }))['code']).toBe(code)
    }
    const again = await tidemark(['ingest', 'contributions', 'commits.csv', '--json', ...NOW], { cwd })
    expect(document(again)).toMatchObject({ accepted: 0, rejections: expect.arrayContaining([expect.objectContaining({ code: 'erased', line: 5 })]) as unknown })
  })
})
