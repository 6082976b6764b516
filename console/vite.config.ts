import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// A running `punchcard serve` or `punchcard demo`: the development server passes on what the API and the session need.
const server = process.env.PUNCHCARD_URL ?? 'http://127.0.0.1:8080'
const passedOn = ['/v1', '/console/session', '/problems', '/openapi.json']

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  // Nothing may be inlined as data: the content security policy allows what the server itself serves. The targets are
  // the first that know light-dark(), which the styles are written with.
  build: { target: ['chrome123', 'firefox121', 'safari17.5'], assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // The Host header stays the browser's, so that the server's check of Origin holds here too.
    proxy: Object.fromEntries(passedOn.map((path) => [path, { target: server, changeOrigin: false }])),
  },
  // On a busy machine the usual five seconds pass while a test reads all sources.
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'], testTimeout: 60_000 },
})
