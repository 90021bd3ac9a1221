import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { TidemarkError } from '../errors.ts'

/** A commit as an event of the contributions template. */
export interface Commit {
  readonly client_id: string
  readonly contributor_id: string
  readonly authored_at: string
  readonly committed_at: string
  readonly kind: CommitKind
  readonly commit_id: string
}

export type CommitKind = 'change' | 'fix' | 'docs' | 'test' | 'merge' | 'release'

const SEPARATOR = '\u001f'
/** Hash, parents, author's address (mailmap applied), both dates with their offsets, subject. */
const FORMAT = ['%H', '%P', '%aE', '%aI', '%cI', '%s'].join('%x1f')

/** The history of the repository that `path` (absolute) lies in, newest first. Authors appear as a hash of their address, never as themselves. Throws GIT_UNREADABLE. */
export async function* gitCommits(path: string): AsyncGenerator<Commit> {
  const tenant = repositoryName(path)
  // As settings rather than options: they win over what the user's own configuration says of the log.
  const settings = [`format.pretty=tformat:${FORMAT}`, 'log.showSignature=false', 'log.mailmap=true', 'i18n.logOutputEncoding=UTF-8', 'color.ui=false']
  const git = spawn('git', ['-C', path, ...settings.flatMap((setting) => ['-c', setting]), 'log'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = endOf(git, path)
  ended.catch(() => {})
  for await (const line of createInterface({ input: git.stdout, crlfDelay: Infinity })) {
    const [hash, parents, address, authored, committed, ...subject] = line.split(SEPARATOR)
    if (hash === undefined || parents === undefined || address === undefined || authored === undefined || committed === undefined) continue
    yield {
      client_id: tenant, contributor_id: pseudonym(address), authored_at: authored, committed_at: committed,
      kind: kindOf(subject.join(' '), parents.split(' ').length), commit_id: hash.slice(0, 12),
    }
  }
  await ended
}

/** The name of the folder that the repository lies in; of a bare one, without its `.git`. */
function repositoryName(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return basename(folder)
    if (folder === dirname(folder)) return basename(path).replace(/\.git$/, '') || 'repository'
  }
}

function endOf(git: ReturnType<typeof spawn>, path: string): Promise<void> {
  let complaint = ''
  git.stderr?.setEncoding('utf8').on('data', (piece: string) => { complaint = (complaint + piece).slice(0, 2000) })
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => reject(new TidemarkError('GIT_UNREADABLE', `the history of ${path} cannot be read`, { where: path, why }))
    git.on('error', (error: NodeJS.ErrnoException) => refuse(error.code === 'ENOENT' ? 'There is no git to run.' : error.message))
    git.on('close', (code) => (code === 0 ? resolve() : refuse(`git says: ${complaint.trim().split('\n', 1)[0] || `exit code ${code}`}.`)))
  })
}

/** The same person is the same pseudonym in every repository; from the pseudonym nobody reads the person. */
function pseudonym(address: string): string {
  return createHash('sha256').update(`contributor\0${address.toLowerCase()}`).digest('hex').slice(0, 16)
}

const KINDS: readonly (readonly [CommitKind, RegExp])[] = [
  ['merge', /^merge\b/i],
  ['release', /^(chore\(release\)|(prepare |cut |start )?release\b|bump (the )?version|version\b|v?\d+\.\d+(\.\d+)*\b)/i],
  ['fix', /^(fix|bugfix|hotfix|revert)\b|\b(fix(es|ed)?|bug)\b/i],
  ['docs', /^docs?\b|\b(readme|documentation|changelog|docs|typos?)\b/i],
  ['test', /^tests?\b|\btests?\b/i],
]

/** What a commit is, from how many parents it has and from the first line of its message. */
export function kindOf(subject: string, parents: number): CommitKind {
  if (parents > 1) return 'merge'
  return KINDS.find(([, pattern]) => pattern.test(subject))?.[0] ?? 'change'
}
