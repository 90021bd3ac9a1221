import { Input } from '@mantine/core'
import { useId } from 'react'
import css from './shell.module.css'

export interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly options: readonly { readonly value: string; readonly text: string; readonly disabled?: boolean }[]
  readonly onChange: (value: string) => void
}

/** A choice of few: the browser's own list, which every keyboard, phone and screen reader knows. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId()
  return (
    <Input.Wrapper label={label} id={id} size="xs" className={css['field']}>
      <Input component="select" id={id} size="sm" pointer value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => <option key={option.value} value={option.value} disabled={option.disabled}>{option.text}</option>)}
      </Input>
    </Input.Wrapper>
  )
}
