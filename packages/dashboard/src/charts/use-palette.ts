import { useComputedColorScheme } from '@mantine/core'
import { PALETTES, type Palette } from './palette.ts'

export function usePalette(): Palette {
  return PALETTES[useComputedColorScheme('light', { getInitialValueInEffect: false })]
}
