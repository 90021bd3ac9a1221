import type { ReactNode } from 'react'
import type { Level } from '../../../tidemark/src/panels/panel.ts'
import css from './panel.module.css'

/** A level by a mark of its own form and colour, and by its word. */
export function LevelMark({ level, children }: { readonly level: Level; readonly children?: ReactNode }) {
  return <span className={css['level']} data-level={level.word}>{children}<span className={css['levelWord']}><span className={css['levelMark']} data-tone={level.tone} aria-hidden="true" /><span>{level.word}</span></span></span>
}
