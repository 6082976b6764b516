import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Problem } from './api/problem'
import { theme } from './frame/theme'
import { makeRouter } from './router'

const TRIES_MAX = 2

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; what did not get through is tried again.
      retry: (tries, error) => error instanceof Problem && error.isOpen && error.code !== 'timeout' && tries < TRIES_MAX,
      retryDelay: (tries) => 300 * 2 ** tries,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})
const router = makeRouter(queries)

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        // Both would be <style> elements; see frame/theme.ts.
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  )
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
