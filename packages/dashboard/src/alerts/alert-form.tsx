import { Button, Input } from '@mantine/core'
import { type FormEvent, useEffect, useId, useRef } from 'react'
import { instantText } from '../format/instant.ts'
import { Choice } from '../shell/choice.tsx'
import css from './alerts.module.css'
import { OWN_ZONE, SILENCES, silenceUntil, type SilenceWord } from './silence-until.ts'

/** What somebody has begun to write of an alert. It stays until the server has taken it. */
export interface Draft {
  readonly does: 'acknowledge' | 'silence'
  readonly note: string
  readonly silence: SilenceWord
  /** A local time of one's own. */
  readonly own: string
}

export const newDraft = (does: Draft['does']): Draft => ({ does, note: '', silence: 'week', own: '' })

export interface AlertFormProps {
  readonly about: string
  readonly draft: Draft
  readonly now: string
  readonly onChange: (draft: Draft) => void
  readonly onSend: (until: string | null) => void
  readonly onCancel: () => void
}

const MOST_NOTE = 2000

/** The note of an acknowledgement, or the end and the note of a silence. Takes the focus when it opens, unless somebody has gone elsewhere before it was refused; Escape closes it. */
export function AlertForm({ about, draft, now, onChange, onSend, onCancel }: AlertFormProps) {
  const [noteId, ownId] = [useId(), useId()]
  const first = useRef<HTMLFormElement>(null)
  const silences = draft.does === 'silence'
  const until = silences ? silenceUntil(draft.silence, draft.own, now) : null
  const lacks = silences && until === null
  useEffect(() => {
    const { activeElement: focused } = document
    if (focused === null || focused === document.body || first.current?.closest('[data-alert]')?.contains(focused)) first.current?.querySelector<HTMLElement>('select, input')?.focus()
  }, [])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!lacks) onSend(until)
  }
  return (
    <form
      ref={first} className={css['form']} aria-label={`${silences ? 'Silence' : 'Acknowledge'} ${about}`} onSubmit={submit}
      onKeyDown={(event) => { if (event.key === 'Escape') onCancel() }}
    >
      {silences && (
        <Choice
          label="For" value={draft.silence} options={[...SILENCES, { value: 'own', text: 'Until a time …' }]} onChange={(value) => onChange({ ...draft, silence: value as SilenceWord })}
        />
      )}
      {silences && draft.silence === 'own' && (
        <Input.Wrapper label={`Until (${OWN_ZONE})`} id={ownId} size="xs">
          <Input type="datetime-local" id={ownId} size="sm" required value={draft.own} onChange={(event) => onChange({ ...draft, own: event.currentTarget.value })} />
        </Input.Wrapper>
      )}
      <Input.Wrapper label="Note (may be left out)" id={noteId} size="xs" className={css['note'] ?? ''}>
        <Input id={noteId} size="sm" maxLength={MOST_NOTE} value={draft.note} onChange={(event) => onChange({ ...draft, note: event.currentTarget.value })} />
      </Input.Wrapper>
      <Button type="submit" size="sm">{silences ? 'Silence' : 'Acknowledge'}</Button>
      <Button type="button" size="sm" variant="default" onClick={onCancel}>Cancel</Button>
      {silences && <p className={css['dim']} style={{ flexBasis: '100%' }} data-until={until ?? ''}>{until === null ? 'Choose a time that is still to come.' : `Nothing more is told of it until ${instantText(until, OWN_ZONE)}.`}</p>}
    </form>
  )
}
