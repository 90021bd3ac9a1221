import { Skeleton } from '@mantine/core'

/** The shape of what is coming. */
export function LoadingState({ height = 220, label = 'Loading' }: { readonly height?: number; readonly label?: string }) {
  return (
    <div role="status" aria-label={label} style={{ padding: 12 }}>
      <Skeleton height={height} radius="md" />
    </div>
  )
}
