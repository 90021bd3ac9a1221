import type { ReactNode } from 'react'
import css from './panel.module.css'

export type PanelWidth = 'third' | 'half' | 'whole'

/** Panels side by side, as wide as they say; below each other where the page is narrow. */
export function PanelLayout({ children }: { readonly children: ReactNode }) {
  return <div className={css['layout']}>{children}</div>
}

export function PanelPlace({ width, children }: { readonly width: PanelWidth; readonly children: ReactNode }) {
  return <div className={css[width]}>{children}</div>
}
