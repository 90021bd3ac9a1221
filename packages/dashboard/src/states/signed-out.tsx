import { ProblemError } from '../api/problem.ts'
import { Key } from '../shell/icons.tsx'
import css from './state.module.css'

/** Nobody is signed in: the link was used up, the session is over, or the server was started anew. */
export function SignedOut({ error }: { readonly error: unknown }) {
  return (
    <main className={css['state']} style={{ minHeight: '80vh' }}>
      <Key className={css['mark']} />
      <h1 className={css['title']} style={{ margin: 0 }}>You are not signed in</h1>
      <p>The link that opens this dashboard is good once, for ten minutes. A session lasts twelve hours, or until the server stops.</p>
      <p>For a new link, stop <code>tidemark serve</code> (Ctrl-C) and start it again: it prints one. There is no password.</p>
      {error instanceof ProblemError && <p className={css['code']}>{error.problem.code}</p>}
    </main>
  )
}
