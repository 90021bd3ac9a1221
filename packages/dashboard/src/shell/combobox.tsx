import { Input, VisuallyHidden } from '@mantine/core'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import css from './combobox.module.css'
import { moved } from './combobox-keys.ts'
import shell from './shell.module.css'

export interface Option {
  readonly value: string
  readonly text: string
  /** What tells it from others of the same text. */
  readonly note?: string | undefined
}

export interface ComboboxProps {
  readonly label: string
  readonly value: string
  /** What the chosen one is called. */
  readonly text: string
  readonly options: readonly Option[]
  /** The options are not yet those of the text that `onSearch` was last given: none of them is taken. */
  readonly looking: boolean
  /** There are more than these. */
  readonly more: boolean
  /** Text to look for; null when the list is closed. */
  readonly onSearch: (text: string | null) => void
  readonly onMore: () => void
  readonly onChange: (value: string) => void
}

/** How near the end of a list its next page is asked for, in options. */
const NEAR_END = 8

/**
 * A choice of many, by writing a part of what is sought: the editable combobox with a list of the WAI-ARIA practices. The
 * first that is found is the one that Enter takes; Escape, Tab and leaving the field keep what was chosen.
 */
export function Combobox({ label, value, text, options, looking, more, onSearch, onMore, onChange }: ComboboxProps) {
  const id = useId()
  const listId = `${id}-list`
  const list = useRef<HTMLDivElement>(null)
  const [written, setWritten] = useState<string | null>(null)
  const [active, setActive] = useState(0)
  const open = written !== null
  const current = looking ? undefined : options[Math.min(active, options.length - 1)]

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
    if (open && more && active >= options.length - NEAR_END) onMore()
  }, [open, more, active, options.length, onMore])

  const show = (next: string): void => {
    setWritten(next)
    setActive(0)
    onSearch(next)
  }
  const close = (): void => {
    setWritten(null)
    onSearch(null)
  }
  const take = (option: Option | undefined): void => {
    if (option === undefined) return
    close()
    if (option.value !== value) onChange(option.value)
  }
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const wants = moved(event, { open, active, count: options.length })
    if (wants === null) return
    event.preventDefault()
    if (wants === 'open') show('')
    else if (wants === 'close') close()
    else if (wants === 'take') take(current)
    else setActive(wants)
  }
  return (
    <Input.Wrapper label={label} id={id} size="xs" className={`${shell['field']} ${css['field']}`}>
      <Input
        id={id} size="sm" role="combobox" autoComplete="off" autoCapitalize="off" spellCheck={false} aria-autocomplete="list" aria-expanded={open} aria-controls={listId} data-value={value}
        {...(open && current !== undefined ? { 'aria-activedescendant': `${listId}-${options.indexOf(current)}` } : {})}
        value={written ?? text} placeholder={open ? text : ''} rightSection={<span aria-hidden="true" className={css['arrow']} />} rightSectionPointerEvents="none"
        onChange={(event) => show(event.currentTarget.value)} onClick={() => { if (!open) show('') }} onBlur={close} onKeyDown={press}
      />
      {/* A press on an option is not to take the focus from the field, whose leaving closes the list. */}
      <div
        ref={list} id={listId} role="listbox" aria-label="Found" hidden={!open || options.length === 0} aria-busy={open && looking} className={css['list']} onMouseDown={(event) => event.preventDefault()}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => { if (more && scrollHeight - scrollTop - clientHeight < clientHeight) onMore() }}
      >
        {open && options.map((option, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field has the focus and the keys, and says which option is active
          <div key={option.value} id={`${listId}-${place}`} role="option" aria-selected={option === current} data-chosen={option.value === value} className={css['option']} onClick={() => take(option)}>
            {option.text}{option.note !== undefined && <span className={css['note']}>{option.note}</span>}
          </div>
        ))}
      </div>
      {open && !looking && options.length === 0 && <p className={`${css['list']} ${css['none']}`}>Nothing has “{written}” in its name or id</p>}
      <VisuallyHidden role="status">{!open ? '' : looking ? 'Looking' : `${options.length}${more ? ' or more' : ''} found`}</VisuallyHidden>
    </Input.Wrapper>
  )
}
