// Colours that hold the contrast of WCAG AA in both schemes. Mantine's own do not, in places.

import {
  convertCssVariables,
  createTheme,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  defaultVariantColorsResolver,
  mergeMantineTheme,
  parseThemeColor,
  type VariantColorsResolver,
} from '@mantine/core'
import { parts } from '#words/parts'

const TINTED = ['light', 'subtle', 'outline', 'transparent']
const PALE = ['teal', 'green', 'lime', 'yellow', 'orange', 'cyan']

const variantColorResolver: VariantColorsResolver = (input) => {
  const usual = defaultVariantColorsResolver(input)
  const parsed = parseThemeColor({ color: input.color || input.theme.primaryColor, theme: input.theme })
  if (!parsed.isThemeColor) return usual
  const name = `--mantine-color-${parsed.color}`
  if (TINTED.includes(input.variant))
    return { ...usual, color: `light-dark(color-mix(in srgb, var(${name}-9), black 25%), var(${name}-3))` }
  if (input.variant === 'filled' && PALE.includes(parsed.color))
    return { ...usual, background: `color-mix(in srgb, var(${name}-9), black 15%)`, color: 'white' }
  return usual
}

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  variantColorResolver,
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  // Quiet, everywhere: what is to be pressed stands out, and not what is told.
  components: { Badge: { defaultProps: { variant: 'light' } } },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
})

const LIGHT = {
  '--mantine-color-dimmed': '#5a6169',
  '--mantine-color-error': '#c21f1f',
  '--mantine-color-placeholder': '#666d75',
}
const DARK = {
  '--mantine-color-dimmed': '#a6aab0',
  '--mantine-color-error': '#ff8787',
  '--mantine-color-placeholder': '#9aa0a6',
}

/** Puts the theme's variables into the page as a constructed sheet: a <style> element would need an exception in the
 * content security policy. */
export function applyVariables(): void {
  const usual = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme))
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    convertCssVariables(
      {
        // What a style sheet says is said in the catalogue, too.
        variables: { ...usual.variables, '--pc-required': JSON.stringify(parts.required) },
        light: { ...usual.light, ...LIGHT },
        dark: { ...usual.dark, ...DARK },
      },
      ':root',
    ),
  )
  document.adoptedStyleSheets = [sheet]
}
