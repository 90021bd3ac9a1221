import { isOn, type CommandSpec } from './command-spec.ts'
import { withHistory } from './history.ts'
import { grouped } from './table.ts'

/** Problems of one check that are shown to people; --json has all of them. */
const SHOWN = 10

export const verify: CommandSpec = {
  options: [{ flags: '--deep', text: 're-read everything: every row, every archive file' }],
  examples: ['tidemark verify', 'tidemark verify --deep --json'],
  details: 'Exits 3 when a check finds something; a problem names the file or the row. Works at any clock and changes nothing.',
  // `any`: what is damaged, or was not migrated, is to be told and not refused.
  run: (invocation, _words, options) => withHistory(invocation, 'any', async ({ history }) => {
    const { style, progress } = invocation
    const report = await history.verify({ deep: isOn(options, 'deep'), progress: (check) => progress.update(`checking ${check}`) })
    const width = Math.max(...report.checks.map(({ name }) => name.length))
    const wrong = report.checks.filter(({ ok }) => !ok)
    const lines = [...report.checks.filter(({ ok }) => ok), ...wrong].flatMap(({ ok, name, checked, problems }) => [
      `${ok ? style.green('ok    ') : style.red('failed')}  ${name.padEnd(width)}  ${grouped(checked)} checked`,
      ...problems.slice(0, SHOWN).map((problem) => `        ${problem}`),
      ...(problems.length > SHOWN ? [`        and ${grouped(problems.length - SHOWN)} more`] : []),
    ])
    return { document: report, text: [...lines, `${report.checks.length} checks, ${wrong.length} failed`].join('\n'), exit: report.ok ? 0 : 3 }
  }),
}
