import type { ReactNode } from 'react'

/** What scrolls by itself, and so must have a name and be reached by the keyboard. */
export function ScrollRegion({ label, className, children }: { readonly label: string; readonly className: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={className} tabIndex={0} aria-label={label}>{children}</section>
  )
}
