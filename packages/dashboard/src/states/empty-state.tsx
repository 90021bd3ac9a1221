import type { ReactNode } from 'react'
import { GapMark } from '../shell/icons.tsx'
import css from './state.module.css'

/** Nothing to show, and why. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={css['state']}>
      <GapMark className={css['mark']} />
      <p className={css['title']}>{title}</p>
      {children !== undefined && <p className={css['dim']}>{children}</p>}
    </div>
  )
}
