import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Moon, Sun } from './icons.tsx'

/** Light or dark; at first as the device has it. Kept by the browser, not by the address: it is about who looks, not what at. */
export function ThemeChoice() {
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const other = scheme === 'dark' ? 'light' : 'dark'
  return (
    <ActionIcon variant="default" size="lg" aria-label={`Use the ${other} theme`} title={`Use the ${other} theme`} onClick={() => setColorScheme(other)}>
      {scheme === 'dark' ? <Sun /> : <Moon />}
    </ActionIcon>
  )
}
