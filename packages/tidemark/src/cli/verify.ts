import type { CommandSpec } from './command-spec.ts'
import { withHistory } from './history.ts'
import { notWired, type Part } from './later.ts'

/** Replaced by the verifier of src/verify when it is there; `--deep` re-reads everything. */
const runVerify: Part = notWired('verify')

export const verify: CommandSpec = {
  options: [{ flags: '--deep', text: 're-read everything: every row, every archive file' }],
  examples: ['tidemark verify', 'tidemark verify --deep --json'],
  details: 'Exits 3 when a check finds something; a problem names the file or the row.',
  run: (invocation, words, options) => withHistory(invocation, 'read', (opened) => runVerify(opened, options, words, invocation)),
}
