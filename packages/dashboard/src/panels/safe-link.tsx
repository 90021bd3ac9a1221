import type { ReactNode } from 'react'

/** A link that came with the data: only to the web, and it is told nothing of us. Anything else is shown as text. */
export function SafeLink({ url, children }: { readonly url: string; readonly children: ReactNode }) {
  if (!/^https?:\/\//i.test(url)) return <>{children}</>
  return <a href={url} target="_blank" rel="noopener noreferrer">{children}</a>
}
