import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import { useAsOf } from '../api/as-of.ts'
import type { SeriesQuestion } from '../api/hooks.ts'
import css from './explore.module.css'
import { asAddress, asCall, asCommand } from './same-question.ts'

/** The question of the page as a command and as a call, to be taken elsewhere. */
export function SameQuestionPanel({ question }: { readonly question: SeriesQuestion }) {
  const { now, clock } = useAsOf()
  const id = useId()
  return (
    <section className={css['same']} aria-labelledby={id}>
      <h2 id={id}>The same question elsewhere</h2>
      <Copyable name="command" title="On the command line, in the project’s folder" text={asCommand(question, clock === 'set' ? now : null)} />
      <Copyable name="call" title="Over HTTP, with a token" text={asCall(question, globalThis.location.origin)} />
      <p className={css['why']}><a href={asAddress(question)} target="_blank" rel="noreferrer">The answer itself, as JSON</a> (with this browser’s session)</p>
    </section>
  )
}

function Copyable({ name, title, text }: { readonly name: string; readonly title: string; readonly text: string }) {
  const [told, setTold] = useState('')
  const id = useId()
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setTold('Copied.')
    } catch {
      // Without TLS browsers give no clipboard away: the text is marked instead.
      const place = document.getElementById(id)
      if (place !== null) globalThis.getSelection()?.selectAllChildren(place)
      setTold('Marked: press Ctrl+C.')
    }
  }
  return (
    <div className={css['copyable']}>
      <div><span>{title}</span><span role="status">{told}</span><Button size="compact-xs" variant="default" aria-label={`Copy the ${name}`} onClick={() => void copy()}>Copy</Button></div>
      <pre id={id} data-same={name}>{text}</pre>
    </div>
  )
}
