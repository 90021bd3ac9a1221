import { Text, Title } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useAsOf } from '../api/as-of.ts'
import { instantText } from '../format/instant.ts'
import css from './shell.module.css'

export interface PageProps {
  readonly title: string
  /** What it is about, in a sentence. */
  readonly about?: ReactNode
  /** Choices that are this page's own. */
  readonly choices?: ReactNode
  readonly children: ReactNode
}

const CLOCKS = { server: 'by the server’s clock', set: 'by the server’s clock, which was set', browser: 'by this device’s clock' } as const

/** The frame of a page: its heading, which takes the focus when somebody came from another page, and as of when it is. */
export function Page({ title, about, choices, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { pathname } = useLocation()
  const { now, clock } = useAsOf()
  const first = useRef(pathname)
  useEffect(() => {
    document.title = `${title} · Tidemark`
  }, [title])
  useEffect(() => {
    if (arrived && first.current === pathname) heading.current?.focus({ preventScroll: true })
    arrived = true
  }, [pathname])
  return (
    <div className={css['page']}>
      <div className={css['head']}>
        <div>
          <Title order={1} ref={heading} tabIndex={-1}>{title}</Title>
          {about !== undefined && <Text c="dimmed">{about}</Text>}
        </div>
        <Text size="sm" c="dimmed" data-as-of={now} className={css['asOf'] ?? ''}>As of {instantText(now)}, {CLOCKS[clock]}</Text>
      </div>
      {choices !== undefined && <div className={css['choices']}>{choices}</div>}
      {children}
    </div>
  )
}

/** Whether a page was shown before: the first one leaves the focus where the browser puts it, before the skip link. */
let arrived = false
