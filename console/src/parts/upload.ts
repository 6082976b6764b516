// A file on its way: fetch does not tell how far it has come, so this is XMLHttpRequest.

import { parseExact } from '../api/exactJson'
import { Problem, problemOf, problemOfFailure } from '../api/problem'
import { beginnings, ended } from '../api/session'

type Upload = {
  path: string
  body: Blob | string
  mediaType: string
  headers?: Record<string, string>
  /** From 0 to 1. */
  onProgress?: (share: number) => void
  signal?: AbortSignal
}

/** Sends a file; returns the answer's body. Throws: Problem, and AbortError when it was stopped. */
export function upload<T>({ path, body, mediaType, headers = {}, onProgress, signal }: Upload): Promise<T> {
  return new Promise((resolve, reject) => {
    const since = beginnings()
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('Content-Type', mediaType)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total)
    request.onload = () => {
      if (request.status < 400) return answer<T>(request, resolve, reject)
      if (request.status === 401) ended(since)
      reject(problemOf(request.status, request.responseText, request.getResponseHeader('Retry-After')))
    }
    request.onerror = () => reject(problemOfFailure(undefined, false))
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort())
    request.send(body)
  })
}

function answer<T>(request: XMLHttpRequest, resolve: (body: T) => void, reject: (problem: Problem) => void): void {
  try {
    resolve(parseExact(request.responseText) as T)
  } catch {
    reject(problemOf(request.status, request.responseText))
  }
}
