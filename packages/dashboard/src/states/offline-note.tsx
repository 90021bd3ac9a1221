import { useQueryClient } from '@tanstack/react-query'
import { Button } from '@mantine/core'
import { UnreachableError } from '../api/problem.ts'
import { useMe } from '../api/hooks.ts'
import { useOnline } from './use-online.ts'
import css from './state.module.css'

/** Says when what is shown may be old, because nothing new can be had. */
export function OfflineNote() {
  const online = useOnline()
  const { error, dataUpdatedAt } = useMe()
  const queries = useQueryClient()
  if (online && !(error instanceof UnreachableError)) return null
  return (
    <div className={css['bar']} role="status">
      <span>{online ? 'The server cannot be reached.' : 'This device is offline.'} {dataUpdatedAt === 0 ? '' : 'What is shown is what was known before.'}</span>
      <Button size="compact-sm" variant="default" onClick={() => void queries.refetchQueries({ type: 'active' })}>Try again</Button>
    </div>
  )
}
