/** One system call that succeeded, in the order in which calls came to an end. */
export type SystemCall =
  | { readonly call: 'open'; readonly fd: number; readonly path: string; readonly create: boolean; readonly truncate: boolean }
  | { readonly call: 'write'; readonly fd: number; readonly path: string; readonly data: Buffer; /** null: where the last one ended. */ readonly at: number | null }
  | { readonly call: 'truncate'; readonly path: string; readonly size: number }
  | { readonly call: 'sync'; readonly path: string }
  | { readonly call: 'rename' | 'link'; readonly path: string; readonly to: string }
  | { readonly call: 'unlink' | 'mkdir'; readonly path: string }
  /** Something was said on standard output. */
  | { readonly call: 'say'; readonly text: string }

/** What strace is to watch for `parseCalls`. */
export const WATCHED = ['-f', '-y', '-qq', '-xx', '-s', '4000000', '-e', 'trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat'] as const

/** Reads what strace wrote with `WATCHED`. Calls that failed, or on what is no file, are left out. */
export function parseCalls(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = []
  const begun = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const unfinished = / <unfinished \.\.\.>$/
    if (unfinished.test(rest)) {
      begun.set(thread, rest.replace(unfinished, ''))
      continue
    }
    const [, resumed] = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest) ?? []
    const parsed = parseCall(resumed === undefined ? rest : `${begun.get(thread) ?? ''}${resumed}`)
    if (parsed !== null) calls.push(parsed)
  }
  return calls
}

function parseCall(line: string): SystemCall | null {
  const [, name = '', args = '', result = ''] = /^(\w+)\((.*)\)\s+= (-?\d+.*)$/.exec(line) ?? []
  if (name === '' || result.startsWith('-')) return null
  const [, fd = '', path = ''] = /^(\d+)<([^>]*)>/.exec(args) ?? []
  const strings = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex]) => Buffer.from((hex as string).replaceAll('\\x', ''), 'hex'))
  const names = strings.map((string) => string.toString('utf8'))
  const file = plain(path)
  switch (name) {
    case 'openat': {
      const [, opened = '', target = ''] = /^(\d+)<([^>]*)>/.exec(result) ?? []
      return { call: 'open', fd: Number(opened), path: plain(target), create: args.includes('O_CREAT'), truncate: args.includes('O_TRUNC') }
    }
    case 'write':
      if (fd === '1') return { call: 'say', text: names[0] as string }
      return file.startsWith('/') ? { call: 'write', fd: Number(fd), path: file, data: strings[0] as Buffer, at: null } : null
    case 'pwrite64': return { call: 'write', fd: Number(fd), path: file, data: strings[0] as Buffer, at: Number(/(\d+)$/.exec(args)?.[1]) }
    case 'ftruncate': return { call: 'truncate', path: file, size: Number(/(\d+)$/.exec(args)?.[1]) }
    case 'fsync':
    case 'fdatasync': return { call: 'sync', path: file }
    case 'rename':
    case 'renameat':
    case 'renameat2': return { call: 'rename', path: names[0] as string, to: names[1] as string }
    case 'link':
    case 'linkat': return { call: 'link', path: names[0] as string, to: names[1] as string }
    case 'unlink':
    case 'unlinkat': return { call: 'unlink', path: names[0] as string }
    case 'mkdir':
    case 'mkdirat': return { call: 'mkdir', path: names[0] as string }
    default: return null
  }
}

/** With -xx, -y writes the names of files in hexadecimal where they are not plain. */
function plain(path: string): string {
  return path.replaceAll(/(?:\\x[0-9a-f]{2})+/g, (hex) => Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('utf8'))
}
