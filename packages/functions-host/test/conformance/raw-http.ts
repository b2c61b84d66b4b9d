// HTTP written by hand, for what fetch cannot send: repeated headers, broken requests, a body that ends too early.
import { connect } from 'node:net'

/**
 * Sends the text and gives everything that comes back until the other end closes.
 * @throws an error when it does not close within 10 s
 */
export const exchange = (url: string, request: string | Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => socket.write(request))
    let answer = ''
    socket.setEncoding('latin1')
    socket.setTimeout(10_000, () => socket.destroy(new Error(`No end of the answer within 10 s. So far: ${answer}`)))
    socket.on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
  })

/** Sends the beginning of a request and closes the connection without waiting for an answer. */
export const sendAndLeave = (url: string, request: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => {
      socket.write(request, () => socket.destroy())
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })

export const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4)
