import { useDebouncedValue } from '@mantine/hooks'
import { useCallback, useState } from 'react'
import { useEntity, useFoundEntities } from '../api/hooks.ts'
import { entityLabel } from '../format/entity.ts'
import { Combobox } from './combobox.tsx'

/** Between two keys, somebody who writes has not found the words yet. */
const PAUSE_MS = 150

export interface EntityPickerProps {
  readonly label: string
  readonly series: string
  /** undefined: nobody is known yet, and nothing is asked. */
  readonly tenant: string | undefined
  readonly entity: string | undefined
  readonly onChange: (entity: string) => void
}

/** A choice of an entity, by a part of its name or id, however many there are. */
export function EntityPicker({ label, series, tenant, entity, onChange }: EntityPickerProps) {
  const [search, setSearch] = useState<string | null>(null)
  const [settled] = useDebouncedValue(search, PAUSE_MS)
  const chosen = useEntity(series, tenant, entity)
  // The whole list comes at once; what is written is looked for when the writing pauses.
  const sought = search === null || search === '' ? search : settled
  const found = useFoundEntities(tenant === undefined || sought === null ? null : { series, tenant, search: sought.trim() })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found
  const more = useCallback(() => { if (hasNextPage && !isFetchingNextPage) void fetchNextPage() }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const options = (search === null ? undefined : found.data)?.pages.flatMap(({ entities }) => entities.map((one) => ({ value: one.entity, text: entityLabel(one), note: entityLabel(one) === one.entity ? undefined : one.entity })))
  return (
    <Combobox
      label={label} value={entity ?? ''} text={entity === undefined ? '' : entityLabel(chosen ?? { entity })} options={options ?? []} looking={search !== sought || options === undefined || found.isPlaceholderData} more={hasNextPage}
      onSearch={setSearch} onMore={more} onChange={onChange}
    />
  )
}
